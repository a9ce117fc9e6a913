//! What another person shares.

use tincan_browser::page::Sound;
use tincan_call::protocol::Source;
use tincan_call::{Command, DeviceId, Peer};
use yew::prelude::*;

use super::tile::link_word;
use super::tile_actions::{pin_button, tile_button};
use super::{Pin, Place, Shapes};
use crate::hooks::{
    Shape, Streams, count_render, use_fullscreen, use_playback, use_shown, use_stream, use_texts,
};

#[derive(Properties, PartialEq)]
pub(crate) struct ScreenTileProps {
    pub(crate) peer: Peer,
    pub(crate) streams: Streams,
    /// Where the sound of the share is heard.
    pub(crate) speaker: Option<DeviceId>,
    pub(crate) place: Place,
    /// Whether it is pinned, where there is a choice of what to pin.
    pub(crate) pinned: Option<bool>,
    /// Pins the tile, or does so no longer.
    pub(crate) onpin: Callback<Pin>,
    pub(crate) dispatch: Callback<Command>,
    /// The browser holds the sound of the share back.
    pub(crate) onheld: Callback<()>,
}

/// A shared screen, whole: nothing of it is cut off.
#[component(ScreenTile)]
pub(crate) fn screen_tile(props: &ScreenTileProps) -> Html {
    count_render("ScreenTile");
    let texts = use_texts();
    let peer = &props.peer;
    let (video, shape) = use_stream(&props.streams, peer.screen, Sound::Heard, &props.onheld);
    use_playback(&video, peer, props.speaker.as_ref());
    use_shown(&video, peer, Source::Screen, &props.dispatch);

    let name = if peer.name.is_empty() { texts.someone } else { peer.name.as_str() };
    let caption = (texts.call.screen_of)(name);
    let onclick = use_fullscreen(&video);
    let id = peer.id;
    html! {
        <figure class="tile tile-screen" data-picture="on" data-place={props.place.as_str()}>
            <video
                ref={video}
                autoplay=true
                playsinline=true
                aria-label={caption.clone()}
                data-peer={id.to_string()}
                data-kind="screen"
                data-link={link_word(peer.link)}
                data-shape={shape.map(Shape::as_str)}
            />
            <figcaption class="tile-name">{ caption.clone() }</figcaption>
            <div class="tile-actions">
                if let Some(pinned) = props.pinned {
                    { pin_button(
                        texts,
                        &caption,
                        pinned,
                        props.onpin.reform(move |_| (id, Source::Screen)),
                    ) }
                }
                { tile_button(
                    "tile-full",
                    Shapes::Expand,
                    [texts.controls.fullscreen, ": ", &caption].concat(),
                    onclick,
                ) }
            </div>
        </figure>
    }
}
