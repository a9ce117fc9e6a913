//! A word about something that was just done.

use yew::prelude::*;

use crate::hooks::CopyState;
use crate::i18n::Texts;

/// Says how copying the link went. The region is always there, so that screen readers watch it.
pub(crate) fn toast(texts: &Texts, state: CopyState) -> Html {
    let text = match state {
        CopyState::Idle => None,
        CopyState::Copied => Some(texts.link_copied),
        CopyState::Failed => Some(texts.link_not_copied),
    };
    html! {
        <div class="toasts" role="status">
            if let Some(text) = text { <p class="toast">{ text }</p> }
        </div>
    }
}
