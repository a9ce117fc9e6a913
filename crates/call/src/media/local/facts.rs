//! The facts about one source of this page, and what follows from them. The view, what peers are
//! told and what is sent are derived here and nowhere else, so that no two of them can disagree.

use tincan_protocol::SourceState;

use crate::api::view::Local;
use crate::media::{CaptureError, StreamId};

/// The facts about a source at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// The person wants it.
    pub(super) wanted: bool,
    /// A capture is under way, to start the source or to take the place of what is captured.
    pub(super) starting: bool,
    /// The result of the last capture.
    pub(super) captured: Captured,
    /// The person muted it.
    pub(super) muted: bool,
    /// The system has kept it silent for a while, without ending it.
    pub(super) silenced: bool,
}

/// The result of the last capture of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Captured {
    Nothing,
    Live(StreamId),
    Failed(CaptureError),
}

impl Facts {
    /// Returns what this page's person sees.
    pub(super) const fn local(self) -> Local {
        if !self.wanted {
            return Local::Off;
        }
        match self.captured {
            Captured::Live(stream) if self.muted => Local::Muted(stream),
            Captured::Live(stream) if self.silenced => Local::Silenced(stream),
            Captured::Live(stream) => Local::On(stream),
            Captured::Nothing | Captured::Failed(_) if self.starting => Local::Starting,
            Captured::Failed(error) => Local::Failed(error),
            Captured::Nothing => Local::Off,
        }
    }

    /// Returns what peers are told.
    pub(super) const fn state(self) -> SourceState {
        match self.local() {
            Local::On(_) => SourceState::On,
            Local::Muted(_) | Local::Silenced(_) => SourceState::Muted,
            Local::Off | Local::Starting | Local::Failed(_) => SourceState::Off,
        }
    }

    /// Returns `true` if the track is sent. A muted track is sent as well: it is empty, and
    /// nothing has to be replaced when it is unmuted.
    pub(super) const fn is_sent(self) -> bool {
        self.wanted && matches!(self.captured, Captured::Live(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: StreamId = StreamId(3);
    const ERROR: CaptureError = CaptureError::NotReadable;

    /// Every combination of facts.
    fn all() -> impl Iterator<Item = Facts> {
        let captures = [Captured::Nothing, Captured::Live(STREAM), Captured::Failed(ERROR)];
        captures.into_iter().flat_map(|captured| {
            (0..16).map(move |bits| Facts {
                wanted: bits & 1 != 0,
                starting: bits & 2 != 0,
                muted: bits & 4 != 0,
                silenced: bits & 8 != 0,
                captured,
            })
        })
    }

    #[test]
    fn every_combination_of_facts_has_its_view() {
        use Captured::{Failed, Live, Nothing};
        for facts in all() {
            let Facts { wanted, starting, captured, muted, silenced } = facts;
            let expected = match (wanted, captured, starting, muted, silenced) {
                (false, ..) | (true, Nothing, false, ..) => Local::Off,
                (true, Nothing | Failed(_), true, ..) => Local::Starting,
                (true, Failed(_), false, ..) => Local::Failed(ERROR),
                (true, Live(_), _, true, _) => Local::Muted(STREAM),
                (true, Live(_), _, false, true) => Local::Silenced(STREAM),
                (true, Live(_), _, false, false) => Local::On(STREAM),
            };
            assert_eq!(facts.local(), expected, "{facts:?}");
        }
    }

    #[test]
    fn peers_are_told_nothing_else_than_the_person_sees() {
        for facts in all() {
            let expected = match facts.local() {
                Local::On(_) => SourceState::On,
                Local::Muted(_) | Local::Silenced(_) => SourceState::Muted,
                Local::Off | Local::Starting | Local::Failed(_) => SourceState::Off,
            };
            assert_eq!(facts.state(), expected, "{facts:?}");
            assert_eq!(facts.is_sent(), facts.state() != SourceState::Off, "{facts:?}");
            assert_eq!(facts.is_sent(), facts.local().stream().is_some(), "{facts:?}");
        }
    }
}
