//! A built page in a folder, and servers for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tincan_server::{Config, PageFiles, PageSource};

use crate::client::TestServer;

/// The start page.
pub(crate) const INDEX: &str = "<!doctype html><script type=module>start()</script>";

/// A directory that is deleted when it is dropped.
pub(crate) struct Dist(pub(crate) PathBuf);

impl Dist {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        for folder in ["snippets", "build-0123456789abcdef"] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        let dist = Self(path);
        dist.write("index.html", INDEX);
        dist
    }

    pub(crate) fn write(&self, name: &str, contents: &str) {
        fs::write(self.0.join(name), contents).unwrap();
    }

    /// Creates a file of zeros.
    pub(crate) fn write_large(&self, name: &str, bytes: u64) {
        fs::File::create(self.0.join(name)).unwrap().set_len(bytes).unwrap();
    }

    /// Writes a file with a constant modification time.
    pub(crate) fn write_at_fixed_time(&self, name: &str, contents: &str) {
        self.write(name, contents);
        let file = fs::File::options().write(true).open(self.0.join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(24)).unwrap();
    }

    pub(crate) fn folder(&self) -> PageSource {
        PageSource::Folder(self.0.clone())
    }

    /// Copies the files into memory, as if they were part of the program.
    pub(crate) fn program(&self) -> PageSource {
        let mut files = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let contents: &'static [u8] = fs::read(&path).unwrap().leak();
                    files.push((path.strip_prefix(&self.0).unwrap().to_owned(), contents));
                }
            }
        }
        PageSource::Files(files.into_iter().collect::<PageFiles>())
    }

    /// Starts a server for the folder.
    pub(crate) async fn serve(&self) -> TestServer {
        serve(self.folder()).await
    }

    /// Starts a server for each place of a page.
    pub(crate) async fn serve_both(&self) -> [TestServer; 2] {
        [self.serve().await, serve(self.program()).await]
    }
}

impl Drop for Dist {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn serve(page: PageSource) -> TestServer {
    TestServer::start(Config { page: Some(page), ..Config::default() }).await
}
