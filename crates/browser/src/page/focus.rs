//! The keyboard's way through a list of buttons.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A move of the focus within a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusMove {
    /// To the first button.
    First,
    /// To the last button.
    Last,
    /// To the next button, and from the last one to the first.
    Next,
    /// To the button before, and from the first one to the last.
    Previous,
}

impl FocusMove {
    /// Returns the move that a key of this name makes in a menu (ARIA Authoring Practices).
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "Home" => Some(Self::First),
            "End" => Some(Self::Last),
            "ArrowDown" | "ArrowRight" => Some(Self::Next),
            "ArrowUp" | "ArrowLeft" => Some(Self::Previous),
            _ => None,
        }
    }
}

/// Moves the focus among the enabled buttons of a list. A list without any keeps the focus where it
/// is.
pub fn move_focus(list: &Element, step: FocusMove) {
    let Ok(buttons) = list.query_selector_all("button:enabled") else { return };
    let count = buttons.length();
    let focused = list.owner_document().and_then(|document| document.active_element());
    let at = (0..count).find(|at| {
        focused
            .as_deref()
            .is_some_and(|focused| buttons.get(*at).is_some_and(|node| *focused == node))
    });
    let to = match (step, at) {
        (FocusMove::First, _) | (FocusMove::Next, None) => Some(0),
        (FocusMove::Last, _) | (FocusMove::Previous, None) => count.checked_sub(1),
        (FocusMove::Next, Some(at)) => (at + 1).checked_rem(count),
        (FocusMove::Previous, Some(at)) => (at + count - 1).checked_rem(count),
    };
    let button = to.and_then(|to| buttons.get(to)?.dyn_into::<HtmlElement>().ok());
    if let Some(button) = button {
        // Only a comfort: Tab leads there, too.
        let _ = button.focus();
    }
}
