//! Files that are sent, and files that a browser saves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::{Page, until};

/// A folder with files to send, and one for what arrives.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// Makes both folders.
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("downloads"))?;
        Ok(Self { folder })
    }

    /// Makes a file of random bytes.
    pub fn file(&self, name: &str, size: usize) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        let mut bytes = vec![0; size];
        fastrand::Rng::with_seed(size as u64).fill(&mut bytes);
        fs::write(&path, bytes)?;
        Ok(path)
    }

    fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// Has a Chromium save what it downloads here.
    pub async fn takes_downloads_of(&self, page: &Page) -> Result<()> {
        let options = json!({ "behavior": "allow", "downloadPath": self.downloads() });
        page.cdp("Browser.setDownloadBehavior", options).await
    }

    /// Waits until a file has been downloaded that is the same as another.
    pub async fn has(&self, name: &str, original: &Path) -> Result<()> {
        let expected = digest(original)?;
        self.has_file(name, |found| found == expected).await
    }

    /// Waits until a file has been downloaded whose SHA-256 digest is right.
    pub async fn has_file(&self, name: &str, is_right: impl Fn([u8; 32]) -> bool) -> Result<()> {
        let path = self.downloads().join(name);
        until(format_args!("{name} to be downloaded"), async || {
            let names: Vec<_> = fs::read_dir(self.downloads())?
                .filter_map(|entry| Some(entry.ok()?.file_name()))
                .collect();
            let found = digest(&path).with_context(|| format!("there are {names:?}"))?;
            ensure!(is_right(found), "it is another file");
            Ok(())
        })
        .await
    }
}

/// Returns the SHA-256 digest of a file.
pub fn digest(path: &Path) -> Result<[u8; 32]> {
    Ok(Sha256::digest(fs::read(path)?).into())
}
