//! The offer of this side: made when something is to be agreed on, sent until it is answered.

use std::time::Duration;

use tincan_protocol::{ConnectionId, MidSources, NegotiationId, PeerMessage, Source};

use super::PeerLink;
use super::context::Context;
use super::negotiation::{IceRestart, Negotiation, Resend};
use crate::effect::Operation;
use crate::local_media::LocalMedia;

/// How long an answer may take before the offer is sent again; doubled each time.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3);
/// The longest that an offer waits before it is sent again.
const ANSWER_PATIENCE_LIMIT: Duration = Duration::from_secs(12);

impl PeerLink {
    pub(super) fn wants_offer(&self, context: &Context<'_>) -> bool {
        let may_begin = match self.paired {
            Some(_) => true,
            None => context.now >= self.begin_at,
        };
        self.negotiation == Negotiation::Stable
            && context.reachable
            && may_begin
            && !self.recovery.is_failed()
            && (self.ice_restart == IceRestart::Wanted
                || !wanted_sections(context.local_media)
                    .all(|source| self.agreed.contains(&source)))
    }

    pub(super) fn begin(&mut self, context: &mut Context<'_>) {
        let id = context.ids.negotiation();
        let ice_restart = self.ice_restart == IceRestart::Wanted;
        if ice_restart {
            self.ice_restart = IceRestart::Offered;
            // Those of the generation that ends are of no use to anyone.
            self.found.clear();
        }
        let sections = wanted_sections(context.local_media).collect();
        let operation = Operation::CreateOffer { negotiation: id, sections, ice_restart };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::Offering { id };
        self.begun = Some(id);
    }

    pub(super) fn offer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        sources: MidSources,
        context: &mut Context<'_>,
    ) {
        if self.negotiation != (Negotiation::Offering { id: negotiation }) {
            return;
        }
        let sections = sources.sources().collect();
        let offer = PeerMessage::Offer {
            connection: self.connection,
            to: self.paired,
            negotiation,
            sdp,
            sources,
        };
        let resend = Resend { at: context.now + ANSWER_PATIENCE, wait: ANSWER_PATIENCE };
        self.negotiation = Negotiation::Awaiting { id: negotiation, offer, sections, resend };
        if let Some(held) = self.held.take() {
            self.offered(held, context);
        }
        // Unless an offer was held that crossed ours, and ours gave way before it went out.
        if let Negotiation::Awaiting { offer, .. } = &self.negotiation {
            context.outbox.push(offer.clone());
        }
    }

    pub(super) fn send_again(&mut self, context: &mut Context<'_>) {
        if let Negotiation::Awaiting { offer, resend, .. } = &mut self.negotiation
            && context.reachable
            && context.now >= resend.at
        {
            resend.wait = (resend.wait * 2).min(ANSWER_PATIENCE_LIMIT);
            resend.at = context.now + resend.wait;
            context.outbox.push(offer.clone());
        }
    }

    /// Takes an answer, if it is the one that is awaited.
    pub(super) fn answered(
        &mut self,
        connection: ConnectionId,
        negotiation: NegotiationId,
        sdp: String,
        context: &mut Context<'_>,
    ) -> bool {
        let Negotiation::Awaiting { id, sections, .. } = &mut self.negotiation else {
            return false;
        };
        if *id != negotiation || self.paired.is_some_and(|paired| paired != connection) {
            return false;
        }
        let sections = std::mem::take(sections);
        self.paired = Some(connection);
        self.closed_by_peer = false;
        let operation = Operation::AcceptAnswer { negotiation, sdp: sdp.clone() };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::AcceptingAnswer { id: negotiation, sdp, sections };
        true
    }

    pub(super) fn answer_accepted(
        &mut self,
        negotiation: NegotiationId,
        context: &mut Context<'_>,
    ) {
        let Negotiation::AcceptingAnswer { id, sdp, sections } = &mut self.negotiation else {
            return;
        };
        if *id != negotiation {
            return;
        }
        let sdp = std::mem::take(sdp);
        self.agreed = std::mem::take(sections);
        self.negotiation = Negotiation::Stable;
        if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::NotWanted;
        }
        self.settled_on(&sdp, context);
    }
}

/// The sections that there must be. Those of the two devices are there from the first offer on,
/// with or without a track, so that turning a device on needs no negotiation.
fn wanted_sections(local_media: &LocalMedia) -> impl Iterator<Item = Source> + '_ {
    Source::ALL.into_iter().filter(|source| match source {
        Source::Microphone | Source::Camera => true,
        Source::Screen | Source::ScreenAudio => local_media.track(*source).is_some(),
        Source::Unknown => false,
    })
}
