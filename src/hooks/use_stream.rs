//! A stream in a `<video>`.

use tincan_browser::page::{Showing, ShowingEvent, Sound};
use tincan_call::{PlaybackState, StreamId};
use web_sys::HtmlVideoElement;
use yew::prelude::*;

use super::{MediaHandle, use_effect_with};

/// The orientation of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Landscape,
    Portrait,
}

impl Shape {
    const fn of(width: u32, height: u32) -> Self {
        if height > width { Self::Portrait } else { Self::Landscape }
    }

    /// The value of `data-shape`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Landscape => "landscape",
            Self::Portrait => "portrait",
        }
    }
}

/// Binds a stream to the `<video>` that takes the node, for as long as both are there. The shape
/// is that of the picture; none while there is no picture. `on_playback` is told how the `<video>`
/// plays, and nothing once there is no stream in it.
#[hook]
pub(crate) fn use_stream(
    media: &MediaHandle,
    stream: Option<StreamId>,
    sound: Sound,
    on_playback: &Callback<Option<PlaybackState>>,
) -> (NodeRef, Option<Shape>) {
    let node = use_node_ref();
    let shape = use_state_eq(|| None);

    use_effect_with((media.clone(), stream), {
        let (node, shape) = (node.clone(), shape.setter());
        let on_playback = on_playback.clone();
        move |(media, stream)| {
            let found = stream.and_then(|id| media.stream(id));
            let showing = node.cast::<HtmlVideoElement>().zip(found).map(|(video, found)| {
                let (shape, on_playback) = (shape.clone(), on_playback.clone());
                Showing::new(video, &found, sound, move |event| match event {
                    ShowingEvent::Size { width, height } => {
                        shape.set(Some(Shape::of(width, height)));
                    }
                    ShowingEvent::Playback(state) => on_playback.emit(Some(state)),
                })
            });
            move || {
                if showing.is_some() {
                    drop(showing);
                    on_playback.emit(None);
                }
                shape.set(None);
            }
        }
    });

    (node, *shape)
}
