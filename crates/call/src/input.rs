//! Everything that may come in: the whole list of what a [`Call`](crate::Call) can be told.

use tincan_protocol::ServerMessage;
use tincan_protocol::{Candidate, ConnectionId, MidSources, Name, NegotiationId, PeerId, Source};

use crate::measured::Sample;
use crate::media::{CaptureError, CaptureId, Permissions, StreamId, TrackId};
use crate::playback::PlaybackState;
use crate::preferences::{DeviceId, DeviceInfo, Preferences};
use crate::remote::Section;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The person wants something.
    Command(Command),
    /// The WebSocket to the signaling server.
    Socket(SocketEvent),
    /// A capture that the call asked for has ended, or a captured track has.
    Capture(CaptureEvent),
    /// One peer connection. What comes from a connection that is no longer the link's is dropped.
    Connection {
        /// The peer at its other end.
        peer: PeerId,
        /// Which connection it is.
        connection: ConnectionId,
        /// What happened to it.
        event: ConnectionEvent,
    },
    /// The devices that the browser lists: at first, and whenever one comes or goes. A device that
    /// the page may not know yet has an empty id.
    Devices(Vec<DeviceInfo>),
    /// The devices that the page may use. It comes before the report of a refused capture.
    Permissions(Permissions),
    /// What [`Effect::FindOtherCall`](crate::Effect::FindOtherCall) asked for: whether another page
    /// of this browser is in a call of another room.
    OtherCall(bool),
    /// What [`Effect::FindServer`](crate::Effect::FindServer) asked for: whether the server is there.
    ServerFound(bool),
    /// The page became visible, or came back from where the browser keeps pages: a good moment to
    /// try again.
    Awake,
    /// The network came back, or became another.
    NetworkChanged,
    /// The time that [`Call::deadline`](crate::Call::deadline) named has come.
    Timeout,
}

/// What a person can want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enter the lobby: connect to the server, and start the devices that are asked for. From
    /// the end of a call it leads back to the lobby.
    Enter {
        /// Start the microphone.
        microphone: bool,
        /// Start the camera.
        camera: bool,
    },
    /// Be called this.
    SetName(Name),
    /// Take part in the call.
    Join,
    /// Ring everyone who waits. Where there is nobody to ring, it is the same as [`Self::Join`].
    Call,
    /// Ring no longer, and stay in the lobby.
    Cancel,
    /// Take part in the call that the others ring for. Once nobody rings it does nothing, unless
    /// the call is on.
    Accept,
    /// The same with the camera off, for this call only.
    AcceptWithoutCamera,
    /// Do not talk now, and stay in the lobby.
    Decline,
    /// Leave the call and the room, from the lobby or the call.
    HangUp,
    /// Leave the call by the browser's back button. The page offers the way back.
    Leave,
    /// The page goes away, and the browser may keep it to bring it back: leave the room, and let go
    /// of all devices.
    Suspend,
    /// The page is back after [`Self::Suspend`]: enter the lobby again.
    Resume,
    /// Unmute the microphone, or start it if there is none yet; or mute it. The next call starts
    /// like this, too.
    SetMicrophone(bool),
    /// Start the camera, or stop it. The next call starts like this, too.
    SetCamera(bool),
    /// Try microphone and camera again after both failed: the same as to turn each of them on, but
    /// with one prompt.
    RetryDevices,
    /// Unmute the microphone while a key is held (`true`), starting it if there is none yet, and
    /// mute it again (`false`). The next call does not start like this.
    Talk(bool),
    /// Start to share a screen, or stop it. Must come in a click: the browser shows a picker.
    SetScreen(bool),
    /// Try a link that failed once more.
    RetryLink(PeerId),
    /// Like these devices and settings from now on. What is live and differs is captured anew.
    SetPreferences(Preferences),
    /// Use the device that was offered when it was plugged in.
    UseOffered,
    /// The person has read the notice on devices.
    Dismiss,
    /// The person has read how the last ring ended.
    DismissRing,
    /// How loud a person is heard, in percent of how loud they are.
    SetVolume(PeerId, u8),
    /// Whether a person is heard.
    SetHeard(PeerId, bool),
    /// How tall a person's picture is shown, in device pixels; 0 if it is not seen.
    SetShown {
        /// Whose.
        peer: PeerId,
        /// Camera or screen.
        source: Source,
        /// In device pixels.
        height: u32,
    },
    /// The browser does not play on this speaker: it is gone, or the page may not use it.
    SpeakerRefused(DeviceId),
    /// The state of the element that plays a person, or their screen.
    ReportPlayback {
        /// Whose.
        peer: PeerId,
        /// The camera stands for the person, with their microphone.
        source: Source,
        /// Nothing once it plays no more.
        playback: Option<PlaybackState>,
    },
}

/// What happens to the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A message came. What is not a message of the protocol does not get this far.
    Received(ServerMessage),
    /// It is closed, or could not be opened.
    Closed,
}

/// What happens to captured media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureEvent {
    /// The browser gave tracks. Fewer than asked for is possible (a screen without sound).
    Captured {
        /// The request.
        capture: CaptureId,
        /// What there is.
        tracks: Vec<LocalTrack>,
    },
    /// The browser refused.
    Failed {
        /// The request.
        capture: CaptureId,
        /// Why.
        error: CaptureError,
    },
    /// A track ended by itself: unplugged, or stopped from the browser's own controls.
    Ended(TrackId),
    /// The system silenced a track, or lets media flow again (`mute` and `unmute`).
    SystemMuted {
        /// The track.
        track: TrackId,
        /// It is silent.
        muted: bool,
    },
    /// The picture of a track has another height: a phone was turned, a shared window resized.
    Resized {
        /// The track.
        track: TrackId,
        /// In pixels.
        height: u32,
    },
}

/// A track that this page captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTrack {
    /// What it carries.
    pub source: Source,
    /// Its id, to name it in effects.
    pub track: TrackId,
    /// The stream to show it by.
    pub stream: StreamId,
    /// Where it comes from; nothing for a screen.
    pub device: Option<DeviceId>,
    /// The height of a picture, in pixels; 0 if the browser does not say, and for sound.
    pub height: u32,
    /// The system keeps it silent (`MediaStreamTrack.muted`).
    pub muted: bool,
}

/// What happens to a peer connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// `CreateOffer` is done: the offer can be sent.
    OfferCreated {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// What each media section carries.
        sources: MidSources,
    },
    /// `AcceptOffer` is done: offer and answer are the descriptions now.
    AnswerCreated {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
    },
    /// `AcceptAnswer` is done.
    AnswerAccepted {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// One of these three failed.
    NegotiationFailed {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// A local candidate was found.
    CandidateFound(Candidate),
    /// A track of the peer can be shown.
    TrackReceived {
        /// What it carries.
        source: Source,
        /// The stream to show it by.
        stream: StreamId,
    },
    /// A negotiation is done, and this is what the media sections can carry now.
    SectionsAgreed(Vec<Section>),
    /// What [`Operation::Measure`](crate::Operation::Measure) asked for.
    Measured(Sample),
    /// `connectionState` changed (W3C WebRTC, 4.3.3).
    StateChanged(ConnectionState),
    /// The peer has closed its end: its DTLS transport said so (RFC 8446, section 6.1;
    /// `RTCDtlsTransportState`, W3C WebRTC, 5.5.1).
    ClosedByPeer,
}

/// `RTCPeerConnectionState` (W3C WebRTC, 4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the standard's.
pub enum ConnectionState {
    New,
    Connecting,
    Connected,
    Disconnected,
    Failed,
    Closed,
}
