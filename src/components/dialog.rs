//! A dialog in front of the page.

use yew::prelude::*;

use super::{Shapes, icon_button};
use crate::i18n::Texts;

/// A dialog for [`use_dialog`](crate::hooks::use_dialog), with what it shows while it is open.
pub(crate) fn dialog(
    texts: &Texts,
    node: &NodeRef,
    title: &'static str,
    content: Option<Html>,
    onclose: &Callback<()>,
) -> Html {
    let closed = onclose.reform(|_: Event| ());
    html! {
        <dialog ref={node} class="dialog" aria-label={title} closedby="any" onclose={closed}>
            if let Some(content) = content {
                <header class="dialog-header">
                    <h2 tabindex="-1" autofocus=true>{ title }</h2>
                    { icon_button(Shapes::Close, texts.settings.close, onclose) }
                </header>
                { content }
            }
        </dialog>
    }
}
