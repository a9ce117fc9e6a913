//! Everything that may go out: the whole list of what a [`Call`](crate::Call) asks of its driver.

use std::rc::Rc;

use tincan_protocol::{
    Candidate, ClientMessage, ConnectionId, IceServer, MidSources, NegotiationId, PeerId, Source,
};

use crate::measured::Encoding;
use crate::media::{CaptureId, Quality, TrackId};
use crate::preferences::{Preferences, ShareStyle};

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
        /// What to capture: one or both devices, or the screen with its sound.
        target: CaptureTarget,
        /// How closely to keep to what is liked best.
        quality: Quality,
        /// What is liked best.
        preferences: Rc<Preferences>,
    },
    /// Say what a shared screen is like (`MediaStreamTrack.contentHint`).
    HintTrack {
        /// Which.
        track: TrackId,
        /// What it is like.
        style: ShareStyle,
    },
    /// Silence a track, or let it be heard (`MediaStreamTrack.enabled`).
    EnableTrack {
        /// Which.
        track: TrackId,
        /// Whether it is heard.
        enabled: bool,
    },
    /// Look at the size of every captured picture. Answered by `Resized` for each that has changed.
    MeasureTracks,
    /// Stop a track and let go of its device. No event follows.
    StopTrack(TrackId),
    /// Find out by HTTP whether the signaling server is there. Answered by
    /// [`Input::ServerFound`](crate::Input::ServerFound); what was asked before needs no answer any more.
    FindServer,
    /// Find out whether another page of this browser is in a call of another room. Answered by
    /// [`Input::OtherCall`](crate::Input::OtherCall).
    FindOtherCall,
    /// Let other pages of this browser find this call, or no longer.
    AnnounceCall(bool),
    /// Make a peer connection.
    OpenConnection {
        /// The peer at its other end.
        peer: PeerId,
        /// Its id.
        connection: ConnectionId,
        /// Where to find STUN and TURN.
        ice_servers: Vec<IceServer>,
        /// Which ways it may go. It stays so.
        transport: TransportPolicy,
    },
    /// Do something with a peer connection.
    Connection {
        /// The peer at its other end.
        peer: PeerId,
        /// Which connection it is.
        connection: ConnectionId,
        /// What to do.
        operation: Operation,
    },
    /// Close a peer connection and let go of all that it holds. No event follows.
    CloseConnection {
        /// The peer at its other end.
        peer: PeerId,
        /// Which connection it is.
        connection: ConnectionId,
    },
}

/// Which ways media may go (`RTCIceTransportPolicy`, W3C WebRTC, 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportPolicy {
    /// Any.
    All,
    /// By way of TURN servers alone.
    Relay,
}

/// What one prompt of the browser covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureTarget {
    /// Both devices, with one prompt (`getUserMedia`).
    MicrophoneAndCamera,
    /// The microphone (`getUserMedia`).
    Microphone,
    /// The camera (`getUserMedia`).
    Camera,
    /// A screen, window or tab, with its sound if there is one (`getDisplayMedia`).
    Screen,
}

/// What to do with a peer connection. Of the first three, at most one is under way at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Create an offer. The first of a connection becomes the local description at once, a later
    /// one with its answer. Answered by `OfferCreated`.
    CreateOffer {
        /// The operation.
        negotiation: NegotiationId,
        /// The media sections that there must be, in this order; those that are missing are added.
        sections: Vec<Source>,
        /// Whether ICE starts anew (RFC 8445, section 9).
        ice_restart: bool,
    },
    /// Apply a remote offer, in place of a local one that waits for its answer; then answer it.
    /// Answered by `AnswerCreated`.
    AcceptOffer {
        /// The operation.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// What each media section carries.
        sources: MidSources,
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
    /// Code a source in this way from now on (`RTCRtpSender.setParameters`). A section that is not
    /// there is no error.
    SetEncoding {
        /// The section.
        source: Source,
        /// How.
        encoding: Encoding,
    },
    /// Send the next picture of this source whole (`RTCEncodingOptions.keyFrame`, W3C WebRTC Extensions):
    /// who missed those before can show it. Where a browser can not, it comes when it comes.
    SendKeyFrame(Source),
    /// Look at the statistics (`getStats`). Answered by `Measured`, unless they can not be had.
    Measure,
    /// Use these STUN and TURN servers from the next ICE restart on (`setConfiguration`).
    SetIceServers(Vec<IceServer>),
}
