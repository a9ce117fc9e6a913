//! Checks that a test leaks no resource.

use gloo_timers::future::TimeoutFuture;
use tincan_browser::{LiveResources, live_resources};

use super::{STEP_MILLIS, STEPS};

/// The resources that lived before a test.
pub(crate) struct Leaks(LiveResources);

impl Leaks {
    pub(crate) fn watch() -> Self {
        Self(live_resources())
    }

    /// Returns the growth of a count since this was made.
    pub(crate) fn more(&self, count: impl Fn(LiveResources) -> u32) -> i64 {
        i64::from(count(live_resources())) - i64::from(count(self.0))
    }

    /// Waits until no more is left than there was before. It may be less: on a slow machine a test
    /// may begin while the browser still gives a device to the one before.
    pub(crate) async fn none(self) {
        for _ in 0..STEPS {
            let now = live_resources();
            let mut pairs = now.counts().into_iter().zip(self.0.counts());
            if pairs.all(|((_, now), (_, before))| now <= before) {
                return;
            }
            TimeoutFuture::new(STEP_MILLIS).await;
        }
        panic!("a leak: there are {:?}, and before {:?}", live_resources(), self.0);
    }
}
