//! The popover of a menu.

use yew::prelude::*;

use crate::hooks::Menu;

/// Draws the popover that the buttons with `id` as their target open and close. `class` is that of
/// the popover, `label` is for screen readers.
pub(super) fn popover(
    menu: &Menu,
    id: &'static str,
    class: &'static str,
    label: &'static str,
    content: Html,
) -> Html {
    html! {
        <div
            ref={menu.node.clone()}
            {class}
            popover="auto"
            {id}
            role="group"
            aria-label={label}
            ontoggle={menu.on_toggle.clone()}
            onkeydown={menu.on_key_down.clone()}
        >
            { content }
        </div>
    }
}
