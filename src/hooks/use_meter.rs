//! The level of a stream, in a `<meter>`.

use tincan_browser::page::{Meter, show_level};
use tincan_call::StreamId;
use web_sys::Element;
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// Shows how loud a stream is in the `<meter>` that takes the node. Nothing is drawn again.
#[hook]
pub(crate) fn use_meter(media: &MediaHandle, stream: Option<StreamId>) -> NodeRef {
    let node = use_node_ref();
    use_effect_with((media.clone(), stream), {
        let node = node.clone();
        move |(media, stream)| {
            let element = node.cast::<Element>();
            let found = stream.and_then(|id| media.stream(id));
            let meter = element.clone().zip(found).map(|(element, found)| {
                Meter::new(&found, move |level| show_level(&element, level))
            });
            move || {
                drop(meter);
                if let Some(element) = element {
                    show_level(&element, Some(0));
                }
            }
        }
    });
    node
}
