//! Files that have arrived, on their way to the person's downloads.

use std::cell::RefCell;
use std::time::Duration;

use tincan_call::protocol::{FileName, TransferId};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::{disk, store};
use crate::log;
use crate::task::Task;
use crate::timer::Timer;

/// The type of everything that is saved: so no browser shows it, or runs it, in place of saving it.
const TYPE: &str = "application/octet-stream";

/// The time for which the browser can read what it saves. It copies from disk to disk.
const KEPT_FOR: Duration = Duration::from_mins(10);

/// The files that are saved, or were.
#[derive(Default)]
pub(super) struct Saving(RefCell<Vec<(TransferId, Task)>>);

impl Saving {
    /// Saves a file under a name.
    pub(super) fn save(&self, transfer: TransferId, name: FileName) {
        let task = Task::spawn(async move {
            match Download::of(transfer, &name).await {
                Ok(download) => download.kept().await,
                Err(error) => log::refused("a file cannot be saved", &error),
            }
        });
        self.0.borrow_mut().push((transfer, task));
    }

    /// Returns `true` if a file was saved, and may be read still.
    pub(super) fn has(&self, transfer: TransferId) -> bool {
        self.0.borrow().iter().any(|(other, task)| *other == transfer && !task.is_over())
    }
}

/// The address of a file, which the browser forgets on drop.
struct Download(String);

impl Download {
    /// Has the browser save a file. Its bytes stay on the disk.
    async fn of(transfer: TransferId, name: &FileName) -> Result<Self, JsValue> {
        let file = disk::stored_file(&store::data(transfer)).await?;
        let options = BlobPropertyBag::new();
        options.set_type(TYPE);
        let blob = Blob::new_with_blob_sequence_and_options(&js_sys::Array::of1(&file), &options)?;
        let download = Self(Url::create_object_url_with_blob(&blob)?);
        crate::page::download(&download.0, name.as_str())?;
        Ok(download)
    }

    async fn kept(self) {
        let (over, is_over) = futures::channel::oneshot::channel();
        let _timer = Timer::new(KEPT_FOR, move || {
            // Who waits is this.
            let _ = over.send(());
        });
        let _ = is_over.await;
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // It never throws.
        let _ = Url::revoke_object_url(&self.0);
    }
}
