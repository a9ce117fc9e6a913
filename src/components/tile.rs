//! Another person, or what they share: a picture and its sound.

use tincan_browser::page::Sound;
use tincan_call::protocol::{Source, SourceState};
use tincan_call::{
    Command, DeviceId, FeatureCommand, Hearing, LinkState, Peer, RecoveryStage, Remote,
    RemoteSources,
};
use yew::prelude::*;

use super::failed_link::failed_link;
use super::tile_actions::{person_menu, pin_words, small_button, tile_button};
use super::{Icon, Pin, Place, avatar, features, on_click};
use crate::hooks::{
    Choices, MediaHandle, Shape, count_render, use_choices, use_fullscreen, use_playback,
    use_shown, use_speech, use_stream,
};
use crate::i18n::{Texts, isolated};

#[derive(Properties, PartialEq)]
pub(crate) struct TileProps {
    pub(crate) peer: Peer,
    /// It is their shared screen, and not their camera.
    pub(crate) screen: bool,
    pub(crate) media: MediaHandle,
    /// The speaker that plays it.
    pub(crate) speaker: Option<DeviceId>,
    pub(crate) place: Place,
    /// True if it is pinned; none where there is no choice of tiles to pin.
    pub(crate) pinned: Option<bool>,
    /// Pins or unpins it.
    pub(crate) on_pin: Callback<Pin>,
    /// Checks the network.
    pub(crate) on_check: Callback<()>,
    pub(crate) dispatch: Callback<Command>,
}

/// Another person, or what they share, whole: nothing of that is cut off. The `<video>` is there
/// even without a picture: the voice plays through it.
#[component(Tile)]
pub(crate) fn tile(props: &TileProps) -> Html {
    count_render("Tile");
    let choices = use_choices();
    let texts = choices.texts;
    let TileProps { peer, media, dispatch, screen, .. } = props;
    let (source, stream) =
        if *screen { (Source::Screen, peer.screen) } else { (Source::Camera, peer.person) };
    let figure = use_node_ref();
    let id = peer.id;
    let on_playback = dispatch.reform(move |playback| {
        Command::Feature(FeatureCommand::ReportPlayback { peer: id, source, playback })
    });
    let (video, shape) = use_stream(media, stream, Sound::Heard, &on_playback);
    use_playback(&video, peer, props.speaker.as_ref(), dispatch);
    use_shown(&video, peer, source, dispatch);
    let remote = peer.remote;
    let talks = peer.sources.microphone == SourceState::On;
    let person = stream.filter(|_| !screen);
    use_speech(&figure, media, person.filter(|_| talks));
    let on_full_screen = use_fullscreen(&video);

    let name = if peer.name.is_empty() { texts.someone } else { peer.name.as_str() };
    let caption = if *screen { texts.call.screen_of } else { texts.call.camera_of };
    let has_picture = match if *screen { remote.screen } else { remote.camera } {
        Remote::Playing | Remote::Held | Remote::Waiting => *screen || shape.is_some(),
        Remote::Off | Remote::NoCodec | Remote::NotSent => false,
    };
    // It is part of other texts, and the label of the picture begins with the name.
    let what = if *screen { caption(&isolated(name)) } else { name.to_owned() };
    let on_pin = props.on_pin.reform(move |_: MouseEvent| (id, source));
    let pin = |pinned| pin_words(texts, &what, pinned);
    html! {
        <figure
            ref={figure}
            class="tile"
            data-screen={screen.then_some("on")}
            data-picture={has_picture.then_some("on")}
            data-place={props.place.as_str()}
        >
            <video
                ref={video}
                autoplay=true
                playsinline=true
                aria-label={caption(name)}
                data-peer={id.to_string()}
                data-kind={if *screen { "screen" } else { "camera" }}
                data-link={link_word(peer.link)}
                data-shape={shape.map(Shape::as_str)}
            />
            if !has_picture {
                <div class="tile-person">{ avatar(&peer.name, Some(id)) }</div>
            }
            <figcaption class="tile-name">
                if *screen {
                    { source_mark(peer.sources.screen, Icon::ScreenOff, texts.call.paused) }
                    { source_mark(
                        peer.sources.screen_audio,
                        Icon::SoundOff,
                        texts.call.screen_silent,
                    ) }
                } else {
                    { muted_mark(texts, talks) }
                    if peer.hearing == Hearing::Muted {
                        { mark(Icon::SoundOff, texts.call.muted_for_me) }
                    }
                }
                <span class="tile-who">
                    if *screen { { what.clone() } } else { <bdi>{ name }</bdi> }
                </span>
                if !screen {
                    { features::beside_name(texts, name, &peer.features) }
                }
            </figcaption>
            if !screen {
                <div class="tile-link" role="status">{ link_state(&choices, props, name) }</div>
                { features::on_picture(texts, &peer.features) }
            }
            <div class="tile-actions">
                { props.pinned.map(pin).map(|(icon, label)| tile_button("pin", icon, label, &on_pin)) }
                if *screen {
                    { tile_button(
                        "fullscreen",
                        Icon::Expand,
                        [texts.controls.fullscreen, ": ", &what].concat(),
                        &on_full_screen,
                    ) }
                } else {
                    { person_menu(
                        texts,
                        peer,
                        name,
                        props.pinned.map(pin).map(|(icon, label)| small_button(icon, label, &on_pin)),
                        dispatch,
                    ) }
                }
            </div>
        </figure>
    }
}

/// A note on a microphone that is not heard, if there is one.
pub(super) fn muted_mark(texts: &Texts, heard: bool) -> Option<Html> {
    (!heard).then(|| mark(Icon::MicrophoneOff, texts.call.muted))
}

/// Tells that nothing comes from a source, although it is shared.
fn source_mark(state: SourceState, icon: Icon, label: &'static str) -> Option<Html> {
    (state == SourceState::Muted).then(|| mark(icon, label))
}

pub(super) fn mark(icon: Icon, label: &'static str) -> Html {
    html! { <span class="tile-muted" role="img" aria-label={label}>{ icon.svg() }</span> }
}

/// The state of the connection with the person, or why they are not heard, if there is anything to
/// say about it.
fn link_state(choices: &Choices, props: &TileProps, name: &str) -> Html {
    let texts = choices.texts;
    let passing = |text: &'static str| {
        html! { <p class="tile-state"><span class="pulse" /><span>{ text }</span></p> }
    };
    let id = props.peer.id;
    let (words, label, command) = match (props.peer.link, props.peer.hearing) {
        (LinkState::Connected, Hearing::Heard | Hearing::Muted) => {
            return missing(texts, props.peer.remote);
        }
        (
            LinkState::None
            | LinkState::Connecting(RecoveryStage::Wait | RecoveryStage::IceRestart),
            _,
        ) => {
            return passing(texts.call.connecting);
        }
        (
            LinkState::Connecting(stage @ (RecoveryStage::Rebuild | RecoveryStage::RelayOnly))
            | LinkState::Reconnecting(stage),
            _,
        ) => return passing((texts.call.stage)(stage)),
        (LinkState::Connected, Hearing::SameMachine) => (
            texts.call.same_machine,
            (texts.call.hear)(name),
            Command::Feature(FeatureCommand::SetHeard(id, true)),
        ),
        (LinkState::Failed(failure), _) => {
            let TileProps { peer, on_check, dispatch, .. } = props;
            return failed_link(choices, (peer, name), failure, on_check, dispatch);
        }
    };
    html! {
        <div class="tile-trouble" data-kind="note">
            <p>{ words }</p>
            { small_button(Icon::Sound, label, &on_click(&props.dispatch, command)) }
        </div>
    }
}

/// Explains media of the person that this browser cannot play or theirs does not send.
fn missing(texts: &Texts, remote: RemoteSources) -> Html {
    let sources = [
        (Source::Microphone, remote.microphone),
        (Source::Camera, remote.camera),
        (Source::Screen, remote.screen),
    ];
    let words: Vec<String> = sources
        .into_iter()
        .filter_map(|(source, remote)| (texts.call.missing)(source, remote))
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return Html::default();
    }
    html! { <p class="tile-state" data-kind="missing">{ (texts.sentences)(&words) }</p> }
}

/// The value of `data-link`.
const fn link_word(link: LinkState) -> &'static str {
    match link {
        LinkState::None => "none",
        LinkState::Connecting(_) => "connecting",
        LinkState::Connected => "connected",
        LinkState::Reconnecting(_) => "reconnecting",
        LinkState::Failed(_) => "failed",
    }
}
