//! The offer of the peer: taken, held, or dropped, and answered.

use tincan_protocol::{Answer, NegotiationId, NegotiationMessage, Offer};

use super::candidates::Generations;
use super::offer::{Direction, direction};
use super::{IceRestart, Negotiation, State, Step};
use crate::api::Operation;
use crate::link::context::{Context, Role};

impl Negotiation {
    pub(super) fn on_offer(&mut self, offer: Offer, context: &mut Context<'_>) -> Step {
        if let Some(answer) = &self.answered
            && offer.negotiation == answer.negotiation
            && answer.connection == self.connection
        {
            context.outbox.push(NegotiationMessage::Answer(answer.clone()));
            return Step::None;
        }
        if self.void.is_some_and(|void| offer.negotiation <= void) {
            return Step::None;
        }
        match direction(&offer, self.connection, self.paired) {
            Direction::Stale if self.paired.is_none() => {
                // The peer holds on to a connection of this page that is gone: show the new one.
                self.begin_at = context.now;
                return Step::PeerActive;
            }
            Direction::Stale => {}
            Direction::NewConnection => return Step::Replace(offer),
            Direction::AfterAnswer => self.hold(offer),
            Direction::ThisConnection => match (&self.state, self.role) {
                (State::Stable, _) | (State::Awaiting { .. }, Role::Polite) => {
                    self.accept(offer, context);
                }
                (State::Offering { .. }, Role::Polite)
                | (
                    State::AnswerReceived { .. }
                    | State::AcceptingAnswer { .. }
                    | State::AcceptingOffer { .. }
                    | State::AnswerSent { .. }
                    | State::ApplyingAnswer { .. },
                    _,
                ) => self.hold(offer),
                (State::Offering { .. } | State::Awaiting { .. }, Role::Impolite) => {
                    // They crossed, and ours goes on. If the peer still wants something after
                    // that, it will offer again.
                }
            },
        }
        Step::None
    }

    /// Keeps an offer for when the operation that is under way has ended: the newest.
    fn hold(&mut self, offer: Offer) {
        if self.held.as_ref().is_none_or(|held| held.negotiation < offer.negotiation) {
            self.held = Some(offer);
        }
    }

    fn accept(&mut self, offer: Offer, context: &mut Context<'_>) {
        // Those before it are void. It may itself come again, if the connection that answers it
        // ends.
        self.void = self.void.max(offer.negotiation.0.checked_sub(1).map(NegotiationId));
        self.paired = Some(offer.connection);
        self.closed_by_peer = false;
        if Generations::of(&offer.sdp) != self.generations {
            // The peer restarts ICE: the candidates of the generation that ends are of no use to
            // anyone, and a restart that this side wanted comes with it.
            self.local.clear();
            self.ice_restart = IceRestart::NotWanted;
        } else if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::Wanted;
        }
        let operation = Operation::AcceptOffer {
            negotiation: offer.negotiation,
            sdp: offer.sdp.clone(),
            sources: offer.sources.clone(),
        };
        context.operate(self.connection, operation);
        self.state = State::AcceptingOffer { offer };
    }

    pub(super) fn on_answer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        context: &mut Context<'_>,
    ) {
        let State::AcceptingOffer { offer } = &self.state else { return };
        if offer.negotiation != negotiation {
            return;
        }
        let offer = offer.clone();
        let (connection, voids) = (self.connection, self.begun);
        let answer = Answer { connection, negotiation, voids, sdp };
        context.outbox.push(NegotiationMessage::Answer(answer.clone()));
        self.answered = Some(answer);
        if self.is_prepared {
            self.state = State::AnswerSent { offer };
        } else {
            self.apply_answer(offer, context);
        }
    }

    pub(super) fn apply_answer(&mut self, offer: Offer, context: &mut Context<'_>) {
        let negotiation = offer.negotiation;
        context.operate(self.connection, Operation::ApplyAnswer { negotiation });
        self.state = State::ApplyingAnswer { offer };
    }

    pub(super) fn on_answer_applied(
        &mut self,
        negotiation: NegotiationId,
        context: &mut Context<'_>,
    ) -> Step {
        let State::ApplyingAnswer { offer } = &mut self.state else { return Step::None };
        if offer.negotiation != negotiation {
            return Step::None;
        }
        let remote_sdp = std::mem::take(&mut offer.sdp);
        self.agreed = offer.sources.sources().collect();
        self.on_agreed(&remote_sdp, context)
    }
}
