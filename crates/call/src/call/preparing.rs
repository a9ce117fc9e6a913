//! Links that are prepared while one of two people is in the call and the other in the lobby, so
//! that joining needs no more than candidates ([`PreparedLink`]).

use std::time::Duration;

use tincan_protocol::{NegotiationMessage, PeerId};

use super::Call;
use crate::api::view::Phase;
use crate::link::{self, PreparedLink, Role};

impl Call {
    /// Passes a message of the negotiation to the link that it concerns. An offer from the lobby
    /// prepares one.
    pub(super) fn on_negotiation(
        &mut self,
        now: Duration,
        peer: PeerId,
        message: NegotiationMessage,
    ) {
        let is_prepared = self.roster.get(peer).is_some_and(|member| member.prepared.is_some());
        if let NegotiationMessage::Offer(offer) = &message
            && self.phase == Phase::InCall
            && self.may_prepare(peer)
            && !is_prepared
        {
            let role = Role::of(self.me, peer);
            self.with_context(now, peer, |member, context| {
                member.prepared = Some(PreparedLink::answer(role, offer.clone(), context));
            });
        } else {
            self.on_link(now, peer, link::Event::Message(message));
        }
    }

    /// Prepares a link from the lobby, and closes one that is of no use any more.
    pub(super) fn reconcile_prepared(&mut self, now: Duration, peer: PeerId) {
        let may_prepare = self.may_prepare(peer);
        let offers = may_prepare && self.can_connect && self.phase != Phase::InCall;
        let Some(member) = self.roster.get(peer) else { return };
        match &member.prepared {
            Some(_) if !may_prepare => self.drop_prepared(peer),
            None if offers => {
                let role = Role::of(self.me, peer);
                self.with_context(now, peer, |member, context| {
                    member.prepared = Some(PreparedLink::offer(role, context));
                });
            }
            Some(_) | None => {}
        }
    }

    /// Closes the link that is prepared with a peer.
    pub(super) fn drop_prepared(&mut self, peer: PeerId) {
        if let Some(link) = self.roster.get_mut(peer).and_then(|member| member.prepared.take()) {
            link.close(peer, &mut self.effects);
        }
    }

    /// Returns `true` if one of the two is in the call and the other in the lobby, and each can
    /// reach the other.
    fn may_prepare(&self, peer: PeerId) -> bool {
        let Some(member) = self.roster.get(peer) else { return false };
        self.is_in_room()
            && self.signaling.is_online()
            && member.is_here()
            && member.link.is_none()
            && member.is_in_call() != (self.phase == Phase::InCall)
    }
}
