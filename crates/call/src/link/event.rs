//! The events of a link.

use tincan_protocol::{ConnectionId, NegotiationMessage};

use crate::api::ConnectionEvent;

/// An event of a link.
#[derive(Debug)]
pub(crate) enum Event {
    /// A message of the peer arrived.
    Message(NegotiationMessage),
    /// An event of a connection. Only the one in use counts.
    Connection(ConnectionId, ConnectionEvent),
    /// The peer is present in the room, newly or again, and may have missed what was sent while
    /// one of the two was away.
    PeerPresent,
    /// Nothing arrives, and the server reports the peer as gone.
    Lost,
    /// The page became visible: a good moment to try again.
    Awake,
    /// The network of this page is another.
    NetworkChanged,
    /// The person asks for another attempt.
    Retry,
    /// The server named other STUN and TURN servers.
    IceServersChanged,
    /// Time has passed, or what is wanted may have changed. Follows every input.
    Reconcile,
}

impl Event {
    /// Returns the name for the coverage; none for what does not concern the negotiation. An event
    /// by the clock is named if it `is_due`.
    pub(super) fn name(&self, is_due: bool) -> Option<&'static str> {
        match self {
            Self::Message(NegotiationMessage::Offer(_)) => Some("offer"),
            Self::Message(NegotiationMessage::Answer(_)) => Some("answer"),
            Self::Message(
                NegotiationMessage::Candidate { .. } | NegotiationMessage::Candidates { .. },
            ) => Some("candidate"),
            Self::Connection(_, event) => match event {
                ConnectionEvent::OfferCreated { .. } => Some("OfferCreated"),
                ConnectionEvent::AnswerCreated { .. } => Some("AnswerCreated"),
                ConnectionEvent::AnswerApplied { .. } => Some("AnswerApplied"),
                ConnectionEvent::AnswerAccepted { .. } => Some("AnswerAccepted"),
                ConnectionEvent::NegotiationFailed { .. } => Some("NegotiationFailed"),
                ConnectionEvent::CandidateFound(_) => Some("CandidateFound"),
                ConnectionEvent::StateChanged(_) => Some("StateChanged"),
                ConnectionEvent::ClosedByPeer => Some("ClosedByPeer"),
                ConnectionEvent::ServerFailed(_)
                | ConnectionEvent::TrackReceived { .. }
                | ConnectionEvent::SectionsAgreed(_)
                | ConnectionEvent::Channel(_)
                | ConnectionEvent::Measured(_) => None,
            },
            Self::PeerPresent => Some("peer present"),
            Self::Awake => Some("awake"),
            Self::NetworkChanged => Some("network changed"),
            Self::IceServersChanged => Some("ICE servers"),
            Self::Reconcile => is_due.then_some("clock"),
            Self::Lost | Self::Retry => None,
        }
    }
}
