//! Statistics of a few measurements.

/// Returns the value below which this share of the values lies, by linear interpolation. Returns
/// `None` for no values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "there are few values, and the rank is among them"
)]
pub(crate) fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = rank.floor();
    let [low, high] = [below, rank.ceil()].map(|rank| sorted.get(rank as usize).copied());
    Some(low? + (rank - below) * (high? - low?))
}

/// Returns the median.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}
