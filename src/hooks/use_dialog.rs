//! A dialog in front of the page.

use tincan_browser::page::Modal;
use web_sys::Element;
use yew::prelude::*;

use super::use_effect_with;

/// Opens the `<dialog>` that takes the node while `open`, and then gives the focus back. It can
/// also close by itself, as on Escape: its `onclose` says so.
#[hook]
pub(crate) fn use_dialog(open: bool) -> NodeRef {
    let node = use_node_ref();
    use_effect_with(open, {
        let node = node.clone();
        move |open| {
            let dialog = node.cast::<Element>().filter(|_| *open);
            let modal = dialog.map(|dialog| Modal::new(&dialog));
            move || drop(modal)
        }
    });
    node
}
