//! Checks that a test leaks no resource.

use tincan_browser::{LiveResources, live_resources};

use super::until;

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

    /// Waits until no more is left than there was before.
    pub(crate) async fn none(self) {
        until("everything is released", || live_resources() == self.0).await;
    }
}
