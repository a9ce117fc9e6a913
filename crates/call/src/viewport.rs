//! How large the two pages of a link show each other's pictures.

use tincan_protocol::{PeerMessage, Source};

/// The heights that are told, in device pixels: a window that is drawn wider must not send a
/// message per pixel.
const STEPS: [u32; 9] = [0, 90, 180, 270, 360, 540, 720, 1080, 2160];

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
        self.told = None;
    }

    /// The peer is no longer known to be there. What the page shows of it is kept for its return.
    pub(crate) fn forget_peer(&mut self) {
        (self.told, self.theirs) = (None, None);
    }

    /// Returns what the peer has to be told, if anything. `revisions` counts what this page has
    /// told anyone: a peer may remember more than is known of it here, and drops what seems older.
    pub(crate) fn message(&mut self, revisions: &mut u64) -> Option<PeerMessage> {
        if self.told == self.mine {
            return None;
        }
        let Heights { camera, screen } = self.mine?;
        self.told = self.mine;
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

    #[test]
    fn only_a_step_is_news() {
        let mut viewport = Viewport::default();
        let mut revisions = 0;
        assert_eq!(viewport.message(&mut revisions), None);
        viewport.shown(Source::Camera, 300);
        let message =
            |revision, camera, screen| Some(PeerMessage::Viewport { revision, camera, screen });
        assert_eq!(viewport.message(&mut revisions), message(1, 360, 0));
        viewport.shown(Source::Camera, 340);
        assert_eq!(viewport.message(&mut revisions), None);
        viewport.shown(Source::Screen, 3000);
        assert_eq!(viewport.message(&mut revisions), message(2, 360, 3000));
        viewport.tell_again();
        assert_eq!(viewport.message(&mut revisions), message(3, 360, 3000));
    }

    #[test]
    fn a_peer_that_was_forgotten_is_told_again_with_a_greater_revision() {
        let (mut viewport, mut other) = (Viewport::default(), Viewport::default());
        let mut revisions = 0;
        viewport.shown(Source::Camera, 90);
        viewport.message(&mut revisions);
        other.shown(Source::Camera, 720);
        other.message(&mut revisions);
        viewport.heard(7, Heights { camera: 720, screen: 0 });
        viewport.forget_peer();
        assert_eq!(viewport.theirs(), None, "another connection begins with the whole picture");
        let again = PeerMessage::Viewport { revision: 3, camera: 90, screen: 0 };
        assert_eq!(viewport.message(&mut revisions), Some(again));
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
