//! The ways to send the link.

use yew::prelude::*;

use super::{ButtonKind, Shapes, button, copy_link, dialog};
use crate::hooks::{CopyState, count_render, use_dialog, use_share, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct ShareLinkProps {
    pub(crate) link: AttrValue,
    pub(crate) copied: CopyState,
    pub(crate) oncopy: Callback<()>,
}

/// Copies the link, opens the system's sheet with it, or shows it to another camera.
#[component(ShareLink)]
pub(crate) fn share_link(props: &ShareLinkProps) -> Html {
    count_render("ShareLink");
    let texts = use_texts();
    let lobby = &texts.lobby;
    let share = use_share(texts.product, &props.link);
    let open = use_state_eq(|| false);
    let node = use_dialog(*open);
    let set = |to: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    html! {
        <div class="lobby-link">
            <div class="lobby-ways">
                { copy_link(texts, ButtonKind::Plain, props.copied, &props.oncopy) }
                { share.map(|share| button(ButtonKind::Plain, Some(Shapes::Share), lobby.share, &share)) }
                { button(ButtonKind::Plain, Some(Shapes::Code), lobby.show_code, &set(true)) }
            </div>
            <p>{ lobby.share_hint }</p>
            { dialog(texts, &node, lobby.code, open.then(|| html! { <p>{ lobby.code_help }</p> }), &set(false)) }
        </div>
    }
}
