//! Statistics of a few measurements.

/// Returns the value below which this share of the values lies, by linear interpolation. Returns
/// `None` for no values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "there are few values, and the rank is among them"
)]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = rank.floor();
    let [low, high] = [below, rank.ceil()].map(|rank| sorted.get(rank as usize).copied());
    Some(low? + (rank - below) * (high? - low?))
}

/// Returns the median, which is the mean of the two middle values of an even number. Returns `None`
/// for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_the_mean() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[9.0, 1.0, 100.0]), Some(9.0));
        assert_eq!(median(&[2.0, 1.0]), Some(1.5));
    }

    #[test]
    fn a_quantile_lies_between_its_neighbours() {
        assert_eq!(quantile(&[30.0, 10.0, 20.0], 0.0), Some(10.0));
        assert_eq!(quantile(&[30.0, 10.0, 20.0], 0.75), Some(25.0));
        assert_eq!(quantile(&[30.0, 10.0, 20.0], 1.0), Some(30.0));
    }
}
