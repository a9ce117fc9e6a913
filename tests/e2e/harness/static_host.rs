//! A plain file host: the page under a sub-path, and no signaling server.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result};
use axum::Router;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_http::services::ServeDir;

use super::{Stage, programs};

/// A host that serves a copy of the built page at `/talk/`.
pub struct StaticHost {
    address: SocketAddr,
    _files: TempDir,
    _serving: JoinSet<()>,
}

impl StaticHost {
    /// Starts the host. The page's meta tag names `signaling`.
    pub async fn start(stage: &Stage, signaling: &str) -> Result<Rc<Self>> {
        Self::start_with_script(stage, signaling, "").await
    }

    /// Starts the host with a script that runs before those of the page, for browsers whose driver
    /// cannot inject one.
    pub async fn start_with_script(
        stage: &Stage,
        signaling: &str,
        script: &str,
    ) -> Result<Rc<Self>> {
        let files = tempfile::tempdir()?;
        copy(&programs::dist()?, files.path())?;
        let index = files.path().join("index.html");
        name_signaling(&index, signaling)?;
        if !script.is_empty() {
            fs::write(files.path().join("first.js"), script)?;
            let html = fs::read_to_string(&index)?;
            // The page may omit the `<head>` tag.
            let at = html.find("<meta").context("the page has no meta tag")?;
            let (before, after) = html.split_at(at);
            let script = r#"<script src="first.js"></script>"#;
            fs::write(&index, [before, script, after].concat())?;
        }

        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().nest_service("/talk", ServeDir::new(files.path()));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // The server runs until its task is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(stage.keep_running(Self { address, _files: files, _serving: serving }))
    }

    /// Returns the address of the page.
    pub fn page(&self) -> String {
        format!("http://{}/talk/", self.address)
    }
}

/// Copies the contents of a folder.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("no page in {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Writes the address of the signaling server into the page, as the README describes.
pub(super) fn name_signaling(index: &Path, signaling: &str) -> Result<()> {
    let html = fs::read_to_string(index)?;
    let name = html.find("tincan-signaling").context("the page has no meta tag for signaling")?;
    let start = html[..name].rfind("<meta").context("the name stands in no meta tag")?;
    let end = name + html[name..].find('>').context("the meta tag does not end")?;
    let tag = format!(r#"<meta name="tincan-signaling" content="{signaling}""#);
    fs::write(index, [&html[..start], &tag, &html[end..]].concat())?;
    Ok(())
}
