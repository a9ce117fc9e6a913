//! The focus of a panel beside the call.

use tincan_browser::page::{FocusReturn, focus_on, has_touch};
use web_sys::Element;
use yew::prelude::*;

use super::use_effect_with;

/// Gives the focus back to where it was once a panel is closed, unless it has gone elsewhere by
/// then. If that element is gone, the first one gets it that matches `otherwise`.
#[hook]
pub(crate) fn use_focus_return(is_open: bool, otherwise: &'static str) {
    use_effect_with(is_open, move |is_open| {
        let focus = is_open.then(|| FocusReturn::new(otherwise));
        move || drop(focus)
    });
}

/// Gives the focus to the field of the panel that takes the node, as soon as it is drawn. On a
/// phone to its heading: a field would bring up the keyboard, which covers half of the panel.
#[hook]
pub(crate) fn use_panel_focus(panel: &NodeRef, is_drawn: bool) {
    use_effect_with(is_drawn, {
        let node = panel.clone();
        move |is_drawn| {
            if let Some(panel) = node.cast::<Element>().filter(|_| *is_drawn) {
                focus_on(&panel, if has_touch() { "h2" } else { "textarea" });
            }
        }
    });
}
