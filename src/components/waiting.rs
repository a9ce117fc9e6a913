//! Tells that code is being loaded.

use yew::prelude::*;

use super::{ButtonKind, button, notice};
use crate::hooks::Waiting;
use crate::i18n::Texts;

/// What the person waits for, in words; nothing if they do not wait.
pub(crate) fn waiting(texts: &Texts, waiting: &Waiting) -> Html {
    match waiting {
        Waiting::No => html! {},
        Waiting::Loading => {
            html! { <p class="roster-state" role="status">{ texts.loading.call }</p> }
        }
        Waiting::Failed(on_retry) => notice(
            texts.loading.failed.into(),
            texts.loading.failed_help.into(),
            button(ButtonKind::Small, None, texts.try_again, on_retry),
        ),
    }
}
