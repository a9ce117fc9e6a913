//! The media of a peer: what it announces, what was agreed on, what has arrived and what is played.
//!
//! [`RemoteFacts::state`] derives what a tile shows from these facts, so that no combination of
//! them shows something untrue.

use tincan_protocol::{Source, SourceState, SourceStates};

use crate::api::view::Held;
use crate::link::PeerLink;
use crate::media::StreamId;
use crate::media::playback::PlaybackState;

/// One direction of a media section that both sides have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Media can flow.
    Open,
    /// The section was rejected, or nothing can be decoded: the browsers have no codec in common.
    NoCodec,
    /// The direction was ruled out by one side.
    Closed,
}

/// A media section that both sides have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// The source that it carries.
    pub source: Source,
    /// From this page to the peer.
    pub sending: Flow,
    /// From the peer to this page.
    pub receiving: Flow,
}

/// The facts about one source of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteFacts {
    /// The state that the peer announces.
    pub announced: SourceState,
    /// The direction from the peer, as agreed on last; none before an agreement.
    pub receiving: Option<Flow>,
    /// The track is there.
    pub is_received: bool,
    /// The state of the element that plays it, if there is one.
    pub playback: Option<PlaybackState>,
}

/// The view of one source of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// The peer does not send it.
    Off,
    /// It is on its way.
    Waiting,
    /// There will be none: the two browsers have no codec in common.
    NoCodec,
    /// There will be none: the peer's browser does not send it.
    NotSent,
    /// It is here, and is played after a click.
    Held,
    /// It is here.
    Playing,
}

impl RemoteFacts {
    /// Derives what is to be shown of this source.
    pub fn state(self, source: Source) -> Remote {
        match (self.announced, self.receiving) {
            (SourceState::Off | SourceState::Muted, _) => Remote::Off,
            (SourceState::On, Some(Flow::NoCodec)) => Remote::NoCodec,
            (SourceState::On, Some(Flow::Closed)) => Remote::NotSent,
            (SourceState::On, Some(Flow::Open) | None) => self.arriving(source),
        }
    }

    fn arriving(self, source: Source) -> Remote {
        let is_audio = match source {
            Source::Microphone | Source::ScreenAudio => true,
            Source::Camera | Source::Screen => false,
        };
        match self.playback {
            _ if !self.is_received => Remote::Waiting,
            None => Remote::Waiting,
            Some(PlaybackState::Stopped) => Remote::Held,
            Some(PlaybackState::Silenced) if is_audio => Remote::Held,
            // A paused element is played again within two seconds, and shows its last frame.
            Some(
                PlaybackState::Starting
                | PlaybackState::Playing
                | PlaybackState::Waiting
                | PlaybackState::Silenced,
            ) => Remote::Playing,
        }
    }
}

/// The view of each source of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteSources {
    /// The microphone.
    pub microphone: Remote,
    /// The camera.
    pub camera: Remote,
    /// The shared screen.
    pub screen: Remote,
    /// The audio of the shared screen.
    pub screen_audio: Remote,
}

impl RemoteSources {
    /// Nothing at all.
    pub(crate) const OFF: Self = Self {
        microphone: Remote::Off,
        camera: Remote::Off,
        screen: Remote::Off,
        screen_audio: Remote::Off,
    };
}

/// The elements that play a peer, as they report themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Elements {
    /// The one that plays microphone and camera.
    person: Option<PlaybackState>,
    /// The one that plays the shared screen and its audio.
    screen: Option<PlaybackState>,
}

impl Elements {
    /// Takes what the element that plays this source reports, or `None` once it is gone.
    pub(crate) fn report(&mut self, source: Source, playback: Option<PlaybackState>) {
        match source {
            Source::Microphone | Source::Camera => self.person = playback,
            Source::Screen | Source::ScreenAudio => self.screen = playback,
        }
    }

    fn of(self, source: Source) -> Option<PlaybackState> {
        match source {
            Source::Microphone | Source::Camera => self.person,
            Source::Screen | Source::ScreenAudio => self.screen,
        }
    }
}

/// Derives what is to be shown of each source of a peer.
pub(crate) fn remote_sources(
    announced: SourceStates,
    link: Option<&PeerLink>,
    elements: Elements,
) -> RemoteSources {
    let state = |source, announced| {
        let facts = RemoteFacts {
            announced,
            receiving: link.and_then(|link| link.section(source)).map(|section| section.receiving),
            is_received: link.is_some_and(|link| link.has_received(source)),
            playback: elements.of(source),
        };
        facts.state(source)
    };
    RemoteSources {
        microphone: state(Source::Microphone, announced.microphone),
        camera: state(Source::Camera, announced.camera),
        screen: state(Source::Screen, announced.screen),
        screen_audio: state(Source::ScreenAudio, announced.screen_audio),
    }
}

/// Returns what waits for a click before it is played, if anything. The click is asked for early,
/// while the peer is muted: once they speak it would be too late.
pub(crate) fn held(
    announced: SourceStates,
    is_heard: bool,
    link: Option<&PeerLink>,
    elements: Elements,
) -> Option<Held> {
    let link = link?;
    let person = (link.person(), elements.person, announced.microphone);
    let screen = (link.screen(), elements.screen, announced.screen_audio);
    let held = |(stream, playback, audio): (Option<StreamId>, Option<PlaybackState>, _)| {
        let playback = playback.filter(|_| stream.is_some())?;
        let has_audio = is_heard && audio != SourceState::Off;
        match playback {
            PlaybackState::Silenced => Some(Held::Audio),
            PlaybackState::Stopped if has_audio => Some(Held::Audio),
            PlaybackState::Stopped => Some(Held::Video),
            PlaybackState::Starting | PlaybackState::Playing | PlaybackState::Waiting => None,
        }
    };
    [person, screen].into_iter().filter_map(held).min()
}
