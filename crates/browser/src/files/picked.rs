//! The files that the person has picked, for as long as somebody is to get them.

use std::cell::RefCell;

use tincan_call::features::{FileId, PickedFile};
use tincan_call::protocol::FileName;
use web_sys::File;

use crate::page::random_bytes;

/// The files that the person has picked.
#[derive(Default)]
pub(crate) struct PickedFiles(RefCell<Vec<(FileId, File)>>);

impl PickedFiles {
    /// Keeps a file. None if the browser has no randomness.
    pub(crate) fn add(&self, file: &File) -> Option<PickedFile> {
        let id = FileId(random_bytes()?);
        self.0.borrow_mut().push((id, file.clone()));
        // A whole number up to 2^53 (File API, section 3.1).
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let size = file.size() as u64;
        Some(PickedFile { id, name: FileName::new(&file.name()), size })
    }

    pub(crate) fn get(&self, id: FileId) -> Option<File> {
        self.0.borrow().iter().find(|(other, _)| *other == id).map(|(_, file)| file.clone())
    }

    pub(crate) fn release(&self, id: FileId) {
        self.0.borrow_mut().retain(|(other, _)| *other != id);
    }

    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
