//! The ways to send the link.

use yew::prelude::*;

use super::{ButtonKind, Icon, button, copy_link, dialog, waiting};
use crate::hooks::{
    CopyState, Lazy, QrCode, Waiting, load_qr_code, use_dialog, use_layer, use_lazy, use_share,
};
use crate::i18n::Texts;

/// Copies the link, opens the system's sheet with it, or shows it to another camera.
#[hook]
pub(crate) fn use_share_link(
    texts: &Texts,
    link: &AttrValue,
    copied: CopyState,
    on_copy: &Callback<()>,
) -> Html {
    let lobby = &texts.lobby;
    let open = use_state_eq(|| false);
    let node = use_dialog(*open);
    let on_close = {
        let open = open.setter();
        Callback::from(move |()| open.set(false))
    };
    use_layer(*open, &on_close);
    let (code, on_retry) = use_lazy(*open, load_qr_code);
    let on_show = {
        let open = open.setter();
        Callback::from(move |()| open.set(true))
    };
    let way =
        |icon, label, onclick: &Callback<()>| button(ButtonKind::Plain, Some(icon), label, onclick);
    let share = use_share(texts.product, link);
    let code = open.then(|| match code {
        // In the place of the code, so that the dialog does not grow when it comes.
        Lazy::Loading => html! {
            <>
                <p class="code" role="status">{ texts.loading.code }</p>
                <p class="code-help">{ texts.lobby.code_help }</p>
            </>
        },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        // Nobody has a link that is too long for a code.
        Lazy::Ready(draw) => draw(link).map(|code| drawn(texts, &code)).unwrap_or_default(),
    });
    html! {
        <div class="lobby-link">
            <div class="lobby-ways">
                { copy_link(texts, ButtonKind::Plain, copied, on_copy) }
                { share.map(|share| way(Icon::Share, lobby.share, &share)) }
                { way(Icon::Code, lobby.show_code, &on_show) }
            </div>
            <p>{ lobby.share_hint }</p>
            { dialog(texts, &node, lobby.code, code, &on_close) }
        </div>
    }
}

fn drawn(texts: &Texts, code: &QrCode) -> Html {
    let side = code.size.to_string();
    let view_box = ["0 0 ", &side, " ", &side].concat();
    html! {
        <>
            <svg class="code" viewBox={view_box} role="img" aria-label={texts.lobby.code}>
                <path d={code.path.clone()} />
            </svg>
            <p class="code-help">{ texts.lobby.code_help }</p>
        </>
    }
}
