//! The browser's own file system (File System Standard, section 2.5), by the worker `disk.js`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::Array;
use tincan_call::features::FileError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, File};

use crate::listener::Listener;
use crate::{object, page};

/// The script of the worker, beside the other files of the page.
const SCRIPT: &str = "disk.js";

/// The folder of the files, as `disk.js` has it.
const FOLDER: &str = "files";

/// Those who wait for an answer, each with the number of its question.
type Waiting = Rc<RefCell<Vec<(u32, oneshot::Sender<Result<JsValue, FileError>>)>>>;

/// The browser's own file system. Dropping it ends the worker: what was asked before is done, or
/// is not.
pub(super) struct Disk {
    worker: Worker,
    waiting: Waiting,
    asked: Cell<u32>,
    _listeners: [Listener; 2],
}

/// The browser's worker, which ends on drop.
struct Worker(EventTarget);

impl Drop for Worker {
    fn drop(&mut self) {
        // It never throws.
        let _ = object::call(&self.0, "terminate", &[]);
    }
}

impl Disk {
    /// Starts the worker.
    ///
    /// # Errors
    /// If the browser runs no workers. What else fails is answered to each question.
    pub(super) fn open() -> Result<Self, FileError> {
        let worker = object::construct("Worker", &[&page::file_url(SCRIPT).into()]);
        let worker = Worker(worker.map_err(|_| FileError::NoStorage)?.unchecked_into());
        let waiting = Waiting::default();
        let listeners = [
            Listener::new(&worker.0, "message", {
                let waiting = Rc::clone(&waiting);
                move |event| answered(&waiting, &object::get(event, "data"))
            }),
            // The script could not be loaded.
            Listener::new(&worker.0, "error", {
                let waiting = Rc::clone(&waiting);
                move |_| {
                    for (_, asker) in waiting.take() {
                        let _ = asker.send(Err(FileError::NotLoaded));
                    }
                }
            }),
        ];
        Ok(Self { worker, waiting, asked: Cell::new(0), _listeners: listeners })
    }

    /// Opens a file for reading and writing, and makes it if need be. Returns its size in bytes.
    pub(super) async fn open_file(&self, name: &str) -> Result<f64, FileError> {
        let size = self.ask("open", &[&name.into()]).await?;
        Ok(size.as_f64().unwrap_or_default())
    }

    /// Reads bytes of an open file, fewer at its end.
    pub(super) async fn read(
        &self,
        name: &str,
        at: f64,
        length: f64,
    ) -> Result<Vec<u8>, FileError> {
        let bytes = self.ask("read", &[&name.into(), &at.into(), &length.into()]).await?;
        Ok(js_sys::Uint8Array::new(&bytes).to_vec())
    }

    /// Writes bytes into an open file.
    pub(super) fn write(
        &self,
        name: &str,
        at: f64,
        bytes: &js_sys::Uint8Array,
    ) -> impl Future<Output = Result<JsValue, FileError>> + use<> {
        self.ask("write", &[&name.into(), &at.into(), bytes])
    }

    /// Cuts an open file off.
    pub(super) async fn truncate(&self, name: &str, size: f64) -> Result<(), FileError> {
        self.ask("truncate", &[&name.into(), &size.into()]).await.map(drop)
    }

    /// Closes a file. One that is not open is no error.
    pub(super) fn close(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<JsValue, FileError>> + use<> {
        self.ask("close", &[&name.into()])
    }

    /// Removes a file. One that is not there is no error.
    pub(super) fn remove(&self, name: &str) {
        drop(self.ask("remove", &[&name.into()]));
    }

    /// Returns the names of all files, each with its age in milliseconds.
    pub(super) async fn list(&self) -> Result<Vec<(String, f64)>, FileError> {
        let files = self.ask("list", &[]).await?;
        let entry = |entry| {
            let entry = Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_f64()?))
        };
        Ok(Array::from(&files).iter().filter_map(entry).collect())
    }

    /// Asks the worker. The question is put at once, and not only when the future is polled.
    fn ask(
        &self,
        operation: &str,
        arguments: &[&JsValue],
    ) -> impl Future<Output = Result<JsValue, FileError>> + use<> {
        let number = self.asked.get().wrapping_add(1);
        self.asked.set(number);
        let message = Array::of2(&number.into(), &operation.into());
        for argument in arguments {
            message.push(argument);
        }
        let (sender, answer) = oneshot::channel();
        self.waiting.borrow_mut().push((number, sender));
        let posted = object::call(&self.worker.0, "postMessage", &[&message]);
        async move {
            posted.map_err(|_| FileError::NoStorage)?;
            answer.await.unwrap_or(Err(FileError::NoStorage))
        }
    }
}

/// Passes an answer of the worker to the one who waits for it.
fn answered(waiting: &Waiting, answer: &JsValue) {
    let answer = Array::from(answer);
    let number = answer.get(0).as_f64();
    let mut waiting = waiting.borrow_mut();
    let found = waiting.iter().position(|(asked, _)| number == Some(f64::from(*asked)));
    if let Some(at) = found {
        let (_, asker) = waiting.swap_remove(at);
        let result = match answer.get(2).as_string() {
            None => Ok(answer.get(1)),
            Some(name) if name == "QuotaExceededError" => Err(FileError::NoSpace),
            Some(_) => Err(FileError::NoStorage),
        };
        // Who asked may be gone.
        let _ = asker.send(result);
    }
}

/// Returns a file that is closed, to read it outside of the worker. Its bytes stay on the disk.
pub(super) async fn stored_file(name: &str) -> Result<File, JsValue> {
    let storage = object::navigator("storage");
    let root = object::ask(&storage, "getDirectory", &[]).await?;
    let folder = object::ask(&root, "getDirectoryHandle", &[&FOLDER.into()]).await?;
    let handle = object::ask(&folder, "getFileHandle", &[&name.into()]).await?;
    object::ask(&handle, "getFile", &[]).await?.dyn_into()
}
