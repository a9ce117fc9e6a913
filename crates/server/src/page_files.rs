//! A built page in memory, served by the same code as one in a folder.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::io::{self, Cursor, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// The files of a built page that are part of the program, with their precompressed siblings.
#[derive(Debug, Clone, Default)]
pub struct PageFiles(Arc<BTreeMap<PathBuf, &'static [u8]>>);

impl FromIterator<(PathBuf, &'static [u8])> for PageFiles {
    /// Collects files by their path inside the page, like `icons/icon.svg`.
    fn from_iter<T: IntoIterator<Item = (PathBuf, &'static [u8])>>(files: T) -> Self {
        Self(Arc::new(files.into_iter().collect()))
    }
}

impl PageFiles {
    /// Returns the contents of a file.
    pub(crate) fn get(&self, path: &Path) -> io::Result<&'static [u8]> {
        self.0.get(inside(path)).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn entry(&self, path: &Path) -> io::Result<Entry> {
        match self.get(path) {
            Ok(contents) => Ok(Entry::File(contents.len() as u64)),
            Err(error) => {
                let is_folder = self.0.keys().any(|file| file.starts_with(inside(path)));
                if is_folder { Ok(Entry::Folder) } else { Err(error) }
            }
        }
    }
}

/// Returns a path without the `./` that [`ServeDir`](tower_http::services::ServeDir) puts before
/// it.
fn inside(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

impl Backend for PageFiles {
    type File = OpenFile;
    type Metadata = Entry;
    type OpenFuture = Ready<io::Result<OpenFile>>;
    type MetadataFuture = Ready<io::Result<Entry>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.get(&path).map(|contents| OpenFile(Cursor::new(contents))))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.entry(&path))
    }
}

/// A file, with its size in bytes, or a folder.
#[derive(Debug, Clone, Copy)]
pub enum Entry {
    /// A file of this many bytes.
    File(u64),
    /// A folder that contains files.
    Folder,
}

impl Metadata for Entry {
    fn is_dir(&self) -> bool {
        matches!(self, Self::Folder)
    }

    /// Fails, since a file in the program has no time of its own. Responses have no
    /// `Last-Modified`.
    fn modified(&self) -> io::Result<SystemTime> {
        Err(ErrorKind::Unsupported.into())
    }

    fn len(&self) -> u64 {
        match self {
            Self::File(bytes) => *bytes,
            Self::Folder => 0,
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub struct OpenFile(Cursor<&'static [u8]>);

impl File for OpenFile {
    type Metadata = Entry;
    type MetadataFuture<'a> = Ready<io::Result<Entry>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(Entry::File(self.0.get_ref().len() as u64)))
    }
}

impl AsyncRead for OpenFile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncSeek for OpenFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(cx)
    }
}
