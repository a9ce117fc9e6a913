//! Where the negotiation of a link stands.
//!
//! ```text
//!               begin                 OfferCreated               answer
//!   Stable ------------> Offering ------------------> Awaiting ----------> AcceptingAnswer
//!    ^  |                    |                           |                        |
//!    |  | offer              | OfferCreated,             | offer, polite          |
//!    |  v                    v an offer is held          v (the browser rolls     |
//!    |  AcceptingOffer <-----+---------------------------+  ours back)            |
//!    |        | AnswerCreated                                      AnswerAccepted |
//!    +--------+-------------------------------------------------------------------+
//! ```

use std::time::Duration;

use tincan_protocol::{NegotiationId, PeerMessage, Source};

use super::offer::RemoteOffer;

/// Where the negotiation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Negotiation {
    /// Nothing is under way.
    Stable,
    /// The browser makes an offer.
    Offering { id: NegotiationId },
    /// The offer is sent; the answer is on its way.
    Awaiting { id: NegotiationId, offer: PeerMessage, sections: Vec<Source>, resend: Resend },
    /// The browser applies the answer.
    AcceptingAnswer { id: NegotiationId, sdp: String, sections: Vec<Source> },
    /// The browser applies the peer's offer, and answers it.
    AcceptingOffer { offer: RemoteOffer },
}

impl Negotiation {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Offering { .. } => "offering",
            Self::Awaiting { .. } => "awaiting",
            Self::AcceptingAnswer { .. } => "accepting answer",
            Self::AcceptingOffer { .. } => "accepting offer",
        }
    }
}

/// When an offer is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resend {
    pub(super) at: Duration,
    pub(super) wait: Duration,
}

/// Whether ICE shall start anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IceRestart {
    NotWanted,
    /// With the next offer.
    Wanted,
    /// With the offer that is under way.
    Offered,
}
