//! Raised hands, in an order that all pages agree on.
//!
//! No clock is trusted for the order. A hand carries a number that is greater than those of all
//! hands that its page knew to be raised, so whoever saw a hand comes after it. Hands that were
//! raised at the same time may have the same number, and then the peer ids decide. The number is
//! part of the message and never changes, so pages that know the same hands show the same order.

use std::time::Duration;

use tincan_protocol::{FeatureMessage, PeerId};

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::View;
use crate::room::Member;

/// The largest number that is sent: many readers of JSON know no larger whole ones. Hands that
/// share it are ordered by their peer ids.
const MAX_ORDER: u64 = (1 << 53) - 1;

/// The times of raised hands.
#[derive(Debug, Clone, Copy)]
pub struct HandPolicy {
    /// The time for which a change of a hand is neither sent nor shown after another one. A page
    /// on which somebody plays with the key stays below the server's limit, and a peer that floods
    /// others with changes is drawn twice a second at most. The last change always counts.
    pub interval: Duration,
    /// The time for which no other hand of a peer is announced after one. The badge tells of all,
    /// but a screen reader would read each aloud.
    pub announce_interval: Duration,
}

impl Default for HandPolicy {
    fn default() -> Self {
        Self { interval: Duration::from_millis(500), announce_interval: Duration::from_secs(10) }
    }
}

/// A hand that is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaisedHand {
    /// Its place in the order of all hands, from 1.
    pub place: usize,
    /// The number of hands that are up.
    pub count: usize,
    /// It is announced to a screen reader.
    pub is_announced: bool,
}

/// The hands of this page's person and of all others.
#[derive(Debug, Default)]
pub(super) struct Hands {
    mine: OwnHand,
    theirs: PeerMap<PeerHand>,
}

/// The hand of this page's person.
#[derive(Debug, Default)]
struct OwnHand {
    /// Its number in the order, while it is up.
    order: Option<u64>,
    /// The number of changes. It goes on when the page leaves the room: peers remember the last.
    revision: u64,
    told: u64,
    told_at: Option<Duration>,
}

impl OwnHand {
    fn set(&mut self, order: Option<u64>) {
        if self.order != order {
            self.order = order;
            self.revision += 1;
        }
    }

    fn deadline(&self, policy: &HandPolicy) -> Option<Duration> {
        let is_news = self.revision != self.told;
        is_news.then(|| next_change(self.told_at, policy))
    }

    const fn message(&self) -> FeatureMessage {
        FeatureMessage::Hand { revision: self.revision, order: self.order }
    }
}

/// The hand of a peer.
#[derive(Debug, Default)]
struct PeerHand {
    /// The revision of the last message. It outlives the peer's presence.
    revision: u64,
    order: Option<u64>,
    shown: Option<u64>,
    shown_at: Option<Duration>,
    announced_at: Option<Duration>,
    is_announced: bool,
}

impl PeerHand {
    fn on_message(&mut self, revision: u64, order: Option<u64>) {
        // What was told before may be told again, and counts after the peer was away.
        if revision >= self.revision {
            self.revision = revision;
            self.order = order.map(|order| order.min(MAX_ORDER));
        }
    }

    /// The peer is back. What it tells about its hand is on its way, so nothing older is shown
    /// meanwhile.
    fn on_return(&mut self, now: Duration) {
        if self.shown.is_none() {
            self.shown_at = Some(now);
        }
    }

    /// The peer is gone. Its hand is remembered: what it tells when it comes back may overtake the
    /// news that it was gone.
    fn hide(&mut self) {
        self.shown = None;
    }

    /// This page leaves the room. If it comes back, peers tell their hands again.
    fn lower(&mut self) {
        (self.order, self.shown) = (None, None);
    }

    fn deadline(&self, policy: &HandPolicy) -> Option<Duration> {
        let is_news = self.order != self.shown;
        is_news.then(|| next_change(self.shown_at, policy))
    }

    fn reconcile(&mut self, now: Duration, policy: &HandPolicy) {
        if self.deadline(policy).is_some_and(|at| now >= at) {
            if self.shown.is_none() {
                let last = self.announced_at.map(|at| at + policy.announce_interval);
                self.is_announced = last.is_none_or(|last| now >= last);
                if self.is_announced {
                    self.announced_at = Some(now);
                }
            }
            (self.shown, self.shown_at) = (self.order, Some(now));
        }
    }
}

/// Returns when the change after one at this time is due.
fn next_change(last: Option<Duration>, policy: &HandPolicy) -> Duration {
    last.map_or(Duration::ZERO, |last| last + policy.interval)
}

impl Hands {
    /// Returns the number of a hand that comes after all hands that are up.
    fn next_order(&self, context: &FeatureContext<'_>) -> u64 {
        let raised = self.theirs.iter().filter(|(peer, _)| context.is_in_call_with(*peer));
        let last = raised.filter_map(|(_, hand)| hand.order).max().unwrap_or_default();
        last.saturating_add(1).min(MAX_ORDER)
    }

    /// Returns the hands that are up, in their order.
    fn in_order(&self, context: &FeatureContext<'_>) -> Vec<PeerId> {
        let is_in_call = |peer| context.roster.get(peer).is_some_and(Member::is_in_call);
        let theirs = self.theirs.iter().filter(|(peer, _)| is_in_call(*peer));
        let mut hands: Vec<_> =
            theirs.filter_map(|(peer, hand)| Some((hand.shown?, peer))).collect();
        hands.extend(self.mine.order.map(|order| (order, context.me)));
        hands.sort_unstable();
        hands.into_iter().map(|(_, peer)| peer).collect()
    }
}

impl Feature for Hands {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::SetHand(is_up) = *command
            && context.is_in_call
            && is_up != self.mine.order.is_some()
        {
            self.mine.set(is_up.then(|| self.next_order(context)));
        }
    }

    fn on_peer_message(
        &mut self,
        peer: PeerId,
        message: &FeatureMessage,
        context: &mut FeatureContext<'_>,
    ) {
        if let FeatureMessage::Hand { revision, order } = *message {
            self.theirs.update(peer, context.roster, |hand| hand.on_message(revision, order));
        }
    }

    fn on_peer_present(&mut self, peer: PeerId, context: &mut FeatureContext<'_>) {
        if let Some(hand) = self.theirs.get_mut(peer) {
            hand.on_return(context.now);
        }
        if self.mine.revision > 0 {
            context.send(peer, self.mine.message());
        }
    }

    fn on_peer_gone(&mut self, peer: PeerId) {
        if let Some(hand) = self.theirs.get_mut(peer) {
            hand.hide();
        }
    }

    fn on_left_room(&mut self) {
        self.mine.set(None);
        // Nobody is told: the page hangs up.
        self.mine.told = self.mine.revision;
        self.theirs.iter_mut().for_each(|(_, hand)| hand.lower());
    }

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        let policy = &context.policy.features.hands;
        if !context.is_in_call {
            self.mine.set(None);
        }
        for (peer, hand) in self.theirs.iter_mut() {
            if context.roster.contains(peer) {
                hand.reconcile(context.now, policy);
            }
        }
        if self.mine.deadline(policy).is_some_and(|at| context.now >= at) {
            (self.mine.told, self.mine.told_at) = (self.mine.revision, Some(context.now));
            for peer in context.roster.ids() {
                context.send(peer, self.mine.message());
            }
        }
    }

    fn deadline(&self, context: &FeatureContext<'_>) -> Option<Duration> {
        let policy = &context.policy.features.hands;
        let present = self.theirs.iter().filter(|(peer, _)| context.roster.contains(*peer));
        let theirs = present.filter_map(|(_, hand)| hand.deadline(policy));
        theirs.chain(self.mine.deadline(policy)).min()
    }

    fn present(&self, view: &mut View, context: &FeatureContext<'_>) {
        let hands = self.in_order(context);
        let hand_of = |peer| {
            let at = hands.iter().position(|other| *other == peer)?;
            let is_announced = self.theirs.get(peer).is_some_and(|hand| hand.is_announced);
            Some(RaisedHand { place: at + 1, count: hands.len(), is_announced })
        };
        view.me.features.hand = hand_of(context.me);
        for peer in &mut view.peers {
            peer.features.hand = hand_of(peer.id);
        }
    }
}
