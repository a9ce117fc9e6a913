//! A copy of the built page on a host, with redeployment.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::programs;
use super::static_host::copy;

/// The modification time of each file, after 1970. Some build tools set one time for all.
const MODIFIED: Duration = Duration::from_hours(24);

/// The start page and its precompressed copies, which would belong to another build.
const START_PAGE: &str = "index.html";
const COMPRESSED: [&str; 2] = ["index.html.gz", "index.html.br"];

/// The files of a page whose start page has the same size and modification time in each build.
pub struct Deployment {
    files: TempDir,
    /// The start page as built.
    start_page: String,
}

impl Deployment {
    /// Copies the built page and marks its start page with this build.
    pub fn new(build: char) -> Result<Self> {
        let files = tempfile::tempdir()?;
        copy(&programs::dist()?, files.path())?;
        for name in COMPRESSED {
            fs::remove_file(files.path().join(name))?;
        }
        let start_page = fs::read_to_string(files.path().join(START_PAGE))?;
        let deployment = Self { files, start_page };
        deployment.deploy(build)?;
        Ok(deployment)
    }

    /// Returns the folder of the files.
    pub fn path(&self) -> &Path {
        self.files.path()
    }

    /// Replaces the start page with that of another build.
    pub fn deploy(&self, build: char) -> Result<()> {
        let at = self.start_page.find("<meta").context("the page has no meta tag")?;
        let (before, after) = self.start_page.split_at(at);
        let tag = format!(r#"<meta name="build" content="{build}">"#);
        self.write(START_PAGE, &[before, &tag, after].concat())
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path().join(name);
        fs::write(&path, text)?;
        let file = File::options().write(true).open(path)?;
        Ok(file.set_modified(SystemTime::UNIX_EPOCH + MODIFIED)?)
    }
}
