//! A menu behind a button.

use tincan_browser::page::{FocusMove, move_focus};
use web_sys::Element;
use yew::prelude::*;

use super::use_effect_with;

/// A menu, for the element with `popover` that takes its node and its handlers. The browser opens
/// it, closes it at Escape or a click elsewhere, and then gives the focus back to its button.
pub(crate) struct Menu {
    pub(crate) node: NodeRef,
    pub(crate) is_open: bool,
    pub(crate) on_toggle: Callback<Event>,
    /// Moves the focus at the arrow keys, Home and End.
    pub(crate) on_key_down: Callback<KeyboardEvent>,
}

/// Returns a menu whose first button has the focus as soon as it opens.
#[hook]
pub(crate) fn use_menu() -> Menu {
    let node = use_node_ref();
    let is_open = use_state_eq(|| false);
    let on_toggle = use_callback((), {
        let is_open = is_open.setter();
        move |event: Event, ()| {
            let menu: Element = event.target_unchecked_into();
            // The news comes late: it may be closed again.
            is_open.set(menu.matches(":popover-open").unwrap_or_default());
        }
    });
    // Some menus draw their buttons only when they are open.
    use_first_focus(&node, *is_open);
    let on_key_down = use_callback((), {
        let node = node.clone();
        move |event: KeyboardEvent, ()| {
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                // A shortcut of the browser: Alt and the left arrow go back.
                return;
            }
            let step = FocusMove::of_key(&event.key());
            if let (Some(step), Some(menu)) = (step, node.cast::<Element>()) {
                event.prevent_default();
                move_focus(&menu, step);
            }
        }
    });
    Menu { node, is_open: *is_open, on_toggle, on_key_down }
}

/// Gives the focus to the first button of a menu as soon as its buttons are drawn.
#[hook]
pub(crate) fn use_first_focus(menu: &NodeRef, is_drawn: bool) {
    use_effect_with(is_drawn, {
        let node = menu.clone();
        move |is_drawn| {
            if let Some(menu) = node.cast::<Element>().filter(|_| *is_drawn) {
                move_focus(&menu, FocusMove::First);
            }
        }
    });
}
