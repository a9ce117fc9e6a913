//! The heading of a page that has just come.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::use_effect_with;

/// Gives the focus to the heading that takes the node, once: what had it before is gone with the
/// page before, and a screen reader reads where one is now. The heading needs `tabindex="-1"`.
#[hook]
pub(crate) fn use_heading() -> NodeRef {
    use_heading_of(false)
}

/// The same for a page that becomes another one: once for each side of `other`.
#[hook]
pub(crate) fn use_heading_of(other: bool) -> NodeRef {
    let heading = use_node_ref();
    use_effect_with(other, {
        let heading = heading.clone();
        move |_| {
            if let Some(heading) = heading.cast::<HtmlElement>() {
                // Only a comfort: the page works without.
                let _ = heading.focus();
            }
        }
    });
    heading
}
