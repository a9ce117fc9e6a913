//! The measurements of a link, and the encodings in use.

use std::time::Duration;

use crate::policy::UplinkPolicy;
use crate::uplink::{LinkStats, Sample, Share, Uplink, Usage};

/// The rates of one connection.
#[derive(Debug, Default)]
pub(super) struct Rate {
    uplink: Uplink,
    last: Option<(Duration, Sample)>,
    same_machine: bool,
    /// Nothing at all arrived between the last two measurements.
    is_silent: bool,
    /// The path is back, and was not measured since.
    is_back: bool,
    /// The time of the last measurement by which something new had arrived.
    arrived_at: Option<Duration>,
    /// The encodings in use.
    pub(super) share: Option<Share>,
    first_frames: FirstFrames,
}

/// The video frames with which a connection begins: small, so that they arrive at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum FirstFrames {
    /// The connection is not up yet.
    #[default]
    Awaited,
    /// They are sent.
    Sent { until: Duration },
    /// Frames have their full size.
    Over,
}

impl Rate {
    /// Records a measurement. Returns the statistics since the one before, and `true` if the peer
    /// needs a key frame, since something arrives again after nothing did. The next measurement
    /// returns that once more: a path that is just back may be given up for a better one, and what
    /// was on it is lost.
    pub(super) fn measured(
        &mut self,
        now: Duration,
        sample: Sample,
        policy: &UplinkPolicy,
    ) -> (Option<LinkStats>, bool) {
        self.same_machine |= sample.same_machine;
        let Some((then, last)) = self.last.replace((now, sample)) else {
            self.arrived_at = Some(now);
            return (None, false);
        };
        if arrived(&sample) != arrived(&last) {
            self.arrived_at = Some(now);
        }
        let Some(elapsed) = now.checked_sub(then).filter(|elapsed| !elapsed.is_zero()) else {
            return (None, false);
        };
        let stats = LinkStats::between(&last, &sample, elapsed);
        // Not even RTCP reports arrive: the path is down, and sending less would not help.
        let was_silent = self.is_silent;
        self.is_silent = stats.is_silent;
        if self.is_silent {
            self.interrupted(now, policy);
        } else if let Some(share) = &self.share {
            let (allowed, sent, smallest) = (share.kilobits(), stats.sent, share.smallest);
            self.uplink.measured(now, &sample, Usage { allowed, sent, smallest }, policy);
        }
        if self.is_silent {
            return (Some(stats), false);
        }
        let was_back = std::mem::replace(&mut self.is_back, was_silent);
        (Some(stats), was_silent || was_back)
    }

    /// The browser reports that this connection is up. Returns `true` if it was before, so that the
    /// peer needs a key frame.
    pub(super) fn connected(&mut self, now: Duration, policy: &UplinkPolicy) -> bool {
        self.interrupted(now, policy);
        if self.first_frames == FirstFrames::Awaited {
            self.first_frames = FirstFrames::Sent { until: now + policy.first_frames };
        }
        self.is_back = self.was_up();
        self.is_back
    }

    /// Returns `true` if this connection was up before: only what is up is measured.
    fn was_up(&self) -> bool {
        self.last.is_some()
    }

    /// Returns how long nothing had arrived at the last measurement.
    pub(super) fn quiet_for(&self) -> Duration {
        let last = self.last.as_ref().map(|(at, _)| *at);
        last.zip(self.arrived_at).map_or(Duration::ZERO, |(last, at)| last.saturating_sub(at))
    }

    /// Returns `true` if nothing arrives, as far as is known.
    pub(super) fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// The path was interrupted, or is another one.
    pub(super) fn interrupted(&mut self, now: Duration, policy: &UplinkPolicy) {
        self.uplink.interrupted(now, policy);
    }

    /// Ends the first frames when it is time to.
    pub(super) fn reconcile(&mut self, now: Duration) {
        if self.first_frames_until().is_some_and(|until| now >= until) {
            self.first_frames = FirstFrames::Over;
        }
    }

    /// Returns `true` while the first frames of the connection are awaited or sent.
    pub(super) fn sends_first_frames(&self) -> bool {
        self.first_frames != FirstFrames::Over
    }

    /// Returns when the first frames end, while they are sent.
    pub(super) fn first_frames_until(&self) -> Option<Duration> {
        match self.first_frames {
            FirstFrames::Sent { until } => Some(until),
            FirstFrames::Awaited | FirstFrames::Over => None,
        }
    }

    pub(super) fn limit(&self) -> Option<u32> {
        self.uplink.limit()
    }

    pub(super) fn same_machine(&self) -> bool {
        self.same_machine
    }

    /// Another connection takes the place of this one: what counted bytes starts anew. What is
    /// known of the path stays true until it connects.
    pub(super) fn replace_connection(&mut self) {
        self.last = None;
        self.arrived_at = None;
        self.is_silent = false;
        self.is_back = false;
        self.share = None;
        self.first_frames = FirstFrames::Awaited;
    }
}

/// Returns the count of what has arrived; of media alone where the browser counts nothing else.
fn arrived(sample: &Sample) -> u64 {
    sample.arrived.unwrap_or(sample.bytes_received)
}
