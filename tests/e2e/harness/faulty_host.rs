//! A faulty host of files: they are late, broken, gone or new.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::static_host::{copy, name_signaling};
use super::{Stage, programs};

/// A fault in how a file is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The answer is this status.
    Status(u16),
    /// The answer is the start page, as of hosts for pages of one file.
    StartPage,
    /// The content type is this one.
    Type(&'static str),
    /// The file has this text in place of its own.
    Text(&'static str),
    /// The file ends in its middle, and the connection with it.
    CutOff,
    /// The file ends in its middle, and nothing tells.
    Half,
    /// There is never an answer.
    Silent,
    /// The file stops in its middle and never goes on.
    Stalled,
}

/// A fault for the files whose names contain `name`.
#[derive(Debug, Clone, Copy)]
struct Rule {
    name: &'static str,
    fault: Fault,
    /// The remaining number of times.
    times: usize,
}

/// Serves a copy of the built page, and keeps no browser from asking again.
pub struct FaultyHost {
    address: SocketAddr,
    files: TempDir,
    rules: Arc<Mutex<Vec<Rule>>>,
    _serving: JoinSet<()>,
}

#[derive(Clone)]
struct Files {
    root: PathBuf,
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl FaultyHost {
    /// Starts to serve; the page's meta tag names `signaling`.
    pub async fn start(stage: &Stage, signaling: &str) -> Result<Rc<Self>> {
        let files = tempfile::tempdir()?;
        copy(&programs::dist()?, files.path())?;
        name_signaling(&files.path().join("index.html"), signaling)?;
        let rules = Arc::new(Mutex::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let served = Files { root: files.path().to_owned(), rules: Arc::clone(&rules) };
        let router = Router::new().fallback(serve).with_state(served);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It never ends by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(stage.keep_running(Self { address, files, rules, _serving: serving }))
    }

    /// The address of the page.
    pub fn page(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Applies `fault` to the next `times` requests for files whose names contain `name`. It
    /// replaces an earlier fault for the same name.
    pub fn set_fault(&self, name: &'static str, fault: Fault, times: usize) {
        let mut rules = lock(&self.rules);
        rules.retain(|rule| rule.times > 0 && rule.name != name);
        rules.push(Rule { name, fault, times });
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        lock(&self.rules).clear();
    }

    /// Returns the number of faults that have not occurred yet.
    pub fn remaining_faults(&self) -> usize {
        lock(&self.rules).iter().map(|rule| rule.times).sum()
    }

    /// The address by which this host serves the room of a link.
    pub fn room_of(&self, link: &str) -> String {
        format!("{}#{}", self.page(), link.rsplit('#').next().unwrap_or_default())
    }

    /// Serves the same page as another build, and no longer as the old one.
    pub fn redeploy(&self) -> Result<()> {
        let index = self.files.path().join("index.html");
        let html = fs::read_to_string(&index)?;
        let start = html.find("build-").context("the page names no build")?;
        let old = &html[start..start + "build-0123456789abcdef".len()];
        // A name that was never used before.
        let new = format!("build-{:016x}", fastrand::u64(..));
        fs::rename(self.files.path().join(old), self.files.path().join(&new))?;
        fs::write(index, html.replace(old, &new))?;
        Ok(())
    }
}

fn lock(rules: &Mutex<Vec<Rule>>) -> MutexGuard<'_, Vec<Rule>> {
    rules.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(State(files): State<Files>, uri: Uri) -> Response {
    let name = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let fault = {
        let mut rules = lock(&files.rules);
        let rule = rules.iter_mut().find(|rule| rule.times > 0 && name.contains(rule.name));
        rule.map(|rule| {
            rule.times -= 1;
            rule.fault
        })
    };
    match fault {
        Some(Fault::Status(status)) => {
            StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND).into_response()
        }
        Some(Fault::StartPage) => file(&files.root, "index.html", None),
        Some(Fault::Silent) => std::future::pending().await,
        Some(Fault::Type(_) | Fault::Text(_) | Fault::CutOff | Fault::Half | Fault::Stalled)
        | None => file(&files.root, name, fault),
    }
}

fn file(root: &Path, name: &str, fault: Option<Fault>) -> Response {
    let Ok(bytes) = fs::read(root.join(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let content_type = match (fault, name.rsplit('.').next()) {
        (Some(Fault::Type(content_type)), _) => content_type,
        (_, Some("html")) => "text/html",
        (_, Some("js")) => "text/javascript",
        (_, Some("css")) => "text/css",
        (_, Some("wasm")) => "application/wasm",
        (_, Some("svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let bytes = match fault {
        Some(Fault::Text(text)) => Bytes::from(text),
        _ => Bytes::from(bytes),
    };
    let half = bytes.slice(..bytes.len() / 2);
    let first = stream::iter([Ok::<_, std::io::Error>(half.clone())]);
    let (body, length) = match fault {
        Some(Fault::CutOff) => {
            let end = stream::iter([Err(std::io::Error::other("cut off"))]);
            (Body::from_stream(first.chain(end)), bytes.len())
        }
        Some(Fault::Stalled) => (Body::from_stream(first.chain(stream::pending())), bytes.len()),
        Some(Fault::Half) => (Body::from(half.clone()), half.len()),
        _ => (Body::from(bytes.clone()), bytes.len()),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}
