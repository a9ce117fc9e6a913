//! A connection that is prepared before it may be used.
//!
//! While one of two people is in the call and the other in the lobby, their pages exchange
//! descriptions. Neither applies what would make its browser gather candidates (RFC 8829, section
//! 4.1.11), so no address is found or told, and no media can flow. When the second one joins, both
//! know the other's description already, and only the candidates are missing.
//!
//! The page in the lobby offers. Nothing depends on it: a link whose preparation failed, or was
//! lost on the way, begins as any other.

use tincan_protocol::{NegotiationMessage, Offer, PeerId};

use super::media::LinkMedia;
use super::negotiation::{self, Negotiation};
use super::{Context, Event, PeerLink, Role};
use crate::api::{ConnectionEvent, ConnectionState, Effect, Effects, Operation, TransportPolicy};

/// The preparation of a link.
#[derive(Debug)]
pub(crate) struct PreparedLink {
    negotiation: Negotiation,
    media: LinkMedia,
    /// The browser makes no connection, or did not take a description.
    is_failed: bool,
}

impl PreparedLink {
    /// Opens a connection and creates an offer.
    pub(crate) fn offer(role: Role, context: &mut Context<'_>) -> Self {
        let mut link = Self::open(role, context);
        link.negotiation.begin(context);
        link
    }

    /// Opens a connection and answers an offer.
    pub(crate) fn answer(role: Role, offer: Offer, context: &mut Context<'_>) -> Self {
        let mut link = Self::open(role, context);
        link.on_offer(offer, context);
        link
    }

    fn open(role: Role, context: &mut Context<'_>) -> Self {
        let negotiation = Negotiation::prepare(role, context);
        context.open_connection(negotiation.connection(), TransportPolicy::All);
        Self { negotiation, media: LinkMedia::default(), is_failed: false }
    }

    /// Makes a link of it: both are in the call.
    pub(crate) fn start(mut self, role: Role, context: &mut Context<'_>) -> PeerLink {
        if self.is_failed {
            return PeerLink::open(role, context);
        }
        self.negotiation.start(context);
        PeerLink::new(self.negotiation, self.media, context)
    }

    /// Closes the connection with this peer.
    pub(crate) fn close(self, peer: PeerId, effects: &mut Effects) {
        if !self.is_failed {
            self.close_connection(effects, peer);
        }
    }

    /// Takes an event.
    pub(crate) fn on(&mut self, event: Event, context: &mut Context<'_>) {
        if self.is_failed {
            return;
        }
        match event {
            Event::Message(NegotiationMessage::Offer(offer)) => self.on_offer(offer, context),
            Event::Message(NegotiationMessage::Answer(answer)) => {
                self.negotiate(negotiation::Event::Answer(answer), context);
            }
            Event::Connection(connection, event) if connection == self.negotiation.connection() => {
                self.on_connection_event(event, context);
            }
            Event::IceServersChanged => {
                let servers = context.ice_servers.to_vec();
                let operation = Operation::SetIceServers(servers);
                context.operate(self.negotiation.connection(), operation);
            }
            // The peer sends none before both are in the call, and this side has no use for one.
            Event::Message(
                NegotiationMessage::Candidate { .. } | NegotiationMessage::Candidates { .. },
            )
            // Of a connection that is gone.
            | Event::Connection(..)
            // Nothing flows yet that could be interrupted.
            | Event::PeerPresent
            | Event::Lost
            | Event::Awake
            | Event::NetworkChanged
            | Event::Retry
            | Event::Reconcile => {}
        }
    }

    fn on_offer(&mut self, offer: Offer, context: &mut Context<'_>) {
        // The side that offers is in the lobby. An offer that it gets is one from before that.
        if !self.negotiation.has_begun() {
            self.negotiate(negotiation::Event::Offer(offer), context);
        }
    }

    fn on_connection_event(&mut self, event: ConnectionEvent, context: &mut Context<'_>) {
        let event = match event {
            ConnectionEvent::OfferCreated { negotiation, sdp, sources } => {
                negotiation::Event::OfferCreated { negotiation, sdp, sources }
            }
            ConnectionEvent::AnswerCreated { negotiation, sdp } => {
                negotiation::Event::AnswerCreated { negotiation, sdp }
            }
            ConnectionEvent::NegotiationFailed { .. }
            | ConnectionEvent::StateChanged(ConnectionState::Failed | ConnectionState::Closed) => {
                self.is_failed = true;
                self.close_connection(context.effects, context.peer);
                return;
            }
            ConnectionEvent::TrackReceived { source, stream } => {
                self.media.on_track_received(source, stream);
                return;
            }
            // Nothing that leads to these is asked for before the start.
            ConnectionEvent::AnswerApplied { .. }
            | ConnectionEvent::AnswerAccepted { .. }
            | ConnectionEvent::CandidateFound(_)
            | ConnectionEvent::ServerFailed(_)
            | ConnectionEvent::SectionsAgreed(_)
            | ConnectionEvent::Measured(_)
            | ConnectionEvent::StateChanged(_)
            | ConnectionEvent::ClosedByPeer
            | ConnectionEvent::Channel(_) => return,
        };
        self.negotiate(event, context);
    }

    fn negotiate(&mut self, event: negotiation::Event, context: &mut Context<'_>) {
        match self.negotiation.on(event, context) {
            negotiation::Step::Created(_) => self.negotiation.send_offer(context),
            negotiation::Step::Replace(offer) => {
                self.close_connection(context.effects, context.peer);
                self.negotiation.replace_connection(context.ids.connection());
                self.media = LinkMedia::default();
                context.open_connection(self.negotiation.connection(), TransportPolicy::All);
                self.negotiate(negotiation::Event::Offer(offer), context);
            }
            negotiation::Step::None
            | negotiation::Step::PeerActive
            | negotiation::Step::Agreed(_) => {}
        }
    }

    fn close_connection(&self, effects: &mut Effects, peer: PeerId) {
        let connection = self.negotiation.connection();
        effects.push(Effect::CloseConnection { peer, connection });
    }
}
