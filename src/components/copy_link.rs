//! The button that copies the link.

use yew::prelude::*;

use super::{ButtonKind, Icon, button};
use crate::hooks::CopyState;
use crate::i18n::Texts;

/// Copies the link. A check for a moment says that it is done; the toast says it in words.
pub(crate) fn copy_link(
    texts: &Texts,
    kind: ButtonKind,
    state: CopyState,
    onclick: &Callback<()>,
) -> Html {
    button(kind, Some(copy_icon(state)), texts.copy_link, onclick)
}

/// The icon of a button that copies.
pub(crate) const fn copy_icon(state: CopyState) -> Icon {
    match state {
        CopyState::Copied => Icon::Check,
        CopyState::Idle | CopyState::Failed => Icon::Link,
    }
}
