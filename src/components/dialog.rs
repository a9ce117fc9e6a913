//! A dialog in front of the page.

use web_sys::Element;
use yew::prelude::*;

use super::{Icon, icon_button};
use crate::i18n::Texts;

/// A dialog for [`use_dialog`](crate::hooks::use_dialog), with what it shows while it is open.
pub(crate) fn dialog(
    texts: &Texts,
    node: &NodeRef,
    title: &'static str,
    content: Option<Html>,
    on_close: &Callback<()>,
) -> Html {
    let closed = {
        let on_close = on_close.clone();
        move |event: Event| {
            if !is_open_again(&event) {
                on_close.emit(());
            }
        }
    };
    // Whoever draws the page is told before a browser closes it, and closes it. Else the page would
    // take it for open until `close` comes, which is after the next key.
    let asked = {
        let on_close = on_close.clone();
        move |event: Event| {
            event.prevent_default();
            on_close.emit(());
        }
    };
    html! {
        <dialog
            ref={node}
            class="dialog"
            aria-label={title}
            closedby="any"
            oncancel={asked}
            onclose={closed}
        >
            if let Some(content) = content {
                <header class="dialog-header">
                    <h2 tabindex="-1" autofocus=true>{ title }</h2>
                    { icon_button(Icon::Close, texts.settings.close, on_close) }
                </header>
                { content }
            }
        </dialog>
    }
}

/// Returns `true` if a dialog that reports its end is open again: the event comes late.
pub(super) fn is_open_again(event: &Event) -> bool {
    event.target_unchecked_into::<Element>().has_attribute("open")
}
