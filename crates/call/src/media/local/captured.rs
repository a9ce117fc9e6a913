//! The browser's answers: tracks that were captured, captures that failed, and tracks that end or
//! change.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::Source;

use super::LocalMedia;
use super::refusal::{Try, after_refusal};
use super::request::{Pending, Purpose, Request, kind_of, sources_of, target_of};
use super::source::Live;
use super::system_mute::SystemMute;
use crate::api::view::{Local, Notice};
use crate::api::{CaptureEvent, CaptureTarget, Effect, Effects, LocalTrack};
use crate::media::{CaptureError, CaptureId, Quality, TrackId};

/// A capture that failed, and the sources that waited for it.
struct Failure {
    pending: Pending,
    sources: Vec<Source>,
    error: CaptureError,
}

impl LocalMedia {
    /// Takes an answer of the browser.
    pub(crate) fn handle(&mut self, now: Duration, event: CaptureEvent, effects: &mut Effects) {
        match event {
            CaptureEvent::Captured { capture, tracks } => {
                self.on_captured(now, capture, tracks, effects);
            }
            CaptureEvent::Failed { capture, error } => {
                self.on_failed(now, capture, error, effects);
            }
            CaptureEvent::Ended(track) => self.on_ended(now, track, effects),
            CaptureEvent::SystemMuted { track, muted } => {
                if let Some(live) = self.live_of(track) {
                    live.system_mute.set(now, muted);
                }
            }
            CaptureEvent::Resized { track, height } => {
                if let Some(live) = self.live_of(track) {
                    live.track.height = height;
                }
            }
        }
    }

    fn on_captured(
        &mut self,
        now: Duration,
        capture: CaptureId,
        tracks: Vec<LocalTrack>,
        effects: &mut Effects,
    ) {
        let pending = self.requests.take(capture);
        for track in tracks {
            match &pending {
                Some(pending) if self.waits_for(track.source, capture) => {
                    self.take(now, &pending.request, track, effects);
                }
                // Nobody wants it any longer: it was turned off while the browser asked.
                Some(_) | None => effects.push(Effect::StopTrack(track.track)),
            }
        }
        for source in Source::ALL {
            if !self.waits_for(source, capture) {
                continue;
            }
            let local = self.source_mut(source);
            if source == Source::ScreenAudio {
                // A screen may come without audio.
                local.do_without();
            } else {
                // Without a track there is no device, as far as the person is concerned.
                local.fail(CaptureError::NotFound);
            }
        }
    }

    fn waits_for(&self, source: Source, capture: CaptureId) -> bool {
        self.source(source).pending == Some(capture)
    }

    fn take(&mut self, now: Duration, request: &Request, track: LocalTrack, effects: &mut Effects) {
        let source = track.source;
        let notice = self.notice_of(request, &track);
        let replaces_lost = matches!(notice, Some(Notice::FellBack(..)));
        let local = self.source_mut(source);
        // If the system keeps this one silent as well, the time of the one before counts.
        let mut system_mute = match local.live() {
            Some(live) if track.muted => live.system_mute,
            Some(_) | None => SystemMute::Off,
        };
        system_mute.set(now, track.muted);
        let preferences = Rc::clone(&request.preferences);
        let live = Live { track, since: now, replaces_lost, preferences, system_mute };
        local.take(live, effects);
        self.drop_notice_of(source);
        if let Some(notice) = notice {
            self.notices.add(notice);
        }
    }

    /// Returns what to say of a track that was captured for this reason.
    fn notice_of(&self, request: &Request, track: &LocalTrack) -> Option<Notice> {
        let kind = kind_of(track.source)?;
        let fell_back = || Notice::FellBack(kind, self.devices.find(kind, track.device.as_ref()));
        match request.purpose {
            // The person chose it.
            Purpose::Start { .. } | Purpose::Switch { .. } => None,
            Purpose::Restore { error }
                if track.device.as_ref() == request.preferences.device(kind) =>
            {
                Some(Notice::NotTaken(kind, error))
            }
            Purpose::Restore { .. } | Purpose::Replace => Some(fell_back()),
        }
    }

    fn on_failed(
        &mut self,
        now: Duration,
        capture: CaptureId,
        error: CaptureError,
        effects: &mut Effects,
    ) {
        let Some(pending) = self.requests.take(capture) else { return };
        let waits = |source: &&Source| self.waits_for(**source, capture);
        let sources: Vec<Source> =
            sources_of(pending.request.target).iter().filter(waits).copied().collect();
        let Some(target) = target_of(&sources) else { return };
        let request = Request { target, ..pending.request.clone() };
        if error == CaptureError::OverConstrained && request.quality == Quality::Preferred {
            self.request(now, Request { quality: Quality::Any, ..request }, effects);
            return;
        }
        for &source in &sources {
            self.on_source_failed(source, error);
        }
        let (live, sources): (Vec<_>, Vec<_>) =
            sources.into_iter().partition(|source| self.is_live(*source));
        for source in live {
            if let Some(target) = target_of(&[source]) {
                let request = Request { target, ..request.clone() };
                self.change_failed(now, source, error, request, effects);
            }
        }
        let Some(target) = target_of(&sources) else { return };
        let request = Request { target, ..request };
        let failure = Failure { pending, sources, error };
        match &request.purpose {
            Purpose::Start { .. } => self.start_failed(now, &failure, effects),
            Purpose::Switch { previous } => {
                let preferences = Rc::clone(previous);
                let error = self.explain(failure.sources[0], error);
                let purpose = Purpose::Restore { error };
                self.request(now, Request { preferences, purpose, ..request }, effects);
            }
            Purpose::Restore { .. } | Purpose::Replace => {}
        }
    }

    fn on_source_failed(&mut self, source: Source, error: CaptureError) {
        if source == Source::ScreenAudio {
            // The person is told of the screen, and did not ask for its audio.
            self.source_mut(source).do_without();
        } else {
            let error = self.explain(source, error);
            self.source_mut(source).fail(error);
        }
    }

    fn is_live(&self, source: Source) -> bool {
        self.source(source).live().is_some()
    }

    /// Returns the error to report.
    fn explain(&self, source: Source, error: CaptureError) -> CaptureError {
        // WebKit blames the settings where there is no device at all.
        let is_missing = kind_of(source).is_some_and(|kind| self.devices.has_none(kind));
        if error == CaptureError::OverConstrained && is_missing {
            CaptureError::NotFound
        } else {
            error
        }
    }

    /// A capture that should take the place of a source that is on has failed.
    fn change_failed(
        &mut self,
        now: Duration,
        source: Source,
        error: CaptureError,
        request: Request,
        effects: &mut Effects,
    ) {
        let error = self.explain(source, error);
        let may_switch =
            error == CaptureError::NotReadable && matches!(request.purpose, Purpose::Start { .. });
        let local = self.source_mut(source);
        let previous = local.live().filter(|_| may_switch).map(Live::same_again);
        if let Some(previous) = previous {
            // Many phones open one camera at a time: let go of this one first.
            local.let_go(effects);
            let purpose = Purpose::Switch { previous };
            self.request(now, Request { purpose, ..request }, effects);
        } else if let Some(kind) = kind_of(source) {
            self.notices.add(Notice::NotTaken(kind, error));
        }
    }

    /// Tries what may work in place of what could not be started.
    fn start_failed(&mut self, now: Duration, failure: &Failure, effects: &mut Effects) {
        let request = &failure.pending.request;
        if request.target == CaptureTarget::Screen && failure.error == CaptureError::NotAllowed {
            // The person closed the picker, which is no reason for a notice.
            self.stop_source(Source::Screen, effects);
            self.stop_source(Source::ScreenAudio, effects);
            return;
        }
        for Try { target, then } in self.tries_after(now, failure) {
            let purpose = Purpose::Start { then };
            self.request(now, Request { target, purpose, ..request.clone() }, effects);
        }
    }

    fn tries_after(&self, now: Duration, failure: &Failure) -> Vec<Try> {
        let Failure { pending, sources, error } = failure;
        let answered = pending.may_be_answered(now, &self.policy);
        let were_together = pending.request.target == CaptureTarget::MicrophoneAndCamera;
        match error {
            CaptureError::NotAllowed if were_together => {
                after_refusal(sources, self.permissions, answered)
            }
            CaptureError::NotAllowed if !answered => match pending.request.purpose {
                Purpose::Start { then: Some(target) } if self.was_refused(target) => {
                    vec![Try { target, then: None }]
                }
                Purpose::Start { .. }
                | Purpose::Switch { .. }
                | Purpose::Restore { .. }
                | Purpose::Replace => Vec::new(),
            },
            CaptureError::NotFound
            | CaptureError::NotReadable
            | CaptureError::BlockedBySystem
            | CaptureError::OverConstrained
            | CaptureError::Other
                if were_together =>
            {
                let alone = sources.iter().filter_map(|source| target_of(&[*source]));
                alone.map(|target| Try { target, then: None }).collect()
            }
            CaptureError::NotAllowed
            | CaptureError::NotFound
            | CaptureError::NotReadable
            | CaptureError::BlockedBySystem
            | CaptureError::OverConstrained
            | CaptureError::Other
            | CaptureError::InsecureContext
            | CaptureError::NotSupported => Vec::new(),
        }
    }

    /// Returns `true` if the sources of a capture are still without one because of a refusal.
    fn was_refused(&self, target: CaptureTarget) -> bool {
        let refused = Local::Failed(CaptureError::NotAllowed);
        sources_of(target).iter().all(|source| self.local(*source) == refused)
    }

    fn on_ended(&mut self, now: Duration, ended: TrackId, effects: &mut Effects) {
        let Some(source) = self.source_of_track(ended) else { return };
        match source {
            Source::Microphone | Source::Camera => self.on_device_ended(now, source, effects),
            Source::Screen => {
                self.stop_source(Source::Screen, effects);
                self.stop_source(Source::ScreenAudio, effects);
            }
            Source::ScreenAudio => self.stop_source(source, effects),
        }
    }

    /// A device was unplugged, or the browser ended its track for another reason.
    fn on_device_ended(&mut self, now: Duration, source: Source, effects: &mut Effects) {
        self.drop_notice_of(source);
        let policy = self.policy;
        let local = self.source_mut(source);
        let Some(live) = local.live() else { return };
        let (may_be_replaced, previous) = (live.may_be_replaced(now, &policy), live.same_again());
        local.let_go(effects);
        if let Some(pending) = local.pending {
            // Its successor is on its way: phones end the camera in use when another is opened.
            if let Some(request) = self.requests.get_mut(pending)
                && matches!(request.purpose, Purpose::Start { .. })
            {
                request.purpose = Purpose::Switch { previous };
            }
        } else if !may_be_replaced {
            local.fail(CaptureError::NotReadable);
        } else if let Some(target) = target_of(&[source]) {
            let preferences = Rc::clone(&self.preferences);
            let (quality, purpose) = (Quality::Any, Purpose::Replace);
            self.request(now, Request { target, quality, preferences, purpose }, effects);
        }
    }

    fn source_of_track(&self, track: TrackId) -> Option<Source> {
        let has = |source: &Source| {
            let live = self.source(*source).live();
            live.is_some_and(|live| live.track.track == track)
        };
        Source::ALL.into_iter().find(has)
    }

    fn live_of(&mut self, track: TrackId) -> Option<&mut Live> {
        let source = self.source_of_track(track)?;
        self.source_mut(source).live_mut()
    }
}
