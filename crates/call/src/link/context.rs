//! The part of the call that a link needs.

use std::time::Duration;

use tincan_protocol::{
    ConnectionId, FeatureMessage, IceServer, NegotiationId, NegotiationMessage, PeerId,
};

use super::failure::IceServerKinds;
use super::recovery::RecoveryContext;
use crate::api::view::Failure;
use crate::api::{Effect, Effects, Operation, TransportPolicy};
use crate::media::local::LocalMedia;
use crate::policy::Policy;
use crate::random::Random;
use crate::uplink::LinkStats;

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

/// The part of the call that a link needs to handle one event.
pub(crate) struct Context<'a> {
    pub(crate) now: Duration,
    /// The peer at the other end.
    pub(crate) peer: PeerId,
    /// A message would reach the peer: this page and the peer are in the room.
    pub(crate) reachable: bool,
    pub(crate) policy: &'a Policy,
    pub(crate) ice_servers: &'a [IceServer],
    pub(crate) local_media: &'a LocalMedia,
    pub(crate) random: &'a mut Random,
    pub(crate) ids: &'a mut Ids,
    pub(crate) effects: &'a mut Effects,
    /// Messages to the peer.
    pub(crate) outbox: &'a mut Vec<NegotiationMessage>,
    /// The events for the features.
    pub(crate) feature_events: &'a mut Vec<FeatureEvent>,
}

/// An event of a link that concerns the features.
#[derive(Debug)]
pub(crate) enum FeatureEvent {
    /// A message of the peer arrived by the data channel.
    Message(FeatureMessage),
    /// The link was measured again.
    Measured(LinkStats),
    /// The data channel carries messages from now on, or no longer. What was sent before may be
    /// lost.
    RouteChanged,
}

impl Context<'_> {
    /// Asks the driver to do something with a connection.
    pub(super) fn operate(&mut self, connection: ConnectionId, operation: Operation) {
        self.effects.push(Effect::Connection { peer: self.peer, connection, operation });
    }

    /// Asks the driver to make a connection.
    pub(super) fn open_connection(&mut self, connection: ConnectionId, transport: TransportPolicy) {
        self.effects.push(Effect::OpenConnection {
            peer: self.peer,
            connection,
            ice_servers: self.ice_servers.to_vec(),
            transport,
        });
    }

    /// Returns the kinds of STUN and TURN servers that there are.
    pub(super) fn servers(&self) -> IceServerKinds {
        IceServerKinds::of(self.ice_servers)
    }

    /// Returns the facts for the recovery. `failure` is the reason to give, should the link fail.
    pub(super) fn recovery(&mut self, failure: Failure) -> RecoveryContext<'_> {
        RecoveryContext {
            now: self.now,
            policy: &self.policy.recovery,
            reachable: self.reachable,
            has_turn: self.servers().has_turn(),
            failure,
            random: self.random,
        }
    }
}

/// The role of this page in perfect negotiation (W3C WebRTC, 10.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Gives way when offers cross.
    Polite,
    /// Goes on with its own offer.
    Impolite,
}

impl Role {
    /// Returns the role of this page. The peer with the smaller id is polite.
    pub(crate) fn of(me: PeerId, peer: PeerId) -> Self {
        if me < peer { Self::Polite } else { Self::Impolite }
    }
}
