//! The card that invites others while nobody else is in the call.

use yew::prelude::*;

use super::{ButtonKind, copy_link};
use crate::hooks::CopyState;
use crate::i18n::Texts;

/// The link, to send it; `in_lobby` is who is there already, in words.
pub(crate) fn waiting_card(
    texts: &Texts,
    link: &AttrValue,
    in_lobby: Option<AttrValue>,
    copied: CopyState,
    on_copy: &Callback<()>,
) -> Html {
    html! {
        <section class="waiting" aria-labelledby="waiting-heading">
            <h2 id="waiting-heading">{ texts.call.alone_heading }</h2>
            <p>{ texts.call.alone_text }</p>
            <p class="waiting-link">{ link }</p>
            { copy_link(texts, ButtonKind::Main, copied, on_copy) }
            <p class="waiting-lobby" role="status">{ in_lobby }</p>
        </section>
    }
}
