//! The picture of one's own camera, before a call and in it.

use tincan_browser::page::Sound;
use tincan_call::Local;
use yew::prelude::*;

use crate::hooks::{MediaHandle, Shape, use_stream};
use crate::i18n::Texts;

/// Returns the `<video>` of one's own camera, without one's own voice, and the shape of its picture
/// if there is one to see.
#[hook]
pub(super) fn use_own_video(
    texts: &Texts,
    media: &MediaHandle,
    camera: Local,
) -> (Html, Option<Shape>) {
    let (node, shape) = use_stream(media, camera.stream(), Sound::Silent, &Callback::noop());
    // What the system keeps silent is black or frozen.
    let shape = shape.filter(|_| !matches!(camera, Local::Silenced(_)));
    let video = html! {
        <video
            ref={node}
            autoplay=true
            playsinline=true
            muted=true
            aria-label={texts.call.own_camera}
            data-kind="self"
            data-shape={shape.map(Shape::as_str)}
        />
    };
    (video, shape)
}
