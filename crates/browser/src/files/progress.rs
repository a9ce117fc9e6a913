//! Reports of the progress of a file: often enough to be watched, and seldom enough to cost
//! nothing.

use std::cell::Cell;
use std::time::Duration;

use tincan_call::features::FileEvent;
use tincan_call::protocol::TransferId;

use super::OnEvent;
use crate::clock::now;

/// The time between two reports.
const INTERVAL: Duration = Duration::from_millis(250);

/// Reports the progress of one file.
pub(super) struct Progress {
    transfer: TransferId,
    reported_at: Cell<Option<Duration>>,
    on_event: OnEvent,
}

impl Progress {
    pub(super) fn new(transfer: TransferId, on_event: OnEvent) -> Self {
        Self { transfer, reported_at: Cell::new(None), on_event }
    }

    /// So many bytes from the start are stored by the receiver.
    pub(super) fn report(&self, bytes: u64) {
        let now = now();
        if self.reported_at.get().is_none_or(|at| now >= at + INTERVAL) {
            self.reported_at.set(Some(now));
            (self.on_event)(FileEvent::Progress(self.transfer, bytes));
        }
    }
}
