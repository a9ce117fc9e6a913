//! The focus: the keyboard's way through a list of buttons, and back to where it came from.

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
    focus(to.and_then(|to| buttons.get(to)?.dyn_into::<Element>().ok()));
}

/// Gives the focus to the first element within `area` that matches a selector.
pub fn focus_on(area: &Element, selector: &str) {
    focus(area.query_selector(selector).ok().flatten());
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Only a comfort: Tab leads there, too.
        let _ = element.focus();
    }
}

/// Remembers what has the focus. When it is dropped, it gives the focus back, if nothing else has
/// it: what had it meanwhile is gone.
#[must_use = "the focus goes back when it is dropped"]
pub struct FocusReturn {
    last: Option<Element>,
    otherwise: &'static str,
}

impl FocusReturn {
    /// Remembers what has the focus now, if anything. If that is gone later, the first element gets
    /// the focus that matches the selector `otherwise`.
    pub fn new(otherwise: &'static str) -> Self {
        Self { last: focused(), otherwise }
    }
}

impl Drop for FocusReturn {
    fn drop(&mut self) {
        let Some(last) = self.last.take().filter(|_| focused().is_none()) else { return };
        focus(if last.is_connected() {
            Some(last)
        } else {
            let document = last.owner_document();
            document.and_then(|document| document.query_selector(self.otherwise).ok().flatten())
        });
    }
}

/// Returns the element that has the focus; none if it is the page as a whole.
fn focused() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.active_element().filter(|element| !matches!(&*element.tag_name(), "BODY" | "HTML"))
}
