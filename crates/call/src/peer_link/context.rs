//! What a link needs from the call around it.

use std::time::Duration;

use tincan_protocol::{ConnectionId, IceServer, NegotiationId, PeerId, PeerMessage};

use super::recovery::Ground;
use crate::effects::Effects;
use crate::local_media::LocalMedia;

/// Counts connections and negotiations over all links of a page.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    connections: u64,
    negotiations: u64,
}

impl Ids {
    pub(super) fn connection(&mut self) -> ConnectionId {
        self.connections += 1;
        ConnectionId(self.connections)
    }

    pub(super) fn negotiation(&mut self) -> NegotiationId {
        self.negotiations += 1;
        NegotiationId(self.negotiations)
    }
}

/// What a link needs from the call around it, for one input.
pub(crate) struct Context<'a> {
    pub(crate) now: Duration,
    /// Whether a message would reach the peer: this page and the peer are in the room.
    pub(crate) reachable: bool,
    pub(crate) ice_servers: &'a [IceServer],
    /// By chance, from 0 up to 1.
    pub(crate) jitter: f64,
    pub(crate) local_media: &'a LocalMedia,
    pub(crate) ids: &'a mut Ids,
    pub(crate) effects: &'a mut Effects,
    /// Messages to the peer.
    pub(crate) outbox: &'a mut Vec<PeerMessage>,
}

impl Context<'_> {
    pub(super) fn ground(&self) -> Ground {
        Ground {
            now: self.now,
            reachable: self.reachable,
            has_turn: has_turn(self.ice_servers),
            jitter: self.jitter,
        }
    }
}

/// Whether there is a TURN server among them (RFC 7065).
pub(super) fn has_turn(servers: &[IceServer]) -> bool {
    servers.iter().flat_map(|server| &server.urls).any(|url| url.starts_with("turn"))
}

/// Which of the two gives way when offers cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    Polite,
    Impolite,
}

impl Manners {
    /// The peer with the smaller id is polite.
    pub(crate) fn of(me: PeerId, peer: PeerId) -> Self {
        if me < peer { Self::Polite } else { Self::Impolite }
    }
}
