//! The rate limit for the messages of a connection.

use std::time::Duration;

use tincan_protocol::{MAX_MESSAGE_BURST, MAX_MESSAGES_PER_SECOND};
use tokio::time::Instant;

/// The cost of one message: the time in which the budget earns it back.
const COST: Duration = Duration::from_micros(1_000_000 / MAX_MESSAGES_PER_SECOND as u64);

/// A token bucket of [`MAX_MESSAGE_BURST`] messages that is refilled at
/// [`MAX_MESSAGES_PER_SECOND`]. It is stored as one instant, at which the bucket will be full again
/// (the virtual scheduling form of the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
pub(crate) struct Budget {
    full_at: Instant,
}

impl Budget {
    /// Returns a full budget.
    pub(crate) fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one message from the budget. Returns `false` if the budget is spent.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + COST;
        let within = full_at - now <= COST * MAX_MESSAGE_BURST;
        if within {
            self.full_at = full_at;
        }
        within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(budget: &mut Budget, now: Instant) -> u32 {
        (0..10_000).take_while(|_| budget.take(now)).count().try_into().unwrap()
    }

    #[test]
    fn a_burst_then_the_rate() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        assert_eq!(taken(&mut budget, start), MAX_MESSAGE_BURST);
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(taken(&mut budget, after(1)), MAX_MESSAGES_PER_SECOND);
        assert_eq!(taken(&mut budget, after(3)), 2 * MAX_MESSAGES_PER_SECOND);
        assert_eq!(taken(&mut budget, after(3600)), MAX_MESSAGE_BURST);
    }

    #[test]
    fn the_rate_lasts() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        for message in 0..100_000 {
            assert!(budget.take(start + COST * message));
        }
    }
}
