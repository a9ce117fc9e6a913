//! What pages say to each other, inside sealed payloads that the server can not open.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Name;

/// A message from page to page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeerMessage {
    /// How a page stands: who it is, whether it takes part in the call, what it sends. It is sent
    /// whole at every change and at every meeting, so that a lost one does not matter.
    State {
        /// Grows with every state that a page sends; an older one than the last seen is dropped.
        revision: u32,
        /// The person's name.
        name: Name,
        /// Whether the page is in the call, or still in the lobby.
        in_call: bool,
        /// What the page sends.
        sources: SourceStates,
    },
    /// The page leaves the call for good. It takes a `revision` of the same count as `state`.
    HangUp {
        /// As in `state`.
        revision: u32,
    },
    /// An SDP offer (RFC 8829, section 4.1.8).
    Offer {
        /// The sender's `RTCPeerConnection` that it comes from.
        connection: ConnectionId,
        /// The receiver's connection that it is meant for; none from a connection that has met
        /// no other yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<ConnectionId>,
        /// The id of this offer.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// What each media section carries, both ways.
        sources: MidSources,
    },
    /// An SDP answer (RFC 8829, section 4.1.10).
    Answer {
        /// The sender's `RTCPeerConnection` that it comes from.
        connection: ConnectionId,
        /// The offer that it answers.
        negotiation: NegotiationId,
        /// The last offer that the sender itself had begun by then, if any. It is done or rolled
        /// back: should it arrive after this answer, it is void.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voids: Option<NegotiationId>,
        /// The session description.
        sdp: String,
    },
    /// An ICE candidate, as soon as it is found (RFC 8838).
    Candidate {
        /// The sender's `RTCPeerConnection` that it belongs to.
        connection: ConnectionId,
        /// The candidate.
        candidate: Candidate,
    },
    /// A type that this version does not know: ignored, so that versions can mix.
    #[serde(other)]
    Unknown,
}

/// Counts the `RTCPeerConnection`s that a page has made, from 1, over all its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u32);

/// Counts the offers that a page has begun, from 1, over all its links. With the page's id it
/// names one negotiation, so that a stale answer or result is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NegotiationId(pub u32);

/// Which source each media section (by its `mid`) carries. A section carries the same source both
/// ways. Sections of a source that a page does not know are left alone.
pub type MidSources = BTreeMap<String, Source>;

/// Something that a page sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's voice.
    Microphone,
    /// The person's picture.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// The sound of what is shared.
    ScreenAudio,
    /// A source that this version does not know.
    #[serde(other)]
    Unknown,
}

/// How a source of a page stands, for others to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Live.
    On,
    /// Captured, but silenced by its owner.
    Muted,
    /// Nothing is captured. What this version does not know counts as this, too.
    #[default]
    #[serde(other)]
    Off,
}

/// How all sources of a page stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceStates {
    /// The microphone.
    pub microphone: SourceState,
    /// The camera.
    pub camera: SourceState,
    /// The shared screen.
    pub screen: SourceState,
    /// The sound of the shared screen.
    pub screen_audio: SourceState,
}

/// An ICE candidate, in the shape of the browser's `RTCIceCandidateInit` (W3C WebRTC, 4.8.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1). It names addresses: never log it.
    pub candidate: String,
    /// The media section that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The same by index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to (RFC 8839, section 5.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("sdp_mid", &self.sdp_mid)
            .field("username_fragment", &self.username_fragment)
            .finish_non_exhaustive()
    }
}
