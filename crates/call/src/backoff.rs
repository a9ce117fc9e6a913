//! Exponential backoff.

use std::time::Duration;

/// The waits between attempts: none before the first one, then `base`, doubling up to `limit`. Each
/// is shortened by up to `spread`, so that the pages of a server that restarts do not all come back
/// at the same moment.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The wait before the second attempt.
    pub base: Duration,
    /// The longest wait.
    pub limit: Duration,
    /// The share of a wait by which it may be shorter, from 0 to 1.
    pub spread: f64,
}

impl Backoff {
    /// Returns the wait before the attempt after so many failed ones. `jitter` is from 0 to 1.
    pub(crate) fn delay(&self, failed: u32, jitter: f64) -> Duration {
        let Some(doublings) = failed.checked_sub(1) else {
            return Duration::ZERO;
        };
        let full = self.base.saturating_mul(2_u32.saturating_pow(doublings)).min(self.limit);
        full.mul_f64(1.0 - jitter * self.spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_is_at_once_and_the_waits_double_up_to_the_limit() {
        let retry = Backoff {
            base: Duration::from_millis(500),
            limit: Duration::from_secs(15),
            spread: 0.5,
        };
        let millis = |failed, jitter| retry.delay(failed, jitter).as_millis();
        assert_eq!(millis(0, 0.9), 0);
        assert_eq!(
            (1..8).map(|n| millis(n, 0.0)).collect::<Vec<_>>(),
            [500, 1000, 2000, 4000, 8000, 15_000, 15_000]
        );
        assert_eq!(millis(1, 1.0), 250);
        assert_eq!(millis(u32::MAX, 0.0), 15_000);
    }
}
