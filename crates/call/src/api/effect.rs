//! Everything that goes out: the requests of a [`Call`](crate::Call) to its driver.

use std::collections::VecDeque;
use std::rc::Rc;

use tincan_protocol::{
    Candidate, ClientMessage, ConnectionId, IceServer, MidSources, NegotiationId, PeerId, Source,
};

use crate::features::FeatureEffect;
use crate::media::preferences::{Preferences, ShareStyle};
use crate::media::{CaptureId, Quality, TrackId};
use crate::uplink::Encoding;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open the WebSocket, in place of any that is open. Answered by `SocketEvent`s.
    OpenSocket,
    /// Send a message. If the socket is not open, it is lost.
    Send(ClientMessage),
    /// Close the socket after what was sent. No event follows.
    CloseSocket,
    /// Start to capture. Answered by `Captured` or `Failed`.
    Capture {
        /// The request.
        capture: CaptureId,
        /// One or both devices, or the screen with its audio.
        target: CaptureTarget,
        /// The closeness to the preferences.
        quality: Quality,
        /// The preferences.
        preferences: Rc<Preferences>,
    },
    /// Set the style of a shared screen (`MediaStreamTrack.contentHint`).
    HintTrack {
        /// The track.
        track: TrackId,
        /// The style.
        style: ShareStyle,
    },
    /// Mute a track, or unmute it (`MediaStreamTrack.enabled`).
    EnableTrack {
        /// The track.
        track: TrackId,
        /// It is unmuted.
        enabled: bool,
    },
    /// Look at the size of every captured video. Answered by `Resized` for each that has changed.
    MeasureTracks,
    /// Stop a track and let go of its device. No event follows.
    StopTrack(TrackId),
    /// Find out by HTTP whether the signaling server is there. Answered by
    /// [`Input::ServerProbed`](crate::Input::ServerProbed); earlier questions need no answer.
    ProbeServer,
    /// Find out whether another page of this browser is in a call of another room. Answered by
    /// [`Input::OtherCall`](crate::Input::OtherCall).
    FindOtherCall,
    /// Let other pages of this browser find this call, or no longer.
    AnnounceCall(bool),
    /// Make a peer connection with a data channel (`CHANNEL_ID`), before anything is negotiated. A
    /// browser that cannot make the channel goes on without.
    OpenConnection {
        /// The peer at its other end.
        peer: PeerId,
        /// Its id.
        connection: ConnectionId,
        /// The STUN and TURN servers.
        ice_servers: Vec<IceServer>,
        /// The paths that it may use. It stays so.
        transport: TransportPolicy,
    },
    /// Do something with a peer connection.
    Connection {
        /// The peer at its other end.
        peer: PeerId,
        /// The connection.
        connection: ConnectionId,
        /// The operation.
        operation: Operation,
    },
    /// Close a peer connection and let go of all that it holds. No event follows.
    CloseConnection {
        /// The peer at its other end.
        peer: PeerId,
        /// The connection.
        connection: ConnectionId,
    },
    /// Do something for a feature.
    Feature(FeatureEffect),
}

/// The queue of effects, in the order in which they must run.
#[derive(Debug, Default)]
pub(crate) struct Effects(VecDeque<Effect>);

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.0.push_back(effect);
    }

    pub(crate) fn pop(&mut self) -> Option<Effect> {
        self.0.pop_front()
    }
}

/// The paths that media may use (`RTCIceTransportPolicy`, W3C WebRTC, 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportPolicy {
    /// Any.
    All,
    /// By way of TURN servers alone.
    Relay,
}

/// The time at which an offer of this page becomes the local description. From then on the browser
/// gathers candidates (RFC 8829, section 4.1.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferApplied {
    /// As it is created, so that candidates are gathered while it travels.
    AtOnce,
    /// With its answer. Should it have to give way, there is nothing to roll back; and until then
    /// nothing is gathered.
    WithAnswer,
}

/// The sources that one prompt of the browser covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureTarget {
    /// Both devices, with one prompt (`getUserMedia`).
    MicrophoneAndCamera,
    /// The microphone (`getUserMedia`).
    Microphone,
    /// The camera (`getUserMedia`).
    Camera,
    /// A screen, window or tab, with its audio if there is one (`getDisplayMedia`).
    Screen,
}

/// An operation on a peer connection. Of the first four, at most one is under way at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Create an offer. Answered by `OfferCreated`.
    CreateOffer {
        /// The operation.
        negotiation: NegotiationId,
        /// The time at which it becomes the local description.
        applied: OfferApplied,
        /// The media sections that there must be, in this order; those that are missing are added.
        sections: Vec<Source>,
        /// ICE restarts (RFC 8445, section 9).
        ice_restart: bool,
    },
    /// Apply a remote offer, in place of a local one that waits for its answer; then create an
    /// answer. Answered by `AnswerCreated`.
    AcceptOffer {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// The source of each media section.
        sources: MidSources,
    },
    /// Apply the answer that was created last. Answered by `AnswerApplied`.
    ApplyAnswer {
        /// The operation.
        negotiation: NegotiationId,
    },
    /// Apply a remote answer. Answered by `AnswerAccepted`.
    AcceptAnswer {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
    },
    /// Add a remote candidate. One that does not fit is no error.
    AddCandidate(Candidate),
    /// Send this track, or nothing, in the section of this source, now and in sections to come
    /// (`RTCRtpSender.replaceTrack`).
    SendTrack {
        /// The section.
        source: Source,
        /// The track.
        track: Option<TrackId>,
    },
    /// Encode a source in this way from now on (`RTCRtpSender.setParameters`). A section that is
    /// not there is no error.
    SetEncoding {
        /// The section.
        source: Source,
        /// The encoding.
        encoding: Encoding,
    },
    /// Send a key frame of this source (`RTCEncodingOptions.keyFrame`, W3C WebRTC Extensions): a
    /// peer that missed the frames before can show it. Browsers without the option ignore it.
    SendKeyFrame(Source),
    /// Send a message on the data channel (`RTCDataChannel.send`). If more than this would wait to
    /// be sent then, it is not sent, and `Congested` answers. Without an open channel it is lost.
    SendMessage {
        /// The message.
        text: String,
        /// In bytes (`RTCDataChannel.bufferedAmount`).
        max_buffered: u32,
    },
    /// Close the data channel. No event follows.
    CloseChannel,
    /// Look at the statistics (`getStats`). Answered by `Measured`, unless there are none.
    Measure,
    /// Use these STUN and TURN servers from the next ICE restart on (`setConfiguration`).
    SetIceServers(Vec<IceServer>),
}
