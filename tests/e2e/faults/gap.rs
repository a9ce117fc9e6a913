//! Gaps between frames. All times are in milliseconds since 1970, in every page and here.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the current time, by the clock that pages also use.
pub(crate) fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}

/// Returns the longest time without a new frame between `from` and `to`, in milliseconds.
/// `presented` has the times of frames in any order.
pub(crate) fn longest(presented: &[f64], from: f64, to: f64) -> f64 {
    let mut times: Vec<f64> =
        presented.iter().copied().filter(|time| (from..to).contains(time)).collect();
    times.extend([from, to]);
    times.sort_by(f64::total_cmp);
    times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
}

/// Returns the maximum.
pub(crate) fn worst(values: &[f64]) -> Option<f64> {
    values.iter().copied().max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_may_be_in_the_middle_or_at_either_end() {
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(longest(&[10.0, 20.0, 90.0, 95.0], 5.0, 100.0), 70.0));
        assert!(close(longest(&[60.0, 70.0, 80.0], 5.0, 100.0), 55.0), "until the first");
        assert!(close(longest(&[10.0, 20.0], 5.0, 100.0), 80.0), "since the last");
        assert!(close(longest(&[], 5.0, 100.0), 95.0), "none at all");
    }

    #[test]
    fn frames_outside_the_interval_are_ignored() {
        let gap = longest(&[1.0, 200.0, 52.0, 900.0, 40.0], 50.0, 60.0);
        assert!((gap - 8.0).abs() < 1e-9, "{gap}");
    }

    #[test]
    fn the_worst_gap_is_the_longest() {
        assert_eq!(worst(&[9.0, 100.0, 1.0]), Some(100.0));
    }
}
