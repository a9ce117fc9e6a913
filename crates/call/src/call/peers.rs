//! The messages of peers, and those to them.

use std::time::Duration;

use tincan_protocol::{ClientMessage, NegotiationMessage, PeerId, PeerMessage, PeerState};

use super::Call;
use crate::api::Effect;
use crate::features::may_use_server;
use crate::link::{self, Context};
use crate::ring::{self, CalleeEvent};
use crate::room::Member;

impl Call {
    /// A message opened, and so is from a page that has the invite link.
    pub(super) fn on_peer_message(&mut self, now: Duration, from: PeerId, message: PeerMessage) {
        if !self.roster.contains(from) || !(self.signaling.is_online() || is_end(&message)) {
            // It has overtaken the news that its sender is in the room, or that this page is.
            self.keep_for_later(from, message);
            return;
        }
        match message {
            PeerMessage::State(state) => self.on_state(from, state),
            PeerMessage::HangUp { revision } => self.on_hang_up(now, from, revision),
            PeerMessage::Ring(message) => self.on_ring_message(now, from, message),
            PeerMessage::Feature(message) => {
                if may_use_server(&message) {
                    self.on_feature_message(now, from, &message);
                }
            }
            PeerMessage::Negotiation(message) => self.on_negotiation(now, from, message),
        }
    }

    fn keep_for_later(&mut self, from: PeerId, message: PeerMessage) {
        if !self.is_in_room() {
            return;
        }
        if self.early.len() >= self.policy.room.max_early_messages.max(1) {
            self.early.remove(0);
        }
        self.early.push((from, message));
    }

    fn on_state(&mut self, from: PeerId, state: PeerState) {
        if self.roster.get_mut(from).is_some_and(|member| member.set_state(state)) {
            self.outgoing.on(from, CalleeEvent::Returned);
        }
    }

    fn on_hang_up(&mut self, now: Duration, from: PeerId, revision: u64) {
        if self.roster.get_mut(from).is_some_and(|member| member.hang_up(revision)) {
            self.outgoing.on(from, CalleeEvent::Left);
            self.on_incoming(now, from, ring::Event::CallerGone);
        }
    }

    /// A peer is in the room, newly or again: tell it the state of this page, and what it may have
    /// missed.
    pub(super) fn on_peer_present(&mut self, now: Duration, peer: PeerId) {
        self.tell_one(peer);
        if let Some(message) = self.outgoing.message_on_present(peer) {
            self.send(peer, &message.into());
        }
        self.on_peer_reachable(now, peer);
        self.drop_prepared(peer);
        self.on_link(now, peer, link::Event::PeerPresent);
        for (from, message) in
            self.early.extract_if(.., |(from, _)| *from == peer).collect::<Vec<_>>()
        {
            self.on_peer_message(now, from, message);
        }
    }

    /// Passes an event to every link.
    pub(super) fn on_links(&mut self, now: Duration, event: impl Fn() -> link::Event) {
        for peer in self.roster.ids() {
            self.on_link(now, peer, event());
        }
    }

    /// Passes an event to the link with a peer, if there is one or one is prepared.
    pub(super) fn on_link(&mut self, now: Duration, peer: PeerId, event: link::Event) {
        self.with_context(now, peer, |member, context| {
            if let Some(link) = &mut member.link {
                link.on(event, context);
            } else if let Some(link) = &mut member.prepared {
                link.on(event, context);
            }
        });
    }

    /// Lends the part of the call that a peer's link needs. Then sends the link's messages, and
    /// tells the features what concerns them.
    pub(super) fn with_context(
        &mut self,
        now: Duration,
        peer: PeerId,
        act: impl FnOnce(&mut Member, &mut Context<'_>),
    ) {
        let Some(member) = self.roster.get_mut(peer) else { return };
        let (mut outbox, mut feature_events) = (Vec::new(), Vec::new());
        let mut context = Context {
            now,
            peer,
            reachable: self.signaling.is_online() && member.is_here(),
            policy: &self.policy,
            ice_servers: &self.ice_servers,
            local_media: &self.local_media,
            random: &mut self.random,
            ids: &mut self.ids,
            effects: &mut self.effects,
            outbox: &mut outbox,
            feature_events: &mut feature_events,
        };
        act(member, &mut context);
        for message in outbox {
            if let NegotiationMessage::Offer(_) = message {
                // It means nothing to a peer who does not know that this page is in the call.
                self.tell_one(peer);
            }
            self.send(peer, &message.into());
        }
        self.on_feature_events(now, peer, feature_events);
    }

    /// Sends a message to a peer by the server, if it can be reached. If not, it is sent again in
    /// some form when the peer is present.
    pub(super) fn send(&mut self, peer: PeerId, message: &PeerMessage) {
        let is_here = self.roster.get(peer).is_some_and(Member::is_here);
        if !is_here || !self.signaling.is_online() {
            return;
        }
        // A description that no frame can hold is not sent, and the link will fail and say so.
        if let Ok(payload) = self.envelopes.seal(&mut self.random, peer, message) {
            self.effects.push(Effect::Send(ClientMessage::Signal { to: peer, payload }));
        }
    }
}

/// Returns `true` for an end, which needs no answer. So it counts even while this page is out of
/// the room.
fn is_end(message: &PeerMessage) -> bool {
    use tincan_protocol::RingMessage;
    matches!(message, PeerMessage::HangUp { .. } | PeerMessage::Ring(RingMessage::Cancel { .. }))
}
