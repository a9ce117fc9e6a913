//! The view: a plain snapshot of the call, for the page to show.

use std::rc::Rc;

use tincan_protocol::{Name, PeerId, SourceStates};

use crate::features::{CallFeatures, PersonFeatures};
use crate::link::FailedAttempt;
use crate::media::preferences::{DeviceChoice, DeviceId, DeviceInfo, DeviceKind, Preferences};
use crate::media::remote::RemoteSources;
use crate::media::{CaptureError, StreamId};

/// The whole call at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The phase of this page.
    pub phase: Phase,
    /// The connection to the signaling server.
    pub signaling: Signaling,
    /// This page's person.
    pub me: Me,
    /// Everyone else in the room, in an order that does not change while they stay.
    pub peers: Vec<Peer>,
    /// The ring, if there is one or was one lately.
    pub ring: Ring,
    /// The devices that there are.
    pub devices: Rc<[DeviceInfo]>,
    /// The notice about devices, until it is dismissed.
    pub notice: Option<Notice>,
    /// The features of the call.
    pub features: CallFeatures,
}

impl View {
    /// Returns `true` if the main button of the lobby rings: others wait, and nobody talks.
    pub fn can_ring(&self) -> bool {
        self.signaling == Signaling::Online
            && !self.peers.is_empty()
            && self.peers.iter().all(|peer| !peer.in_call)
    }

    /// Returns the devices that a person in the call has on, to be in it again in the same way;
    /// `None` outside a call.
    pub fn devices_to_rejoin(&self) -> Option<DeviceChoice> {
        let is_on = |local| match local {
            Local::Off | Local::Muted(_) => false,
            Local::Starting | Local::On(_) | Local::Silenced(_) | Local::Failed(_) => true,
        };
        // The choice may differ: push-to-talk turns the microphone on without it, and a call can be
        // accepted without the camera.
        let Me { microphone, camera, choice, .. } = &self.me;
        (self.phase == Phase::InCall).then_some(DeviceChoice {
            microphone: choice.microphone && is_on(*microphone),
            camera: choice.camera && is_on(*camera),
        })
    }

    /// Returns what waits for a click before it is played, among all who are here.
    pub fn held(&self) -> Option<Held> {
        self.peers.iter().filter_map(|peer| peer.held).min()
    }
}

/// The ring before a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ring {
    /// There is none.
    None,
    /// This page rings others. It goes on in the call until each of them has answered.
    Outgoing(Vec<(PeerId, CallOutcome)>),
    /// Others ring this page: these.
    Incoming(Vec<PeerId>),
    /// The last one ended without a call.
    Ended(RingEnd),
}

/// The outcome of a call at one of those who were called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// It still rings.
    Ringing,
    /// They come into the call.
    Accepted,
    /// They do not want to talk now.
    Declined,
    /// They are in another call.
    Busy,
    /// They did not answer in time.
    NoAnswer,
    /// Their page is gone.
    Gone,
}

/// The end of a ring that led to no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RingEnd {
    /// Nobody joined: the outcome at each of those who were called.
    Unanswered(Vec<(Name, CallOutcome)>),
    /// This page's person gave up.
    Cancelled,
    /// This page's person declined.
    Declined,
    /// The caller gave up, or is gone.
    Missed(Name),
}

/// A notice about devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A device went away, and this one took its place. Its label is empty if the system does not
    /// name it; a speaker without a label stands for the system's own.
    FellBack(DeviceKind, DeviceInfo),
    /// A device came, and may be used.
    Offered(DeviceInfo),
    /// The device that was chosen cannot be used, and the one in use stays.
    NotTaken(DeviceKind, CaptureError),
}

/// The phase of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has begun.
    New,
    /// Getting ready; seen by others as waiting.
    Lobby,
    /// The same, while others are called: see [`View::ring`].
    Calling,
    /// In the call, alone or not.
    InCall,
    /// Out of the room while the browser keeps the page and does not show it.
    Suspended,
    /// Out of the room.
    Ended(EndReason),
}

/// The reason why the page is out of the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The person hung up.
    HungUp,
    /// The person left the call by the browser's back button.
    Left,
    /// This browser makes no peer connections. The page never entered the room.
    NoPeerConnections,
    /// The room holds as many people as it may.
    RoomFull,
    /// The same page took the call over on another connection.
    Replaced,
    /// The server speaks another version: the page must be loaded anew.
    Version,
    /// The server refused for another reason.
    Refused,
}

/// The state of the connection to the signaling server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signaling {
    /// Not wanted.
    Off,
    /// The first connection is on its way.
    Connecting,
    /// In the room.
    Online,
    /// Lost; the page tries again by itself. Calls go on.
    Reconnecting,
}

/// This page's person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The name given.
    pub name: Name,
    /// The microphone.
    pub microphone: Local,
    /// The camera.
    pub camera: Local,
    /// The shared screen.
    pub screen: Local,
    /// The audio of the shared screen.
    pub screen_audio: Local,
    /// The microphone in use, if one is.
    pub microphone_device: Option<DeviceId>,
    /// The camera in use, if one is.
    pub camera_device: Option<DeviceId>,
    /// The speaker in use; none is the system's own. It differs from the preferred one while that
    /// one is gone.
    pub speaker: Option<DeviceId>,
    /// The preferences of the person.
    pub preferences: Rc<Preferences>,
    /// The sources of this page that reach nobody in the call.
    pub unreached: Unreached,
    /// The devices that the next call starts with.
    pub choice: DeviceChoice,
    /// The features of the call, for this person.
    pub features: PersonFeatures,
}

/// The sources of this page that nobody in the call can receive, since no browser there has a codec
/// in common with this one. Nothing as long as one of them can, and while nobody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unreached {
    /// Nobody can hear the microphone.
    pub microphone: bool,
    /// Nobody can see the camera.
    pub camera: bool,
    /// Nobody can see the shared screen.
    pub screen: bool,
}

/// A source of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// Not wanted.
    Off,
    /// The browser is asking, or the device is starting.
    Starting,
    /// Live.
    On(StreamId),
    /// Captured, but muted by the person.
    Muted(StreamId),
    /// Captured, but kept silent by the system.
    Silenced(StreamId),
    /// Wanted, but not to be had.
    Failed(CaptureError),
}

impl Local {
    /// The stream to show, if there is one.
    pub const fn stream(self) -> Option<StreamId> {
        match self {
            Self::On(stream) | Self::Muted(stream) | Self::Silenced(stream) => Some(stream),
            Self::Off | Self::Starting | Self::Failed(_) => None,
        }
    }
}

/// Another person in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The id of their page.
    pub id: PeerId,
    /// Their name; empty while it is not known, or if they gave none.
    pub name: Name,
    /// They take part in the call, and do not wait in the lobby.
    pub in_call: bool,
    /// The sources that they announce.
    pub sources: SourceStates,
    /// The view of each of these.
    pub remote: RemoteSources,
    /// The media of them that wait for a click before they are played.
    pub held: Option<Held>,
    /// The stream of their microphone and camera.
    pub person: Option<StreamId>,
    /// The stream of their screen and its audio, while they share.
    pub screen: Option<StreamId>,
    /// The connection with them.
    pub link: LinkState,
    /// The attempt that failed, while the connection is [`LinkState::Failed`].
    pub failed: Option<Rc<FailedAttempt>>,
    /// Their audio on this page.
    pub hearing: Hearing,
    /// Their volume on this page, in percent.
    pub volume: u8,
    /// The features of the call, for this person.
    pub features: PersonFeatures,
}

/// The audio of a person on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// It is played.
    Heard,
    /// Muted by this page's person.
    Muted,
    /// Not played: their page is open on the same machine, and the two would feed back.
    SameMachine,
}

/// Media that the browser plays only after a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The audio, and perhaps a video with it.
    Audio,
    /// A video without audio, or without audio that is to be heard.
    Video,
}

/// The state of the connection with a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// There is none: one of the two is not in the call.
    None,
    /// On its way for the first time.
    Connecting(RecoveryStage),
    /// Media flows.
    Connected,
    /// It was there and is lost; the page tries to recover it.
    Reconnecting(RecoveryStage),
    /// It could not be made or recovered. The page tries again from time to time.
    Failed(Failure),
}

/// The stages of making or recovering a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryStage {
    /// Wait for a moment: it may heal by itself.
    Wait,
    /// ICE, for the first time or once more (RFC 8445, section 9).
    IceRestart,
    /// A new connection in place of the old one.
    Rebuild,
    /// A new connection that uses nothing but relays.
    RelayOnly,
}

/// The reason why a connection could not be made or recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The peer is in the room and says nothing.
    NoAnswer,
    /// There is no direct way, and no relay to go by.
    NoRelay,
    /// This page's network lets no UDP out, or nobody answers it, and no relay is offered by TCP.
    UdpBlocked,
    /// The relay refuses the credentials: they are wrong, or have expired by its clock.
    RelayRefused,
    /// The relay accepts the credentials and makes no relay: it is full, or has a problem.
    RelayFailing,
    /// This page has no secure connection to the relay, and no other one: it is unreachable, or the
    /// browser refuses its certificate. Browsers do not tell which.
    RelayNotSecure,
    /// This page reaches no relay.
    RelayUnreachable,
    /// The peer has no relay.
    RelayUnreachableThere,
    /// Both have relays, and still nothing gets through.
    NoPath,
    /// The two browsers cannot agree on a session: one refuses what the other describes, or they
    /// have no codec in common.
    Incompatible,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_captured_has_a_stream() {
        let stream = StreamId(3);
        for (local, expected) in [
            (Local::On(stream), Some(stream)),
            (Local::Muted(stream), Some(stream)),
            (Local::Silenced(stream), Some(stream)),
            (Local::Off, None),
            (Local::Starting, None),
            (Local::Failed(CaptureError::NotFound), None),
        ] {
            assert_eq!(local.stream(), expected, "{local:?}");
        }
    }
}
