//! A picture that fills the screen.

use tincan_browser::page::toggle_fullscreen;
use web_sys::Element;
use yew::prelude::*;

/// Returns a click handler that makes an element full screen, or ends that.
#[hook]
pub(crate) fn use_fullscreen(element: &NodeRef) -> Callback<MouseEvent> {
    use_callback((), {
        let element = element.clone();
        move |_: MouseEvent, ()| {
            if let Some(element) = element.cast::<Element>() {
                toggle_fullscreen(&element);
            }
        }
    })
}
