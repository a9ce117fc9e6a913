//! When to try again.

use std::time::Duration;

/// At once, then after `base`, doubling up to `limit`; each but the first shortened by up to `spread` of
/// it, so that the pages of a server that restarts do not all come back in the same instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    pub(crate) base: Duration,
    pub(crate) limit: Duration,
    pub(crate) spread: f64,
}

impl Retry {
    /// The wait before the try after `failed` failed ones. `jitter` is from 0 up to 1.
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
        let retry =
            Retry { base: Duration::from_millis(500), limit: Duration::from_secs(15), spread: 0.5 };
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
