//! The offer of the peer: taken, held, or dropped, and answered.

use tincan_protocol::{ConnectionId, NegotiationId, PeerMessage};

use super::PeerLink;
use super::candidates::Generations;
use super::context::{Context, Manners};
use super::negotiation::{IceRestart, Negotiation};
use super::offer::{Direction, RemoteOffer, direction};
use crate::effect::{Operation, TransportPolicy};

impl PeerLink {
    pub(super) fn offered(&mut self, offer: RemoteOffer, context: &mut Context<'_>) {
        if let Some((id, answer)) = &self.answered
            && offer.negotiation == *id
            && answer_is_from(answer, self.connection)
        {
            context.outbox.push(answer.clone());
            return;
        }
        if self.void.is_some_and(|void| offer.negotiation <= void) {
            return;
        }
        match direction(&offer, self.connection, self.paired) {
            Direction::Stale => {
                if self.paired.is_none() {
                    // The peer holds on to a connection of this page that is gone: show the new.
                    self.begin_at = context.now;
                    let step = self.recovery.hope(context.ground());
                    self.take(step, context);
                }
            }
            Direction::NewConnection => {
                self.replace_connection(TransportPolicy::All, context);
                self.recovery.peer_rebuilt(context.ground());
                self.accept(offer, context);
            }
            Direction::AfterAnswer => self.hold(offer),
            Direction::ThisConnection => match (&self.negotiation, self.manners) {
                (Negotiation::Stable, _) | (Negotiation::Awaiting { .. }, Manners::Polite) => {
                    self.accept(offer, context);
                }
                (Negotiation::Offering { .. }, Manners::Polite)
                | (Negotiation::AcceptingAnswer { .. } | Negotiation::AcceptingOffer { .. }, _) => {
                    self.hold(offer);
                }
                (
                    Negotiation::Offering { .. } | Negotiation::Awaiting { .. },
                    Manners::Impolite,
                ) => {
                    // They crossed, and ours goes on. If the peer still wants something after
                    // that, it will offer again.
                }
            },
        }
    }

    /// Keeps an offer for when the operation that is under way has ended: the newest.
    pub(super) fn hold(&mut self, offer: RemoteOffer) {
        if self.held.as_ref().is_none_or(|held| held.negotiation < offer.negotiation) {
            self.held = Some(offer);
        }
    }

    pub(super) fn accept(&mut self, offer: RemoteOffer, context: &mut Context<'_>) {
        // Those before it are. It may itself come again, if the connection that answers it ends.
        self.void = self.void.max(offer.negotiation.0.checked_sub(1).map(NegotiationId));
        self.paired = Some(offer.connection);
        self.closed_by_peer = false;
        if Generations::of(&offer.sdp) != self.generations {
            // The peer starts ICE anew: the candidates of the generation that ends are of no use
            // to anyone, and what this side wanted of a restart comes with it.
            self.found.clear();
            self.ice_restart = IceRestart::NotWanted;
        } else if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::Wanted;
        }
        let operation = Operation::AcceptOffer {
            negotiation: offer.negotiation,
            sdp: offer.sdp.clone(),
            sources: offer.sources.clone(),
        };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::AcceptingOffer { offer };
    }

    pub(super) fn answer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        context: &mut Context<'_>,
    ) {
        let Negotiation::AcceptingOffer { offer } = &mut self.negotiation else { return };
        if offer.negotiation != negotiation {
            return;
        }
        let remote_sdp = std::mem::take(&mut offer.sdp);
        self.agreed = offer.sources.sources().collect();
        self.negotiation = Negotiation::Stable;
        let (connection, voids) = (self.connection, self.begun);
        let answer = PeerMessage::Answer { connection, negotiation, voids, sdp };
        context.outbox.push(answer.clone());
        self.answered = Some((negotiation, answer));
        self.settled_on(&remote_sdp, context);
    }
}

fn answer_is_from(answer: &PeerMessage, connection: ConnectionId) -> bool {
    matches!(answer, PeerMessage::Answer { connection: from, .. } if *from == connection)
}
