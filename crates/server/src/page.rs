//! The built page: its files, how long a browser may keep them, and what the page may do.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use axum::http::{Response, StatusCode};
use thiserror::Error;
use tincan_protocol::explain_exposed_link;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use crate::security::{self, SecurityHeaders};

/// The directory holds no page that can be served.
#[derive(Debug, Error)]
#[error("no page in {}: its index.html can not be read; build the page first", dist.display())]
pub struct PageError {
    dist: PathBuf,
    source: io::Error,
}

/// A directory with a built page in it.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    files: ServeDir,
    headers: Arc<SecurityHeaders>,
}

impl Page {
    /// Looks at the page once, for the policy that it is served with: a new build with another
    /// inline script needs a restart.
    pub(crate) fn open(dist: &Path) -> Result<Self, PageError> {
        let index = fs::read_to_string(dist.join("index.html"))
            .map_err(|source| PageError { dist: dist.to_owned(), source })?;
        Ok(Self {
            files: ServeDir::new(dist).precompressed_br().precompressed_gzip(),
            headers: Arc::new(security::headers_for(&index)),
        })
    }

    pub(crate) fn headers(&self) -> Arc<SecurityHeaders> {
        Arc::clone(&self.headers)
    }
}

/// Answers with a file, compressed in advance if the browser takes that and it is there. An invite
/// link whose `#` was encoded names no file: the page explains what became of it.
pub(crate) async fn file(State(page): State<Page>, request: Request) -> Response<Body> {
    if let Some(explanation) = explain_exposed_link(request.uri().path()) {
        return redirect(&explanation);
    }
    let lifetime = lifetime(request.uri().path());
    let mut response = match page.files.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if [StatusCode::OK, StatusCode::PARTIAL_CONTENT, StatusCode::NOT_MODIFIED]
        .contains(&response.status())
    {
        response.headers_mut().insert(CACHE_CONTROL, lifetime);
    }
    response
}

/// Sends the browser elsewhere, this time only.
fn redirect(location: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::from_str(location) {
        headers.insert(LOCATION, location);
    }
    response
}

/// How long a browser may use a file without asking again.
fn lifetime(path: &str) -> HeaderValue {
    HeaderValue::from_static(if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    })
}

/// Whether a file's name changes with its contents: Trunk's `name-0123456789abcdef.js` and
/// `name-0123456789abcdef_bg.wasm`. A folder that is named so (`snippets/crate-0123456789abcdef/`)
/// says nothing of the contents.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.match_indices('-').any(|(at, _)| {
        let rest = name.get(at + 1..).unwrap_or_default();
        let hash = rest.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let length = hash.count();
        length >= 16 && matches!(rest.as_bytes().get(length), Some(b'.' | b'_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_a_hash_is_kept() {
        for (path, hashed) in [
            ("/tincan-0123456789abcdef.js", true),
            ("/tincan-0123456789abcdef_bg.wasm", true),
            ("/styles/base-tokens-fedcba9876543210.css", true),
            ("/", false),
            ("/index.html", false),
            ("/init.js", false),
            ("/tincan-0123456789abcde.js", false),
            ("/tincan-0123456789abcdeg.js", false),
            ("/tincan-0123456789abcdef", false),
            ("/snippets/yew-0123456789abcdef/inline0.js", false),
        ] {
            assert_eq!(is_hashed(path), hashed, "{path}");
        }
    }
}
