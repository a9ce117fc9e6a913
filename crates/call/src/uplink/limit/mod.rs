//! The rate that goes through one link, from its measurements.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::Sample;
use crate::policy::UplinkPolicy;

/// The rate that goes through one link, as far as it is scarce: down at once on congestion, and up
/// again step by step.
///
/// ```text
///         the limit is below the smallest video            it fails, or it does harm
///   Open ------------------------------------------> Probing ----------------------> Closed
///    ^                                                |   ^                            |
///    +------- the estimate allows video --------------+   +-------- after a pause -----+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Uplink {
    limit: Option<u32>,
    hold_until: Duration,
    /// Until then nothing that is measured counts.
    ignore_until: Duration,
    video: Video,
    /// The probes that failed since the estimate allowed video last.
    probes: u32,
}

/// The video that is sent where the path is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Video {
    /// As the limit allows.
    #[default]
    Open,
    /// The smallest, to find out if it gets through.
    Probing { until: Duration },
    /// None: the limit is that of the audio.
    Closed { until: Duration },
}

/// The use of a link while it is measured, in kbit/s.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// The most that may be sent.
    pub(crate) allowed: u32,
    /// The rate that was sent.
    pub(crate) sent: u32,
    /// The rate of the smallest video together with the audio; none if there is no video.
    pub(crate) smallest: Option<u32>,
}

impl Uplink {
    /// Returns the limit, in kbit/s; none if it is not known to be scarce.
    pub(crate) fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// The path was interrupted, or is another one: its loss and the browser's estimate tell
    /// nothing of the rate that goes through from now on. The estimate warms up by itself.
    pub(crate) fn interrupted(&mut self, now: Duration, policy: &UplinkPolicy) {
        *self = Self { ignore_until: now + policy.warm_up, ..Self::default() };
    }

    /// Takes a measurement.
    ///
    /// The estimate of a browser takes loss into account. Of browsers without one only the loss is
    /// known: it lowers the limit, but a small video always has a chance.
    pub(crate) fn measured(
        &mut self,
        now: Duration,
        sample: &Sample,
        used: Usage,
        policy: &UplinkPolicy,
    ) {
        if now < self.ignore_until {
            return;
        }
        let Some(smallest) = used.smallest else {
            // There is nothing to probe for.
            self.video = Video::Open;
            self.follow(now, sample, used, policy);
            return;
        };
        match self.video {
            Video::Open => {
                self.follow(now, sample, used, policy);
                if self.limit.is_some_and(|limit| limit < smallest) {
                    self.probe(now, smallest, policy);
                }
            }
            Video::Probing { until } => {
                if estimate_covers(sample, smallest) {
                    self.open(now, smallest);
                } else if now >= until || is_harmful(sample, policy) {
                    self.probes = self.probes.saturating_add(1);
                    let until = now + policy.probe_backoff.delay(self.probes, 0.0);
                    self.video = Video::Closed { until };
                    self.limit =
                        Some(sample.available.unwrap_or_default().max(policy.voice_at_least));
                } else {
                    self.limit = Some(smallest);
                }
            }
            Video::Closed { until } => {
                if estimate_covers(sample, smallest) {
                    self.open(now, smallest);
                } else if now >= until {
                    self.probe(now, smallest, policy);
                } else {
                    // The audio follows what goes through, which is less than any video takes.
                    let available = sample.available.unwrap_or_default();
                    self.limit = Some(available.max(policy.voice_at_least));
                }
            }
        }
    }

    fn probe(&mut self, now: Duration, smallest: u32, policy: &UplinkPolicy) {
        self.video = Video::Probing { until: now + policy.probe_duration };
        self.limit = Some(smallest);
    }

    fn open(&mut self, now: Duration, smallest: u32) {
        self.video = Video::Open;
        self.probes = 0;
        self.limit = Some(smallest);
        self.hold_until = now;
    }

    /// Follows the browser's estimate, down at once and up little by little.
    fn follow(&mut self, now: Duration, sample: &Sample, used: Usage, policy: &UplinkPolicy) {
        let Usage { allowed, sent, smallest } = used;
        let congested = match (sample.available, sample.lost_percent) {
            (Some(available), _) => (!covers(available, allowed)).then_some(available),
            (None, Some(lost)) if lost >= policy.congestion_loss => {
                Some((sent.min(allowed) * 4 / 5).max(smallest.unwrap_or_default()))
            }
            (None, Some(_) | None) => None,
        };
        if let Some(limit) = congested {
            self.limit = Some(limit.max(policy.voice_at_least));
            self.hold_until = now + policy.hold_after_congestion;
        } else if let Some(limit) = self.limit
            && now >= self.hold_until
        {
            let is_estimated = sample.available.is_some_and(|available| available >= 2 * limit);
            let more = if is_estimated { 2 * limit } else { limit + limit / 4 } + 10;
            self.limit = (more < policy.plenty).then_some(more);
        }
    }
}

/// Returns `true` if an estimate is about as much as this, or more.
fn covers(available: u32, kilobits: u32) -> bool {
    available >= kilobits - kilobits / 8
}

fn estimate_covers(sample: &Sample, kilobits: u32) -> bool {
    sample.available.is_none_or(|available| covers(available, kilobits))
}

/// Returns `true` if packets are lost, or delayed so much that the voice is late.
fn is_harmful(sample: &Sample, policy: &UplinkPolicy) -> bool {
    sample.lost_percent.is_some_and(|lost| lost >= policy.congestion_loss)
        || sample.round_trip.is_some_and(|time| time >= policy.harmful_round_trip)
}
