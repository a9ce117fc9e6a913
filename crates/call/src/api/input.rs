//! Everything that may come in: the whole list of what a [`Call`](crate::Call) can be told.

use tincan_protocol::ServerMessage;
use tincan_protocol::{Candidate, ConnectionId, MidSources, NegotiationId, PeerId, Source};

use super::Command;
use crate::features::FeatureInput;
use crate::link::IceServerError;
use crate::media::preferences::{DeviceId, DeviceInfo};
use crate::media::remote::Section;
use crate::media::{CaptureError, CaptureId, Permissions, StreamId, TrackId};
use crate::uplink::Sample;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The person gave a command.
    Command(Command),
    /// The WebSocket to the signaling server.
    Socket(SocketEvent),
    /// A capture that the call asked for has ended, or a captured track has.
    Capture(CaptureEvent),
    /// One peer connection. What comes from a connection that is no longer the link's is dropped.
    Connection {
        /// The peer at its other end.
        peer: PeerId,
        /// The connection.
        connection: ConnectionId,
        /// The event.
        event: ConnectionEvent,
    },
    /// The devices that the browser lists: at first, and whenever one comes or goes. A device that
    /// the page may not know yet has an empty id.
    Devices(Vec<DeviceInfo>),
    /// The devices that the page may use. It comes before the report of a refused capture.
    Permissions(Permissions),
    /// The code of connections is loaded, so links may be prepared in the lobby.
    ConnectionsLoaded,
    /// The result of [`Effect::FindOtherCall`](crate::Effect::FindOtherCall): another page of this
    /// browser is in a call of another room, or none is.
    OtherCall(bool),
    /// The result of [`ProbeServer`](crate::Effect::ProbeServer): `true` if the server answered.
    ServerProbed(bool),
    /// The page became visible, or came back from where the browser keeps pages: a good moment to
    /// try again.
    Awake,
    /// The network came back, or became another.
    NetworkChanged,
    /// Something happened on the browser's side of a feature.
    Feature(FeatureInput),
    /// The time that [`Call::deadline`](crate::Call::deadline) named has come.
    Timeout,
}

/// An event of the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A message came. What is not a message of the protocol does not get this far.
    Received(ServerMessage),
    /// It is closed, or could not be opened.
    Closed,
}

/// An event of captured media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureEvent {
    /// The browser gave tracks. Fewer than asked for are possible (a screen without audio).
    Captured {
        /// The request.
        capture: CaptureId,
        /// The tracks.
        tracks: Vec<LocalTrack>,
    },
    /// The browser refused.
    Failed {
        /// The request.
        capture: CaptureId,
        /// The reason.
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
    /// The video of a track has another height: a phone was turned, a shared window resized.
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
    /// The source that it carries.
    pub source: Source,
    /// Its id, to name it in effects.
    pub track: TrackId,
    /// The stream to show it by.
    pub stream: StreamId,
    /// The device that it comes from; none for a screen.
    pub device: Option<DeviceId>,
    /// The height of a video, in pixels; 0 if the browser does not tell, and for audio.
    pub height: u32,
    /// The system keeps it silent (`MediaStreamTrack.muted`).
    pub muted: bool,
}

/// An event of a peer connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// `CreateOffer` is done: the offer can be sent.
    OfferCreated {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// The source of each media section.
        sources: MidSources,
    },
    /// `AcceptOffer` is done: the answer can be sent and applied.
    AnswerCreated {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
    },
    /// `ApplyAnswer` is done: offer and answer are the descriptions now.
    AnswerApplied {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// `AcceptAnswer` is done.
    AnswerAccepted {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// One of these four operations failed.
    NegotiationFailed {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// A local candidate was found.
    CandidateFound(Candidate),
    /// A STUN or TURN server gave no candidate (`icecandidateerror`; W3C WebRTC, 4.8.3).
    ServerFailed(IceServerError),
    /// A track of the peer can be shown.
    TrackReceived {
        /// The source that it carries.
        source: Source,
        /// The stream to show it by.
        stream: StreamId,
    },
    /// A negotiation is done, and this is what the media sections can carry now.
    SectionsAgreed(Vec<Section>),
    /// The result of [`Operation::Measure`](crate::Operation::Measure).
    Measured(Sample),
    /// `connectionState` changed (W3C WebRTC, 4.3.3).
    StateChanged(ConnectionState),
    /// The peer has closed its end: its DTLS transport said so (RFC 8446, section 6.1;
    /// `RTCDtlsTransportState`, W3C WebRTC, 5.5.1).
    ClosedByPeer,
    /// The data channel.
    Channel(ChannelEvent),
}

/// An event of the data channel of a connection (`RTCDataChannel`, W3C WebRTC, 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelEvent {
    /// It is open on this side.
    Opened,
    /// A message of the peer arrived: its text; none if it is binary, or surely longer than
    /// `MAX_PEER_MESSAGE_BYTES`.
    Received(Option<String>),
    /// A message was not sent, since too much waits to be sent.
    Congested,
    /// Little waits to be sent (`bufferedamountlow`).
    Drained,
    /// It is closed, for as long as the connection lasts.
    Closed,
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
