//! How large the two pages of a link show each other's pictures.

use std::time::Duration;

use tincan_protocol::{PeerMessage, Source};

/// The heights that are told, in device pixels: a window that is drawn wider must not send a
/// message per pixel.
const STEPS: [u32; 9] = [0, 90, 180, 270, 360, 540, 720, 1080, 2160];

/// How long a peer is not told again after it was told. With the names (see `NAME_INTERVAL`), a page
/// that is resized among seven peers stays below the server's `MAX_MESSAGES_PER_SECOND`.
const INTERVAL: Duration = Duration::from_millis(300);

/// How tall camera and screen are shown, in device pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heights {
    pub(crate) camera: u32,
    pub(crate) screen: u32,
}

/// Both directions of one link.
#[derive(Debug, Default)]
pub(crate) struct Viewport {
    /// How this page shows the peer's pictures; nothing until the page has drawn them.
    mine: Option<Heights>,
    told: Option<Heights>,
    /// When the peer was told last.
    told_at: Option<Duration>,
    /// How the peer shows this page's, and the revision of that.
    theirs: Option<(u64, Heights)>,
}

impl Viewport {
    /// This page shows a picture of the peer's this tall.
    pub(crate) fn shown(&mut self, source: Source, height: u32) {
        let mut mine = self.mine.unwrap_or_default();
        let step = STEPS.into_iter().find(|step| *step >= height).unwrap_or(height);
        match source {
            Source::Camera => mine.camera = step,
            Source::Screen => mine.screen = step,
            Source::Microphone | Source::ScreenAudio | Source::Unknown => return,
        }
        self.mine = Some(mine);
    }

    /// The peer may have missed what they were told.
    pub(crate) fn tell_again(&mut self) {
        (self.told, self.told_at) = (None, None);
    }

    /// The peer is no longer known to be there. What the page shows of it is kept for its return.
    pub(crate) fn forget_peer(&mut self) {
        self.tell_again();
        self.theirs = None;
    }

    /// Returns when the peer has to be told something, if it has to.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let is_news = self.told != self.mine && self.mine.is_some();
        is_news.then(|| self.told_at.map_or(Duration::ZERO, |told_at| told_at + INTERVAL))
    }

    /// Returns what the peer has to be told, if it is due. `revisions` counts what this page has
    /// told anyone: a peer may remember more than is known of it here, and drops what seems older.
    pub(crate) fn message(&mut self, now: Duration, revisions: &mut u64) -> Option<PeerMessage> {
        self.deadline().filter(|deadline| now >= *deadline)?;
        let Heights { camera, screen } = self.mine?;
        (self.told, self.told_at) = (self.mine, Some(now));
        *revisions += 1;
        Some(PeerMessage::Viewport { revision: *revisions, camera, screen })
    }

    /// The peer says how they show this page's pictures.
    pub(crate) fn heard(&mut self, revision: u64, heights: Heights) {
        if self.theirs.is_none_or(|(last, _)| last < revision) {
            self.theirs = Some((revision, heights));
        }
    }

    /// How the peer shows this page's pictures, once they have said so.
    pub(crate) fn theirs(&self) -> Option<Heights> {
        self.theirs.map(|(_, heights)| heights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(revision: u64, camera: u32, screen: u32) -> PeerMessage {
        PeerMessage::Viewport { revision, camera, screen }
    }

    #[test]
    fn only_a_step_is_news() {
        let mut viewport = Viewport::default();
        let mut revisions = 0;
        let now = INTERVAL;
        assert_eq!(viewport.message(now, &mut revisions), None);
        viewport.shown(Source::Camera, 300);
        assert_eq!(viewport.message(now, &mut revisions), Some(message(1, 360, 0)));
        viewport.shown(Source::Camera, 340);
        assert_eq!(viewport.message(now * 2, &mut revisions), None);
        viewport.shown(Source::Screen, 3000);
        assert_eq!(viewport.message(now * 2, &mut revisions), Some(message(2, 360, 3000)));
        viewport.tell_again();
        assert_eq!(
            viewport.message(now * 2, &mut revisions),
            Some(message(3, 360, 3000)),
            "at once"
        );
    }

    #[test]
    fn the_last_of_many_changes_is_told_after_a_while() {
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
            viewport.shown(Source::Camera, height);
            let now = Duration::from_millis(at);
            assert_eq!(viewport.message(now, &mut revisions), told, "{at}");
            assert_eq!(viewport.deadline(), deadline.map(Duration::from_millis), "{at}");
        }
    }

    #[test]
    fn a_peer_that_was_forgotten_is_told_again_with_a_greater_revision() {
        let (mut viewport, mut other) = (Viewport::default(), Viewport::default());
        let (mut revisions, now) = (0, Duration::ZERO);
        viewport.shown(Source::Camera, 90);
        viewport.message(now, &mut revisions);
        other.shown(Source::Camera, 720);
        other.message(now, &mut revisions);
        viewport.heard(7, Heights { camera: 720, screen: 0 });
        viewport.forget_peer();
        assert_eq!(viewport.theirs(), None, "another connection begins with the whole picture");
        assert_eq!(viewport.message(now, &mut revisions), Some(message(3, 90, 0)));
    }

    #[test]
    fn what_is_older_is_dropped() {
        let mut viewport = Viewport::default();
        viewport.heard(2, Heights { camera: 90, screen: 0 });
        viewport.heard(1, Heights { camera: 720, screen: 0 });
        assert_eq!(viewport.theirs(), Some(Heights { camera: 90, screen: 0 }));
    }

    #[test]
    fn only_what_is_newer_counts() {
        let heights = |camera| Heights { camera, screen: 0 };
        let mut viewport = Viewport::default();
        viewport.heard(2, heights(180));
        for old in [1, 2] {
            viewport.heard(old, heights(360));
            assert_eq!(viewport.theirs(), Some(heights(180)));
        }
        viewport.heard(3, heights(360));
        assert_eq!(viewport.theirs(), Some(heights(360)));
    }
}
