//! What another person shares.

use tincan_browser::page::Sound;
use tincan_call::protocol::{Name, PeerId};
use tincan_call::{LinkState, StreamId};
use yew::prelude::*;

use super::tile::link_word;
use super::{Shapes, icon};
use crate::hooks::{Shape, Streams, use_fullscreen, use_stream, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct ScreenTileProps {
    pub(crate) id: PeerId,
    pub(crate) name: Name,
    pub(crate) streams: Streams,
    pub(crate) stream: StreamId,
    pub(crate) link: LinkState,
    /// The browser holds the sound of the share back.
    pub(crate) onheld: Callback<()>,
}

/// A shared screen, whole: nothing of it is cut off.
#[component(ScreenTile)]
pub(crate) fn screen_tile(props: &ScreenTileProps) -> Html {
    let texts = use_texts();
    let (video, shape) =
        use_stream(&props.streams, Some(props.stream), Sound::Heard, &props.onheld);
    let name = if props.name.is_empty() { texts.someone } else { props.name.as_str() };
    let caption = (texts.call.screen_of)(name);
    let onclick = use_fullscreen(&video);
    html! {
        <figure class="tile tile-screen" data-picture="on">
            <video
                ref={video}
                autoplay=true
                playsinline=true
                aria-label={caption.clone()}
                data-peer={props.id.to_string()}
                data-kind="screen"
                data-link={link_word(props.link)}
                data-shape={shape.map(Shape::as_str)}
            />
            <figcaption class="tile-name">{ caption }</figcaption>
            <button
                type="button"
                class="tile-button"
                aria-label={texts.controls.fullscreen}
                {onclick}
            >
                { icon(Shapes::Expand) }
            </button>
        </figure>
    }
}
