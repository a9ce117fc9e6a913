//! The captures that the browser was asked for and has not answered yet.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::Source;

use crate::api::CaptureTarget;
use crate::media::preferences::{DeviceKind, Preferences};
use crate::media::{CaptureError, CaptureId, Quality};
use crate::policy::MediaPolicy;

/// One capture to ask for.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) target: CaptureTarget,
    pub(super) quality: Quality,
    pub(super) preferences: Rc<Preferences>,
    pub(super) purpose: Purpose,
}

/// The reason why something is captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The person wants it, for the first time or in another way.
    Start {
        /// The capture to ask for next if this is refused without a prompt.
        then: Option<CaptureTarget>,
    },
    /// The person wants another device, and the one before was let go of: many phones open only
    /// one camera at a time.
    Switch {
        /// The preferences that the device before was captured with.
        previous: Rc<Preferences>,
    },
    /// The device that the person wants failed, and the one before is to come back.
    Restore {
        /// The reason why the other one failed.
        error: CaptureError,
    },
    /// The device in use went away.
    Replace,
}

impl Purpose {
    /// The person wants it.
    pub(super) const START: Self = Self::Start { then: None };
}

/// A capture that is under way.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) id: CaptureId,
    pub(super) request: Request,
    since: Duration,
}

impl Pending {
    /// Returns `true` if a person may have answered a prompt for it by now.
    pub(super) fn may_be_answered(&self, now: Duration, policy: &MediaPolicy) -> bool {
        now.saturating_sub(self.since) >= policy.soonest_answer
    }
}

/// All captures that are under way.
#[derive(Debug, Default)]
pub(super) struct Requests {
    last: u32,
    pending: Vec<Pending>,
}

impl Requests {
    pub(super) fn add(&mut self, now: Duration, request: Request) -> CaptureId {
        self.last += 1;
        let id = CaptureId(self.last);
        self.pending.push(Pending { id, request, since: now });
        id
    }

    /// Returns the capture with this id, which is no longer under way.
    pub(super) fn take(&mut self, id: CaptureId) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.swap_remove(at))
    }

    pub(super) fn get_mut(&mut self, id: CaptureId) -> Option<&mut Request> {
        let pending = self.pending.iter_mut().find(|pending| pending.id == id)?;
        Some(&mut pending.request)
    }
}

/// The sources that one capture covers.
pub(super) const fn sources_of(target: CaptureTarget) -> &'static [Source] {
    match target {
        CaptureTarget::MicrophoneAndCamera => &[Source::Microphone, Source::Camera],
        CaptureTarget::Microphone => &[Source::Microphone],
        CaptureTarget::Camera => &[Source::Camera],
        CaptureTarget::Screen => &[Source::Screen, Source::ScreenAudio],
    }
}

/// The capture that covers these sources and no others.
pub(super) fn target_of(sources: &[Source]) -> Option<CaptureTarget> {
    match sources {
        [Source::Microphone, Source::Camera] => Some(CaptureTarget::MicrophoneAndCamera),
        [Source::Microphone] => Some(CaptureTarget::Microphone),
        [Source::Camera] => Some(CaptureTarget::Camera),
        [Source::Screen, ..] => Some(CaptureTarget::Screen),
        _ => None,
    }
}

/// The kind of device that a source comes from.
pub(super) const fn kind_of(source: Source) -> Option<DeviceKind> {
    match source {
        Source::Microphone => Some(DeviceKind::Microphone),
        Source::Camera => Some(DeviceKind::Camera),
        Source::Screen | Source::ScreenAudio => None,
    }
}

/// The source that a kind of device is captured for.
pub(super) const fn source_of(kind: DeviceKind) -> Option<Source> {
    match kind {
        DeviceKind::Microphone => Some(Source::Microphone),
        DeviceKind::Camera => Some(Source::Camera),
        DeviceKind::Speaker => None,
    }
}
