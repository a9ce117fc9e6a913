//! The rate at which a file moves.

use std::collections::VecDeque;
use std::time::Duration;

use super::{FilePolicy, FileProgress};

/// The progress of a file over the last seconds.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The bytes that have arrived.
    bytes: u64,
    /// When so many bytes had arrived, the oldest first.
    samples: VecDeque<(Duration, u64)>,
}

impl Pace {
    /// So many bytes arrived earlier.
    pub(super) fn starting_with(bytes: u64) -> Self {
        Self { bytes, samples: VecDeque::new() }
    }

    /// So many bytes have arrived.
    pub(super) fn on_progress(&mut self, now: Duration, bytes: u64, policy: &FilePolicy) {
        self.bytes = bytes;
        self.samples.push_back((now, bytes));
        // One sample before the time counts as well: so there is a rate while little arrives.
        while self.samples.get(1).is_some_and(|(at, _)| *at + policy.rate_over < now) {
            self.samples.pop_front();
        }
    }

    /// It moves no more. What comes next is measured anew.
    pub(super) fn interrupt(&mut self) {
        self.samples.clear();
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the progress of a file of this size.
    pub(super) fn progress(&self, size: u64, policy: &FilePolicy) -> FileProgress {
        let bytes = self.bytes.min(size);
        let rate = self.rate(policy);
        let left = rate.filter(|rate| *rate > 0).map(|rate| (size - bytes).div_ceil(rate));
        FileProgress { bytes, rate, left: left.map(Duration::from_secs) }
    }

    fn rate(&self, policy: &FilePolicy) -> Option<u64> {
        let ((start, before), (end, after)) = (self.samples.front()?, self.samples.back()?);
        let time = end.saturating_sub(*start);
        let millis = u64::try_from(time.as_millis()).ok()?;
        (time >= policy.rate_from)
            .then(|| after.saturating_sub(*before).saturating_mul(1000) / millis.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let policy = FilePolicy {
            rate_over: Duration::from_secs(5),
            rate_from: Duration::from_secs(1),
            ..FilePolicy::default()
        };
        let mut pace = Pace::default();
        for (millis, bytes, rate, left) in [
            (0, 0, None, None),
            (500, 100, None, None),
            (1000, 200, Some(200), Some(49)),
            (5000, 1000, Some(200), Some(45)),
            // The samples of 500 and 1000 ms are too old.
            (7000, 5000, Some(800), Some(7)),
            (13_000, 5000, Some(0), None),
            (14_000, 9900, Some(700), Some(1)),
            // The last one wins: a piece may be sent again.
            (14_500, 9800, Some(640), Some(1)),
        ] {
            pace.on_progress(Duration::from_millis(millis), bytes, &policy);
            let expected = FileProgress { bytes, rate, left: left.map(Duration::from_secs) };
            assert_eq!(pace.progress(10_000, &policy), expected, "{millis}");
        }
        pace.interrupt();
        assert_eq!(pace.bytes(), 9800);
        assert_eq!(pace.progress(10_000, &policy).rate, None);
    }
}
