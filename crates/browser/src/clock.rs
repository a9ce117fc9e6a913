//! The clock that the call is told the time by.

use std::time::Duration;

/// The time since the page began; it never goes back (High Resolution Time, section 6). Some
/// browsers stop it while the machine sleeps: waking up is told apart by events.
pub(crate) fn now() -> Duration {
    let millis = web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now());
    // A negative or absurd number becomes the nearest that fits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Duration::from_micros((millis * 1000.0) as u64)
}
