//! Reactions: small signs that are shown for a moment.
//!
//! Nobody is told again what they missed. A person shows only so many at a time, whatever their
//! page sends, so a flood changes nothing: what is above the limit is dropped.

use std::mem;
use std::time::Duration;

use tincan_protocol::feature::Reaction;
use tincan_protocol::{FeatureMessage, PeerId};

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::View;

/// The times and limits of reactions.
#[derive(Debug, Clone, Copy)]
pub struct ReactionPolicy {
    /// The time for which a reaction is shown.
    pub shown_for: Duration,
    /// The most reactions of this page's person in that time.
    pub own_limit: usize,
    /// The most of each peer. It is greater than the number that a page sends, since those of two
    /// moments may arrive in one.
    pub peer_limit: usize,
    /// The time for which reactions are gathered before they are announced together.
    pub gather: Duration,
    /// The time from one announcement to the next, which a screen reader needs to read it.
    pub announce_interval: Duration,
}

impl Default for ReactionPolicy {
    fn default() -> Self {
        Self {
            shown_for: Duration::from_secs(4),
            own_limit: 5,
            peer_limit: 8,
            gather: Duration::from_secs(1),
            announce_interval: Duration::from_secs(5),
        }
    }
}

/// A reaction that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownReaction {
    /// Tells it from all others of this page.
    pub id: u64,
    /// The sign.
    pub reaction: Reaction,
}

/// The reactions of one person since the last announcement, each sign once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedReactions {
    /// The person; none is this page's person.
    pub peer: Option<PeerId>,
    /// The signs.
    pub reactions: Vec<Reaction>,
}

/// The reactions of this page's person and of all others.
#[derive(Debug, Default)]
pub(super) struct Reactions {
    mine: Shown,
    theirs: PeerMap<Shown>,
    announcer: Announcer,
    /// The number of reactions that were shown.
    count: u64,
}

/// The reactions of one person that are shown, with the times at which they go, oldest first.
#[derive(Debug, Default)]
struct Shown(Vec<(Duration, ShownReaction)>);

impl Shown {
    fn expire(&mut self, now: Duration) {
        self.0.retain(|(until, _)| now < *until);
    }

    fn deadline(&self) -> Option<Duration> {
        self.0.first().map(|(until, _)| *until)
    }

    fn view(&self) -> Vec<ShownReaction> {
        self.0.iter().map(|(_, shown)| *shown).collect()
    }
}

/// Gathers reactions to announce them together.
#[derive(Debug, Default)]
struct Announcer {
    gathered: Vec<AnnouncedReactions>,
    announce_at: Option<Duration>,
    announced: Vec<AnnouncedReactions>,
    /// The end of the time of the last announcement.
    over_at: Option<Duration>,
}

impl Announcer {
    fn add(
        &mut self,
        peer: Option<PeerId>,
        reaction: Reaction,
        now: Duration,
        policy: &ReactionPolicy,
    ) {
        let soonest = now + policy.gather;
        self.announce_at.get_or_insert(self.over_at.map_or(soonest, |over| over.max(soonest)));
        match self.gathered.iter_mut().find(|other| other.peer == peer) {
            Some(other) if other.reactions.contains(&reaction) => {}
            Some(other) => other.reactions.push(reaction),
            None => self.gathered.push(AnnouncedReactions { peer, reactions: vec![reaction] }),
        }
    }

    fn reconcile(&mut self, now: Duration, policy: &ReactionPolicy) {
        if self.over_at.is_some_and(|at| now >= at) {
            self.over_at = None;
            self.announced.clear();
        }
        if self.announce_at.is_some_and(|at| now >= at) {
            self.announce_at = None;
            self.announced = mem::take(&mut self.gathered);
            self.over_at = Some(now + policy.announce_interval);
        }
    }

    fn deadline(&self) -> Option<Duration> {
        self.announce_at.into_iter().chain(self.over_at).min()
    }
}

impl Reactions {
    /// Shows a reaction, unless its person shows as many as they may.
    fn show(
        &mut self,
        peer: Option<PeerId>,
        reaction: Reaction,
        context: &FeatureContext<'_>,
    ) -> bool {
        let policy = &context.policy.features.reactions;
        let (count, until) = (&mut self.count, context.now + policy.shown_for);
        let mut add = |shown: &mut Shown, limit| {
            shown.expire(context.now);
            let is_shown = shown.0.len() < limit;
            if is_shown {
                *count += 1;
                shown.0.push((until, ShownReaction { id: *count, reaction }));
            }
            is_shown
        };
        let is_shown = match peer {
            None => add(&mut self.mine, policy.own_limit),
            Some(peer) => {
                let mut is_shown = false;
                self.theirs
                    .update(peer, context.roster, |shown| is_shown = add(shown, policy.peer_limit));
                is_shown
            }
        };
        if is_shown {
            self.announcer.add(peer, reaction, context.now, policy);
        }
        is_shown
    }
}

impl Feature for Reactions {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::React(reaction) = *command
            && context.is_in_call
            && self.show(None, reaction, context)
        {
            for peer in context.roster.ids() {
                // What would arrive late says nothing any longer.
                if context.is_in_call_with(peer) && context.arrives_at_once(peer) {
                    context.send(peer, FeatureMessage::Reaction { reaction });
                }
            }
        }
    }

    fn on_peer_message(
        &mut self,
        peer: PeerId,
        message: &FeatureMessage,
        context: &mut FeatureContext<'_>,
    ) {
        if let FeatureMessage::Reaction { reaction } = *message
            && context.is_in_call_with(peer)
        {
            self.show(Some(peer), reaction, context);
        }
    }

    fn on_peer_gone(&mut self, peer: PeerId) {
        self.theirs.remove(peer);
    }

    fn on_left_room(&mut self) {
        // The count goes on, since what is drawn is told apart by it.
        *self = Self { count: self.count, ..Self::default() };
    }

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        if !context.is_in_call {
            self.on_left_room();
        }
        self.mine.expire(context.now);
        self.theirs.iter_mut().for_each(|(_, shown)| shown.expire(context.now));
        self.announcer.reconcile(context.now, &context.policy.features.reactions);
    }

    fn deadline(&self, _: &FeatureContext<'_>) -> Option<Duration> {
        let theirs = self.theirs.iter().filter_map(|(_, shown)| shown.deadline());
        theirs.chain(self.mine.deadline()).chain(self.announcer.deadline()).min()
    }

    fn present(&self, view: &mut View, _: &FeatureContext<'_>) {
        view.me.features.reactions = self.mine.view();
        for peer in &mut view.peers {
            peer.features.reactions = self.theirs.get(peer.id).map(Shown::view).unwrap_or_default();
        }
        view.features.announced_reactions.clone_from(&self.announcer.announced);
    }
}
