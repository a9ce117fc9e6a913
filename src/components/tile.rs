//! Another person: a picture and a voice.

use tincan_browser::page::Sound;
use tincan_call::protocol::{Name, PeerId};
use tincan_call::{LinkState, StreamId};
use yew::prelude::*;

use super::{ButtonKind, Shapes, avatar, button, icon};
use crate::hooks::{Shape, Streams, use_stream, use_texts};
use crate::i18n::Texts;

#[derive(Properties, PartialEq)]
pub(crate) struct TileProps {
    pub(crate) id: PeerId,
    pub(crate) name: Name,
    pub(crate) streams: Streams,
    pub(crate) stream: Option<StreamId>,
    /// Whether they send a picture.
    pub(crate) camera: bool,
    /// Whether they are to be heard.
    pub(crate) microphone: bool,
    pub(crate) link: LinkState,
    pub(crate) onretry: Callback<PeerId>,
    /// The browser holds their sound back.
    pub(crate) onheld: Callback<()>,
}

/// Another person. The `<video>` is there even without a picture: the voice plays through it.
#[component(Tile)]
pub(crate) fn tile(props: &TileProps) -> Html {
    let texts = use_texts();
    let (video, shape) = use_stream(&props.streams, props.stream, Sound::Heard, &props.onheld);
    let name = if props.name.is_empty() { texts.someone } else { props.name.as_str() };
    let has_picture = props.camera && shape.is_some();
    html! {
        <figure class="tile" data-picture={has_picture.then_some("on")}>
            <video
                ref={video}
                autoplay=true
                playsinline=true
                aria-label={(texts.call.camera_of)(name)}
                data-peer={props.id.to_string()}
                data-kind="camera"
                data-link={link_word(props.link)}
                data-shape={shape.map(Shape::as_str)}
            />
            if !has_picture {
                <div class="tile-person">{ avatar(&props.name, Some(props.id)) }</div>
            }
            <figcaption class="tile-name">
                { muted_mark(texts, props.microphone) }
                <span>{ name }</span>
            </figcaption>
            <div class="tile-link" role="status">{ link_state(texts, props, name) }</div>
        </figure>
    }
}

/// That a microphone is not heard, if so.
pub(super) fn muted_mark(texts: &Texts, heard: bool) -> Option<Html> {
    (!heard).then(|| {
        html! {
            <span class="tile-muted" role="img" aria-label={texts.call.muted}>
                { icon(Shapes::MicrophoneOff) }
            </span>
        }
    })
}

/// How the connection with the person stands, if there is anything to say about it.
fn link_state(texts: &Texts, props: &TileProps, name: &str) -> Html {
    let passing = |text: &'static str| {
        html! { <p class="tile-state"><span class="pulse" />{ text }</p> }
    };
    match props.link {
        LinkState::Connected => Html::default(),
        LinkState::None | LinkState::Connecting => passing(texts.call.connecting),
        LinkState::Reconnecting => passing(texts.call.reconnecting),
        LinkState::Failed => {
            let id = props.id;
            let onclick = props.onretry.reform(move |()| id);
            html! {
                <div class="tile-failed">
                    <p>{ (texts.call.failed)(name) }</p>
                    { button(ButtonKind::Small, Some(Shapes::Retry), texts.try_again, &onclick) }
                </div>
            }
        }
    }
}

/// The value of `data-link`.
pub(super) const fn link_word(link: LinkState) -> &'static str {
    match link {
        LinkState::None => "none",
        LinkState::Connecting => "connecting",
        LinkState::Connected => "connected",
        LinkState::Reconnecting => "reconnecting",
        LinkState::Failed => "failed",
    }
}
