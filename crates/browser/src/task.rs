//! Asynchronous work with an owner.

use std::future::Future;

use futures::future::{AbortHandle, abortable};
use wasm_bindgen_futures::spawn_local;

use crate::live::Live;

/// Work that ends with its owner: it takes no further step once this is dropped.
#[must_use = "the work ends when this is dropped"]
pub struct Task(AbortHandle);

impl Task {
    /// Starts the work. It takes its first step after the code that runs now.
    pub fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        let (work, handle) = abortable(work);
        let live = Live::count(|live| &mut live.tasks);
        spawn_local(async move {
            let _live = live;
            // It ran to its end or was ended by its owner: both are fine.
            let _ = work.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
