//! The offer of this side: made when something is to be agreed on, sent until it is answered.

use tincan_protocol::{Answer, MidSources, NegotiationId, NegotiationMessage, Offer, Source};

use super::{IceRestart, Negotiation, Resend, State, Step};
use crate::api::{OfferApplied, Operation};
use crate::link::context::Context;
use crate::media::local::LocalMedia;

impl Negotiation {
    pub(super) fn wants_offer(&self, context: &Context<'_>) -> bool {
        let may_begin = self.paired.is_some() || context.now >= self.begin_at;
        self.state == State::Stable
            && context.reachable
            && may_begin
            && (self.ice_restart == IceRestart::Wanted
                || !self
                    .wanted_sections(context.local_media)
                    .all(|source| self.agreed.contains(&source)))
    }

    pub(in crate::link) fn begin(&mut self, context: &mut Context<'_>) {
        let id = context.ids.negotiation();
        let ice_restart = self.ice_restart == IceRestart::Wanted;
        if ice_restart {
            self.ice_restart = IceRestart::Offered;
            // Those of the generation that ends are of no use to anyone.
            self.local.clear();
        }
        let sections = self.wanted_sections(context.local_media).collect();
        // A picture that was shown before a rollback would freeze (Chromium 156, for one), so only
        // the first offer is applied before its answer.
        let is_first = self.agreed.is_empty();
        let applied = if is_first && !self.is_prepared {
            OfferApplied::AtOnce
        } else {
            OfferApplied::WithAnswer
        };
        let operation = Operation::CreateOffer { negotiation: id, applied, sections, ice_restart };
        context.operate(self.connection, operation);
        self.state = State::Offering { id };
        self.begun = Some(id);
    }

    pub(super) fn on_offer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        sources: MidSources,
        context: &mut Context<'_>,
    ) -> Step {
        if self.state != (State::Offering { id: negotiation }) {
            return Step::None;
        }
        let (connection, to) = (self.connection, self.paired);
        let offer = Offer { connection, to, negotiation, sdp, sources };
        let wait = context.policy.negotiation.answer_timeout;
        let resend = Resend { at: context.now + wait, wait };
        self.state = State::Awaiting { offer, resend };
        Step::Created(self.held.take())
    }

    /// Sends the offer, unless it gave way to one that was held.
    pub(in crate::link) fn send_offer(&self, context: &mut Context<'_>) {
        if let State::Awaiting { offer, .. } = &self.state {
            context.outbox.push(NegotiationMessage::Offer(offer.clone()));
        }
    }

    pub(super) fn send_offer_again(&mut self, context: &mut Context<'_>) {
        if let State::Awaiting { offer, resend } = &mut self.state
            && context.reachable
            && context.now >= resend.at
        {
            resend.wait = (resend.wait * 2).min(context.policy.negotiation.answer_timeout_limit);
            resend.at = context.now + resend.wait;
            context.outbox.push(NegotiationMessage::Offer(offer.clone()));
        }
    }

    /// Takes an answer, if it is the one that is awaited.
    pub(super) fn on_answer(&mut self, answer: Answer, context: &mut Context<'_>) {
        let State::Awaiting { offer, .. } = &self.state else { return };
        let is_awaited = offer.negotiation == answer.negotiation
            && self.paired.is_none_or(|paired| paired == answer.connection);
        if !is_awaited {
            return;
        }
        let sections = offer.sources.sources().collect();
        self.void = self.void.max(answer.voids);
        self.paired = Some(answer.connection);
        self.closed_by_peer = false;
        if self.is_prepared {
            self.state = State::AnswerReceived { answer, sections };
        } else {
            self.accept_answer(answer, sections, context);
        }
    }

    pub(super) fn accept_answer(
        &mut self,
        answer: Answer,
        sections: Vec<Source>,
        context: &mut Context<'_>,
    ) {
        let (negotiation, sdp) = (answer.negotiation, answer.sdp.clone());
        context.operate(self.connection, Operation::AcceptAnswer { negotiation, sdp });
        self.state = State::AcceptingAnswer { answer, sections };
    }

    pub(super) fn on_answer_accepted(
        &mut self,
        negotiation: NegotiationId,
        context: &mut Context<'_>,
    ) -> Step {
        let State::AcceptingAnswer { answer, sections } = &mut self.state else {
            return Step::None;
        };
        if answer.negotiation != negotiation {
            return Step::None;
        }
        let sdp = std::mem::take(&mut answer.sdp);
        self.agreed = std::mem::take(sections);
        if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::NotWanted;
        }
        self.on_agreed(&sdp, context)
    }

    /// Returns the sections that there must be. Those of the two devices are there from the first
    /// offer on, with or without a track, so that turning a device on needs no negotiation.
    ///
    /// The first offer has no others. If two first offers cross, the section of the data channel
    /// must have the same mid in both: Chromium starts no SCTP transport after it rolled an offer
    /// back in which that section had another mid.
    fn wanted_sections(&self, local_media: &LocalMedia) -> impl Iterator<Item = Source> {
        let is_first = self.agreed.is_empty();
        Source::ALL.into_iter().filter(move |source| match source {
            Source::Microphone | Source::Camera => true,
            Source::Screen | Source::ScreenAudio => {
                !is_first && local_media.track(*source).is_some()
            }
        })
    }
}
