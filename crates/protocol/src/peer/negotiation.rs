//! The negotiation of a peer connection: offers, answers and candidates.

use std::fmt;

use serde::Serialize;

use crate::MidSources;
use crate::json::Value;

/// A message of the negotiation of a peer connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NegotiationMessage {
    /// An offer.
    Offer(Offer),
    /// An answer.
    Answer(Answer),
    /// An ICE candidate, sent as soon as it is gathered (trickle ICE, RFC 8838).
    Candidate {
        /// The sender's `RTCPeerConnection` that the candidate belongs to.
        connection: ConnectionId,
        /// The candidate.
        candidate: Candidate,
    },
    /// Several ICE candidates that were gathered within a short time.
    Candidates {
        /// The sender's `RTCPeerConnection` that the candidates belong to.
        connection: ConnectionId,
        /// The candidates.
        candidates: Vec<Candidate>,
    },
}

/// An SDP offer (RFC 8829, section 4.1.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The sender's `RTCPeerConnection` that made the offer.
    pub connection: ConnectionId,
    /// The receiver's connection that the offer is meant for; `None` if the sender's connection has
    /// no counterpart yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ConnectionId>,
    /// The id of this offer.
    pub negotiation: NegotiationId,
    /// The session description.
    pub sdp: String,
    /// The source of each `m=` section, in both directions.
    pub sources: MidSources,
}

/// An SDP answer (RFC 8829, section 4.1.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The sender's `RTCPeerConnection` that made the answer.
    pub connection: ConnectionId,
    /// The id of the answered offer.
    pub negotiation: NegotiationId,
    /// The last offer that the sender itself had begun by then, if any. It is done or rolled back:
    /// if it arrives after this answer, it is void.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voids: Option<NegotiationId>,
    /// The session description.
    pub sdp: String,
}

/// The number of an `RTCPeerConnection` among all that a page has made, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u64);

/// The number of an offer among all that a page has begun, from 1. With the page's id it identifies
/// one negotiation, so that stale answers and results are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NegotiationId(pub u64);

/// An ICE candidate in the form of the browser's `RTCIceCandidateInit` (W3C WebRTC, 4.8.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1). It contains addresses: never log it.
    pub candidate: String,
    /// The `mid` of the `m=` section that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The index of that section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to, by its username fragment (RFC 8839, section 5.4).
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
