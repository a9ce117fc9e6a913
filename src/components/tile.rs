//! Another person: a picture and a voice.

use tincan_browser::page::Sound;
use tincan_call::protocol::{Source, SourceState};
use tincan_call::{Command, DeviceId, Hearing, LinkState, Peer};
use yew::prelude::*;

use super::tile_actions::{hear_button, person_menu, pin_button};
use super::{ButtonKind, LinkQuality, Pin, Place, Shapes, avatar, button, icon};
use crate::hooks::{
    Shape, Streams, count_render, use_playback, use_shown, use_speech, use_stream, use_texts,
};
use crate::i18n::Texts;

#[derive(Properties, PartialEq)]
pub(crate) struct TileProps {
    pub(crate) peer: Peer,
    pub(crate) streams: Streams,
    /// Where they are heard.
    pub(crate) speaker: Option<DeviceId>,
    pub(crate) place: Place,
    /// Whether it is pinned, where there is a choice of what to pin.
    pub(crate) pinned: Option<bool>,
    /// Pins the tile, or does so no longer.
    pub(crate) onpin: Callback<Pin>,
    pub(crate) dispatch: Callback<Command>,
    /// The browser holds their sound back.
    pub(crate) onheld: Callback<()>,
}

/// Another person. The `<video>` is there even without a picture: the voice plays through it.
#[component(Tile)]
pub(crate) fn tile(props: &TileProps) -> Html {
    count_render("Tile");
    let texts = use_texts();
    let TileProps { peer, streams, dispatch, .. } = props;
    let figure = use_node_ref();
    let (video, shape) = use_stream(streams, peer.person, Sound::Heard, &props.onheld);
    use_playback(&video, peer, props.speaker.as_ref());
    use_shown(&video, peer, Source::Camera, dispatch);
    let talks = peer.sources.microphone == SourceState::On;
    use_speech(&figure, streams, peer.person.filter(|_| talks));

    let name = if peer.name.is_empty() { texts.someone } else { peer.name.as_str() };
    let has_picture = peer.sources.camera == SourceState::On && shape.is_some();
    let id = peer.id;
    let pin =
        props.pinned.map(|pinned| (pinned, props.onpin.reform(move |_| (id, Source::Camera))));
    html! {
        <figure
            ref={figure}
            class="tile"
            data-picture={has_picture.then_some("on")}
            data-place={props.place.as_str()}
        >
            <video
                ref={video}
                autoplay=true
                playsinline=true
                aria-label={(texts.call.camera_of)(name)}
                data-peer={id.to_string()}
                data-kind="camera"
                data-link={link_word(peer.link)}
                data-shape={shape.map(Shape::as_str)}
            />
            if !has_picture {
                <div class="tile-person">{ avatar(&peer.name, Some(id)) }</div>
            }
            <figcaption class="tile-name">
                { muted_mark(texts, talks) }
                if peer.hearing == Hearing::Muted {
                    <span class="tile-muted" role="img" aria-label={texts.call.muted_for_me}>
                        { icon(Shapes::SoundOff) }
                    </span>
                }
                <span class="tile-who">{ name }</span>
                if peer.link == LinkState::Connected {
                    <LinkQuality {id} {streams} />
                }
            </figcaption>
            <div class="tile-link" role="status">{ link_state(texts, props, name) }</div>
            <div class="tile-actions">
                { pin.as_ref().map(|(pinned, onpin)| pin_button(texts, name, *pinned, onpin.clone())) }
                { person_menu(texts, peer, name, pin, dispatch) }
            </div>
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

/// How the connection with the person stands, or why they are not heard, if there is anything to
/// say about it.
fn link_state(texts: &Texts, props: &TileProps, name: &str) -> Html {
    let passing = |text: &'static str| {
        html! { <p class="tile-state"><span class="pulse" />{ text }</p> }
    };
    let id = props.peer.id;
    match (props.peer.link, props.peer.hearing) {
        (LinkState::Connected, Hearing::Heard | Hearing::Muted) => Html::default(),
        (LinkState::Connected, Hearing::SameMachine) => {
            let hear = (texts.call.hear)(name);
            html! {
                <div class="tile-note">
                    <p>{ texts.call.same_machine }</p>
                    { hear_button(Shapes::Sound, hear, id, true, &props.dispatch) }
                </div>
            }
        }
        (LinkState::None | LinkState::Connecting, _) => passing(texts.call.connecting),
        (LinkState::Reconnecting, _) => passing(texts.call.reconnecting),
        (LinkState::Failed, _) => {
            let onclick = props.dispatch.reform(move |()| Command::RetryLink(id));
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
