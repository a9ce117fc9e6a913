//! Detects that the page was frozen while it was called, as a hidden tab is by its browser.

use std::time::Duration;

use crate::policy::RingPolicy;

/// Checks the clock while the page is called.
#[derive(Debug, Default)]
pub(crate) struct FreezeDetector {
    /// The time of the next check, while the page is called.
    check_at: Option<Duration>,
    /// The time at which the page went on after it was frozen last.
    ended_at: Option<Duration>,
}

impl FreezeDetector {
    /// Checks the clock. Precedes every input.
    pub(crate) fn on_input(&mut self, now: Duration, policy: &RingPolicy) {
        if self.check_at.is_some_and(|at| now >= at + policy.frozen_after) {
            self.ended_at = Some(now);
        }
    }

    /// Sets the time of the next check.
    pub(crate) fn reconcile(&mut self, now: Duration, is_rung: bool, policy: &RingPolicy) {
        self.check_at = match self.check_at.filter(|_| is_rung) {
            Some(at) if now < at => Some(at),
            Some(_) => Some(now + policy.clock_interval),
            None => is_rung.then_some(now + policy.clock_interval),
        };
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.check_at
    }

    /// Returns the time that a caller has to come back who is gone from the server.
    pub(crate) fn away_timeout(&self, now: Duration, policy: &RingPolicy) -> Duration {
        match self.ended_at {
            Some(at) if now < at + policy.away_timeout => policy.away_timeout_after_freeze,
            Some(_) | None => policy.away_timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_does_not_postpone_the_check() {
        let policy = RingPolicy::default();
        let mut detector = FreezeDetector::default();
        detector.reconcile(Duration::ZERO, true, &policy);
        let first = Some(policy.clock_interval);
        assert_eq!(detector.deadline(), first);
        detector.reconcile(policy.clock_interval / 2, true, &policy);
        assert_eq!(detector.deadline(), first);
        detector.reconcile(policy.clock_interval, true, &policy);
        assert_eq!(detector.deadline(), Some(2 * policy.clock_interval));
        detector.reconcile(policy.clock_interval, false, &policy);
        assert_eq!(detector.deadline(), None);
    }
}
