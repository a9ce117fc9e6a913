//! The place of a tile.

use tincan_call::protocol::{PeerId, Source};

/// The place of a tile among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Place {
    /// All are alike.
    #[default]
    Even,
    /// It is what the page is about.
    Stage,
    /// Beside that.
    Strip,
}

impl Place {
    /// The value of `data-place`.
    pub(crate) const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Even => None,
            Self::Stage => Some("stage"),
            Self::Strip => Some("strip"),
        }
    }
}

/// Something that can be pinned: the camera or the screen of a person.
pub(crate) type Pin = (PeerId, Source);

/// The places of all tiles of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrangement {
    /// The pinned tile, if it is still there.
    pub(crate) pinned: Option<Pin>,
    /// The number of tiles on the stage.
    pub(crate) on_stage: usize,
    /// The number of tiles beside it, or of all if they are alike.
    pub(crate) others: usize,
    /// True if there is a choice of tiles to pin.
    pub(crate) can_pin: bool,
}

impl Arrangement {
    /// Arranges the tiles of other people and of what they share, and one's own: what is pinned
    /// takes the stage; else all that is shared does.
    pub(crate) fn new(cameras: &[PeerId], screens: &[PeerId], pinned: Option<Pin>) -> Self {
        let is_there = |(peer, source): &Pin| match source {
            Source::Camera => cameras.contains(peer),
            Source::Screen => screens.contains(peer),
            Source::Microphone | Source::ScreenAudio => false,
        };
        let can_pin = cameras.len() + screens.len() > 1;
        let pinned = pinned.filter(|pin| can_pin && is_there(pin));
        let on_stage = pinned.map_or(screens.len(), |_| 1);
        let others = cameras.len() + screens.len() + 1 - on_stage;
        Self { pinned, on_stage, others, can_pin }
    }

    /// Returns the place of one of them.
    pub(crate) fn place(self, tile: Pin) -> Place {
        match self.pinned {
            Some(pinned) if pinned == tile => Place::Stage,
            None if tile.1 == Source::Screen => Place::Stage,
            Some(_) => Place::Strip,
            None => self.own_place(),
        }
    }

    /// Returns the place of one's own picture.
    pub(crate) const fn own_place(self) -> Place {
        if self.on_stage > 0 { Place::Strip } else { Place::Even }
    }

    /// The value of `data-layout`.
    pub(crate) const fn layout(self) -> &'static str {
        match (self.pinned, self.on_stage, self.others) {
            (Some(_), ..) => "pinned",
            (None, 0, 1) => "alone",
            (None, 0, 2) => "solo",
            (None, 0, _) => "grid",
            (None, ..) => "share",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: PeerId = PeerId::from_bytes([1; 16]);
    const LIN: PeerId = PeerId::from_bytes([2; 16]);
    const GRACE: PeerId = PeerId::from_bytes([3; 16]);

    #[test]
    fn a_share_takes_the_stage_by_itself_and_two_share_it() {
        for (cameras, screens, layout, on_stage, others) in [
            (&[][..], &[][..], "alone", 0, 1),
            (&[ADA], &[], "solo", 0, 2),
            (&[ADA, LIN], &[], "grid", 0, 3),
            (&[ADA], &[ADA], "share", 1, 2),
            (&[ADA, LIN, GRACE], &[ADA, GRACE], "share", 2, 4),
        ] {
            let arranged = Arrangement::new(cameras, screens, None);
            assert_eq!(arranged.layout(), layout);
            assert_eq!((arranged.on_stage, arranged.others), (on_stage, others), "{layout}");
            let beside = if screens.is_empty() { Place::Even } else { Place::Strip };
            assert_eq!(arranged.own_place(), beside);
            assert_eq!(arranged.place((ADA, Source::Camera)), beside);
            assert_eq!(arranged.place((ADA, Source::Screen)), Place::Stage);
        }
    }

    #[test]
    fn what_is_pinned_has_the_stage_to_itself() {
        let pin = (LIN, Source::Camera);
        let arranged = Arrangement::new(&[ADA, LIN], &[ADA], Some(pin));
        assert_eq!(arranged.layout(), "pinned");
        assert_eq!((arranged.on_stage, arranged.others), (1, 3));
        assert_eq!(arranged.place(pin), Place::Stage);
        assert_eq!(arranged.place((ADA, Source::Camera)), Place::Strip);
        assert_eq!(arranged.place((ADA, Source::Screen)), Place::Strip);
        assert_eq!(arranged.own_place(), Place::Strip);
    }

    #[test]
    fn a_pin_ends_with_what_it_holds_and_where_there_is_no_choice() {
        for (cameras, screens, pin, pinned) in [
            (&[ADA, LIN][..], &[][..], (GRACE, Source::Camera), false),
            (&[ADA, LIN], &[], (ADA, Source::Screen), false),
            (&[ADA, LIN], &[ADA], (ADA, Source::Screen), true),
            (&[ADA], &[], (ADA, Source::Camera), false),
            (&[ADA], &[ADA], (ADA, Source::Camera), true),
        ] {
            let arranged = Arrangement::new(cameras, screens, Some(pin));
            assert_eq!(arranged.pinned.is_some(), pinned, "{pin:?}");
        }
    }
}
