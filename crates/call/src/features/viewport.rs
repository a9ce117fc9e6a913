//! The heights at which the two pages of a link show each other's videos.

use std::time::Duration;

use tincan_protocol::{FeatureMessage, PeerId, Source};

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::policy::RoomPolicy;

/// The heights of camera and screen, in device pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heights {
    pub(crate) camera: u32,
    pub(crate) screen: u32,
}

/// The viewports of all peers.
#[derive(Debug, Default)]
pub(crate) struct Viewports {
    peers: PeerMap<Viewport>,
    /// The number of messages to any of them.
    revisions: u64,
}

impl Viewports {
    /// Returns how tall a peer shows this page's videos, once it has told.
    pub(crate) fn theirs(&self, peer: PeerId) -> Option<Heights> {
        self.peers.get(peer)?.theirs()
    }
}

impl Feature for Viewports {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::SetShown { peer, source, height } = *command
            && context.roster.contains(peer)
        {
            self.peers.update(peer, context.roster, |viewport| {
                viewport.shown(source, height, &context.policy.room);
            });
        }
    }

    fn on_peer_message(
        &mut self,
        peer: PeerId,
        message: &FeatureMessage,
        context: &mut FeatureContext<'_>,
    ) {
        if let FeatureMessage::Viewport { revision, camera, screen } = *message {
            self.peers.update(peer, context.roster, |viewport| {
                viewport.on_message(revision, Heights { camera, screen });
            });
        }
    }

    fn on_peer_present(&mut self, peer: PeerId, _: &mut FeatureContext<'_>) {
        if let Some(viewport) = self.peers.get_mut(peer) {
            viewport.tell_again();
        }
    }

    fn on_peer_gone(&mut self, peer: PeerId) {
        // What the peer told is kept: it may not have noticed, and then tells nothing again.
        if let Some(viewport) = self.peers.get_mut(peer) {
            viewport.tell_again();
        }
    }

    fn on_left_room(&mut self) {
        // The revisions go on: a peer may remember the last one.
        self.peers.clear();
    }

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        for (peer, viewport) in self.peers.iter_mut() {
            if context.is_linked(peer)
                && let Some(message) =
                    viewport.message(context.now, &mut self.revisions, &context.policy.room)
            {
                context.send(peer, message);
            }
        }
    }

    fn deadline(&self, context: &FeatureContext<'_>) -> Option<Duration> {
        let linked = self.peers.iter().filter(|(peer, _)| context.is_linked(*peer));
        linked.filter_map(|(_, viewport)| viewport.deadline(&context.policy.room)).min()
    }
}

/// Both directions of one link.
#[derive(Debug, Default)]
struct Viewport {
    /// The peer's videos on this page; none until the page has drawn them.
    mine: Option<Heights>,
    told: Option<Heights>,
    /// The time at which the peer was told last.
    told_at: Option<Duration>,
    /// This page's videos at the peer, and the revision of that message.
    theirs: Option<(u64, Heights)>,
}

impl Viewport {
    /// This page shows a video of the peer this tall.
    fn shown(&mut self, source: Source, height: u32, policy: &RoomPolicy) {
        let mut mine = self.mine.unwrap_or_default();
        let mut steps = policy.viewport_steps.into_iter();
        let step = steps.find(|step| *step >= height).unwrap_or(height);
        match source {
            Source::Camera => mine.camera = step,
            Source::Screen => mine.screen = step,
            Source::Microphone | Source::ScreenAudio => return,
        }
        self.mine = Some(mine);
    }

    /// The peer may have missed what they were told.
    fn tell_again(&mut self) {
        (self.told, self.told_at) = (None, None);
    }

    /// Returns when the peer has to be told something, if it has to.
    fn deadline(&self, policy: &RoomPolicy) -> Option<Duration> {
        let is_news = self.told != self.mine && self.mine.is_some();
        is_news.then(|| {
            self.told_at.map_or(Duration::ZERO, |told_at| told_at + policy.viewport_interval)
        })
    }

    /// Returns what the peer has to be told, if it is due. `revisions` counts what this page has
    /// told anyone: a peer may remember more than is known of it here, and drops what seems older.
    fn message(
        &mut self,
        now: Duration,
        revisions: &mut u64,
        policy: &RoomPolicy,
    ) -> Option<FeatureMessage> {
        self.deadline(policy).filter(|deadline| now >= *deadline)?;
        let Heights { camera, screen } = self.mine?;
        (self.told, self.told_at) = (self.mine, Some(now));
        *revisions += 1;
        Some(FeatureMessage::Viewport { revision: *revisions, camera, screen })
    }

    /// The peer tells how tall it shows this page's videos.
    fn on_message(&mut self, revision: u64, heights: Heights) {
        if self.theirs.is_none_or(|(last, _)| last < revision) {
            self.theirs = Some((revision, heights));
        }
    }

    /// Returns the heights of this page's videos at the peer, once it has told.
    fn theirs(&self) -> Option<Heights> {
        self.theirs.map(|(_, heights)| heights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(revision: u64, camera: u32, screen: u32) -> FeatureMessage {
        FeatureMessage::Viewport { revision, camera, screen }
    }

    #[test]
    fn only_a_step_is_news() {
        let policy = RoomPolicy::default();
        let mut viewport = Viewport::default();
        let mut revisions = 0;
        let now = policy.viewport_interval;
        assert_eq!(viewport.message(now, &mut revisions, &policy), None);
        viewport.shown(Source::Camera, 300, &policy);
        assert_eq!(viewport.message(now, &mut revisions, &policy), Some(message(1, 360, 0)));
        viewport.shown(Source::Camera, 340, &policy);
        assert_eq!(viewport.message(now * 2, &mut revisions, &policy), None);
        viewport.shown(Source::Screen, 3000, &policy);
        assert_eq!(viewport.message(now * 2, &mut revisions, &policy), Some(message(2, 360, 3000)));
        viewport.tell_again();
        assert_eq!(
            viewport.message(now * 2, &mut revisions, &policy),
            Some(message(3, 360, 3000)),
            "at once"
        );
    }

    #[test]
    fn the_last_of_many_changes_is_told_after_a_while() {
        let policy = RoomPolicy::default();
        let mut viewport = Viewport::default();
        let mut revisions = 0;
        // In milliseconds: a time, the height that is shown then, what is told, and the deadline.
        for (at, height, told, deadline) in [
            (1000, 90, Some(message(1, 90, 0)), None),
            (1010, 180, None, Some(1300)),
            (1020, 270, None, Some(1300)),
            (1299, 360, None, Some(1300)),
            (1300, 360, Some(message(2, 360, 0)), None),
            (1310, 540, None, Some(1600)),
            // What is as it was told is no news.
            (1320, 360, None, None),
            (1700, 90, Some(message(3, 90, 0)), None),
        ] {
            viewport.shown(Source::Camera, height, &policy);
            let now = Duration::from_millis(at);
            assert_eq!(viewport.message(now, &mut revisions, &policy), told, "{at}");
            assert_eq!(viewport.deadline(&policy), deadline.map(Duration::from_millis), "{at}");
        }
    }

    #[test]
    fn a_peer_that_was_forgotten_is_told_again_with_a_greater_revision() {
        let policy = RoomPolicy::default();
        let (mut viewport, mut other) = (Viewport::default(), Viewport::default());
        let (mut revisions, now) = (0, Duration::ZERO);
        viewport.shown(Source::Camera, 90, &policy);
        viewport.message(now, &mut revisions, &policy);
        other.shown(Source::Camera, 720, &policy);
        other.message(now, &mut revisions, &policy);
        viewport.on_message(7, Heights { camera: 720, screen: 0 });
        viewport.tell_again();
        let told = Some(Heights { camera: 720, screen: 0 });
        assert_eq!(viewport.theirs(), told, "the peer may not have forgotten, and tells nothing");
        assert_eq!(viewport.message(now, &mut revisions, &policy), Some(message(3, 90, 0)));
    }

    #[test]
    fn what_is_older_is_dropped() {
        let mut viewport = Viewport::default();
        viewport.on_message(2, Heights { camera: 90, screen: 0 });
        viewport.on_message(1, Heights { camera: 720, screen: 0 });
        assert_eq!(viewport.theirs(), Some(Heights { camera: 90, screen: 0 }));
    }

    #[test]
    fn only_what_is_newer_counts() {
        let heights = |camera| Heights { camera, screen: 0 };
        let mut viewport = Viewport::default();
        viewport.on_message(2, heights(180));
        for old in [1, 2] {
            viewport.on_message(old, heights(360));
            assert_eq!(viewport.theirs(), Some(heights(180)));
        }
        viewport.on_message(3, heights(360));
        assert_eq!(viewport.theirs(), Some(heights(360)));
    }
}
