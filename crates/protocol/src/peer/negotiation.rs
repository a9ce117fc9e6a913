//! The negotiation of a peer connection: offers, answers and candidates.

use std::fmt;

use serde::Serialize;

use crate::MidSources;
use crate::json::Value;

/// A message that negotiates a peer connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NegotiationMessage {
    /// An offer.
    Offer(Offer),
    /// An answer.
    Answer(Answer),
    /// An ICE candidate, as soon as it is found (RFC 8838).
    Candidate {
        /// The sender's `RTCPeerConnection` that it belongs to.
        connection: ConnectionId,
        /// The candidate.
        candidate: Candidate,
    },
    /// Several ICE candidates that were found shortly one after another.
    Candidates {
        /// The sender's `RTCPeerConnection` that they belong to.
        connection: ConnectionId,
        /// The candidates.
        candidates: Vec<Candidate>,
    },
}

/// An SDP offer (RFC 8829, section 4.1.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The sender's `RTCPeerConnection` that it comes from.
    pub connection: ConnectionId,
    /// The receiver's connection that it is meant for; none from a connection that has met
    /// no other yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ConnectionId>,
    /// The id of this offer.
    pub negotiation: NegotiationId,
    /// The session description.
    pub sdp: String,
    /// What each media section carries, both ways.
    pub sources: MidSources,
}

/// An SDP answer (RFC 8829, section 4.1.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The sender's `RTCPeerConnection` that it comes from.
    pub connection: ConnectionId,
    /// The offer that it answers.
    pub negotiation: NegotiationId,
    /// The last offer that the sender itself had begun by then, if any. It is done or rolled
    /// back: should it arrive after this answer, it is void.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voids: Option<NegotiationId>,
    /// The session description.
    pub sdp: String,
}

/// Counts the `RTCPeerConnection`s that a page has made, from 1, over all its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u64);

/// Counts the offers that a page has begun, from 1, over all its links. With the page's id it
/// names one negotiation, so that a stale answer or result is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NegotiationId(pub u64);

/// An ICE candidate, in the shape of the browser's `RTCIceCandidateInit` (W3C WebRTC, 4.8.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1). It names addresses: never log it.
    pub candidate: String,
    /// The media section that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The same by index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to (RFC 8839, section 5.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl Candidate {
    pub(super) fn read(value: Value<'_>) -> Option<Self> {
        let fields = value.object()?;
        let index = |value: Value<'_>| u16::try_from(value.number()?).ok();
        Some(Self {
            candidate: fields.need("candidate", Value::text).ok()?,
            sdp_mid: fields.may_have("sdpMid", Value::text).ok()?,
            sdp_m_line_index: fields.may_have("sdpMLineIndex", index).ok()?,
            username_fragment: fields.may_have("usernameFragment", Value::text).ok()?,
        })
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("sdp_mid", &self.sdp_mid)
            .field("username_fragment", &self.username_fragment)
            .finish_non_exhaustive()
    }
}
