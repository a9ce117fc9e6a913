//! The detection of speech.

use std::cell::Cell;
use std::time::Duration;

use tincan_browser::page::Meter;
use tincan_call::{Speech, StreamId};
use web_sys::Element;
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// Marks an element whose person speaks.
const SPEAKING: &str = "data-speaking";
/// From one level to the next, about.
const TICK: Duration = Duration::from_millis(125);

/// Marks the element that takes the node while the sound of a stream is speech. The mark is set on
/// the element itself: nothing is drawn again, however lively the talk is.
#[hook]
pub(crate) fn use_speech(node: &NodeRef, media: &MediaHandle, stream: Option<StreamId>) {
    use_effect_with((media.clone(), stream), {
        let node = node.clone();
        move |(media, stream)| {
            let element = node.cast::<Element>();
            let found = stream.and_then(|id| media.stream(id));
            let meter = element.clone().zip(found).map(|(element, found)| {
                let heard = Cell::new((Speech::default(), Duration::ZERO));
                Meter::new(&found, move |level| {
                    let (mut speech, now) = heard.get();
                    // Nobody is said to speak where that cannot be told.
                    mark(&element, speech.on_level(now, level.unwrap_or_default()));
                    heard.set((speech, now + TICK));
                })
            });
            move || {
                drop(meter);
                if let Some(element) = element {
                    mark(&element, false);
                }
            }
        }
    });
}

fn mark(element: &Element, speaks: bool) {
    // It fails for no name but an invalid one.
    let _ = element.toggle_attribute_with_force(SPEAKING, speaks);
}
