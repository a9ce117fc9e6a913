//! The place in what scrolls.

use web_sys::Element;

/// The distance from the end that still counts as the end, in CSS pixels: a line of text, about.
const NEAR: i32 = 24;

/// Returns `true` if the end of an element that scrolls is in view.
pub fn is_at_end(element: &Element) -> bool {
    element.scroll_height() - element.scroll_top() - element.client_height() <= NEAR
}

/// Scrolls an element to its end at once.
pub fn scroll_to_end(element: &Element) {
    // The browser takes the greatest value that there is.
    element.set_scroll_top(element.scroll_height());
}
