//! Timers that are cancelled on drop.

use std::time::Duration;

use gloo_timers::callback::Timeout;

use crate::live::Live;

/// The longest delay that `setTimeout` takes; a longer one would fire at once.
const MAX_MILLIS: u32 = i32::MAX as u32;

/// A call in the future, until it is dropped.
#[must_use = "the timer is cancelled when this is dropped"]
pub struct Timer {
    _timeout: Timeout,
    _live: Live,
}

impl Timer {
    /// Calls `callback` once, no earlier than after `delay`, or than after 24 days if that is
    /// shorter.
    pub fn new(delay: Duration, callback: impl FnOnce() + 'static) -> Self {
        // Up to the next whole millisecond: too early would mean to set it once more. Not by
        // `as_nanos`: to divide 128 bits takes a kilobyte.
        let millis = u64::from(delay.subsec_nanos().div_ceil(1_000_000));
        let millis = delay.as_secs().saturating_mul(1000).saturating_add(millis);
        let millis = u32::try_from(millis).map_or(MAX_MILLIS, |millis| millis.min(MAX_MILLIS));
        Self {
            _timeout: Timeout::new(millis, callback),
            _live: Live::count(|live| &mut live.timers),
        }
    }
}
