//! One source of this page: what the person wants of it, and the results of its captures.

use std::rc::Rc;
use std::time::Duration;

use super::facts::{Captured, Facts};
use super::request::kind_of;
use super::system_mute::SystemMute;
use crate::api::{Effect, Effects, LocalTrack};
use crate::media::preferences::Preferences;
use crate::media::{CaptureError, CaptureId, TrackId};
use crate::policy::MediaPolicy;

/// One source of this page.
#[derive(Debug, Default)]
pub(super) struct LocalSource {
    wanted: bool,
    muted: bool,
    /// The capture under way for it, of which there is at most one.
    pub(super) pending: Option<CaptureId>,
    capture: Capture,
}

#[derive(Debug, Default)]
enum Capture {
    #[default]
    Nothing,
    Live(Live),
    Failed(CaptureError),
}

/// The track that is captured for a source.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) track: LocalTrack,
    pub(super) since: Duration,
    /// It took the place of a device that went away.
    pub(super) replaces_lost: bool,
    /// The preferences that it was captured with.
    pub(super) preferences: Rc<Preferences>,
    pub(super) system_mute: SystemMute,
}

impl Live {
    /// Returns what would capture the same device again.
    pub(super) fn same_again(&self) -> Rc<Preferences> {
        let mut preferences = Preferences::clone(&self.preferences);
        if let (Some(kind), Some(device)) = (kind_of(self.track.source), &self.track.device) {
            preferences.set_device(kind, Some(device.clone()));
        }
        Rc::new(preferences)
    }

    /// Returns `true` if another device may take its place when it ends.
    pub(super) fn may_be_replaced(&self, now: Duration, policy: &MediaPolicy) -> bool {
        !self.replaces_lost || now.saturating_sub(self.since) >= policy.replace_again_after
    }
}

impl LocalSource {
    pub(super) fn facts(&self) -> Facts {
        Facts {
            wanted: self.wanted,
            starting: self.pending.is_some(),
            captured: match &self.capture {
                Capture::Nothing => Captured::Nothing,
                Capture::Live(live) => Captured::Live(live.track.stream),
                Capture::Failed(error) => Captured::Failed(*error),
            },
            muted: self.muted,
            silenced: self.live().is_some_and(|live| live.system_mute.is_steady()),
        }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.wanted
    }

    pub(super) fn live(&self) -> Option<&Live> {
        match &self.capture {
            Capture::Live(live) => Some(live),
            Capture::Nothing | Capture::Failed(_) => None,
        }
    }

    pub(super) fn live_mut(&mut self) -> Option<&mut Live> {
        match &mut self.capture {
            Capture::Live(live) => Some(live),
            Capture::Nothing | Capture::Failed(_) => None,
        }
    }

    /// The track that is sent.
    pub(super) fn sent(&self) -> Option<TrackId> {
        self.live().filter(|_| self.facts().is_sent()).map(|live| live.track.track)
    }

    /// A capture is under way for it, in place of any other.
    pub(super) fn start(&mut self, capture: CaptureId) {
        self.wanted = true;
        self.pending = Some(capture);
    }

    /// The person mutes it or unmutes it.
    pub(super) fn set_muted(&mut self, muted: bool, effects: &mut Effects) {
        self.muted = muted;
        if let Some(live) = self.live() {
            effects.push(Effect::EnableTrack { track: live.track.track, enabled: !muted });
        }
    }

    /// Takes what was captured for it, in place of what there was.
    pub(super) fn take(&mut self, live: Live, effects: &mut Effects) {
        let track = live.track.track;
        self.let_go(effects);
        self.pending = None;
        self.capture = Capture::Live(live);
        if self.muted {
            effects.push(Effect::EnableTrack { track, enabled: false });
        }
    }

    /// The capture under way has failed. What is captured stays.
    pub(super) fn fail(&mut self, error: CaptureError) {
        self.pending = None;
        match self.capture {
            Capture::Live(_) => {}
            Capture::Nothing | Capture::Failed(_) => self.capture = Capture::Failed(error),
        }
    }

    /// The capture under way gave nothing for it, and it can do without.
    pub(super) fn do_without(&mut self) {
        self.pending = None;
    }

    /// Stops what is captured. It stays wanted, and muted if it is.
    pub(super) fn let_go(&mut self, effects: &mut Effects) {
        if let Some(live) = self.live() {
            effects.push(Effect::StopTrack(live.track.track));
        }
        self.capture = Capture::Nothing;
    }

    /// The person does not want it any longer.
    pub(super) fn stop(&mut self, effects: &mut Effects) {
        self.let_go(effects);
        *self = Self::default();
    }
}
