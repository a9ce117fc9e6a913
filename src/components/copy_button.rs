//! A button that copies a text.

use yew::prelude::*;

use super::{ButtonKind, Icon, button};
use crate::hooks::{CopyState, use_copy};

#[derive(Properties, PartialEq)]
pub(crate) struct CopyButtonProps {
    pub(crate) text: AttrValue,
    /// The label of the button, and those that say for a moment that the text is copied, and that
    /// it could not be.
    pub(crate) labels: [&'static str; 3],
}

/// Copies a text. The label says for a moment how it went.
#[component(CopyButton)]
pub(crate) fn copy_button(props: &CopyButtonProps) -> Html {
    let [label, copied, not_copied] = props.labels;
    let (state, on_copy) = use_copy(&props.text);
    let (icon, label) = match state {
        CopyState::Idle => (Icon::Copy, label),
        CopyState::Copied => (Icon::Check, copied),
        CopyState::Failed => (Icon::Copy, not_copied),
    };
    button(ButtonKind::Small, Some(icon), label, &on_copy)
}
