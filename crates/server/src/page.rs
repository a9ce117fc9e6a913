//! Serving of the built page: its files, their cache lifetimes, and its security headers.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind::InvalidData};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, ETAG, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, IF_UNMODIFIED_SINCE, LAST_MODIFIED, LOCATION, RANGE, VARY,
};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tincan_protocol::explain_exposed_link;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;
use tower_http::services::fs::DefaultServeDirFallback;

use crate::hashed_name::is_hashed;
use crate::page_files::PageFiles;
use crate::security::{self, SecurityHeaders};

/// The lifetime of files whose names contain a hash of their contents.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The lifetime of all other files: the browser revalidates its copy each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The start page, which every built page has.
const INDEX: &str = "index.html";

/// The place of a built page.
#[derive(Debug, Clone)]
pub enum PageSource {
    /// A directory. Its files are read for each request.
    Folder(PathBuf),
    /// The program itself.
    Files(PageFiles),
}

impl PageSource {
    /// Returns the contents of the start page.
    fn index(&self) -> io::Result<String> {
        match self {
            Self::Folder(folder) => fs::read_to_string(folder.join(INDEX)),
            Self::Files(files) => {
                let index = files.get(Path::new(INDEX))?.to_vec();
                String::from_utf8(index).map_err(|error| io::Error::new(InvalidData, error))
            }
        }
    }
}

impl fmt::Display for PageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Files(_) => f.write_str("this program"),
        }
    }
}

/// There is no page to serve.
#[derive(Debug, Error)]
#[error("no page in {place}: its index.html cannot be read; build the page first")]
pub struct PageError {
    place: PageSource,
    source: io::Error,
}

/// A built page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    files: Files,
    headers: Arc<SecurityHeaders>,
}

/// The services of both places.
#[derive(Debug, Clone)]
enum Files {
    Folder(ServeDir),
    Program(ServeDir<DefaultServeDirFallback, PageFiles>),
}

impl Page {
    /// Reads the page once, to derive its Content-Security-Policy. A new build with a different
    /// inline script needs a restart.
    pub(crate) fn open(place: PageSource) -> Result<Self, PageError> {
        let index = match place.index() {
            Ok(index) => index,
            Err(source) => return Err(PageError { place, source }),
        };
        let files = match place {
            PageSource::Folder(folder) => {
                Files::Folder(ServeDir::new(folder).precompressed_br().precompressed_gzip())
            }
            PageSource::Files(files) => {
                let files = ServeDir::with_backend("", files);
                Files::Program(files.precompressed_br().precompressed_gzip())
            }
        };
        Ok(Self { files, headers: Arc::new(security::headers_for(&index)) })
    }

    pub(crate) fn headers(&self) -> Arc<SecurityHeaders> {
        Arc::clone(&self.headers)
    }

    /// Responds with a file as it is now, precompressed if the browser accepts that and such a file
    /// exists.
    async fn serve(&self, request: Request) -> Response<Body> {
        let served = match self.files.clone() {
            Files::Folder(files) => files.oneshot(request).await,
            Files::Program(files) => files.oneshot(request).await,
        };
        match served {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }

    /// Responds with a file whose name does not change with its contents.
    ///
    /// An `ETag` over the contents tells whether the browser's copy is current. Size and
    /// modification time are not enough: a redeploy often keeps both, since reproducible builds
    /// give all files one time, and the start page differs only in hashes.
    async fn serve_checked(&self, mut request: Request) -> Response<Body> {
        let known = request.headers_mut().remove(IF_NONE_MATCH);
        let range_of = request.headers_mut().remove(IF_RANGE);
        for by_time in [IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_MATCH] {
            request.headers_mut().remove(by_time);
        }
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return self.serve(request).await;
        }
        let Some((tag, vary)) = self.tag(whole(&request)).await else {
            return self.serve(request).await;
        };
        if known.is_some_and(|known| contains_tag(&known, &tag)) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().extend(vary.map(|vary| (VARY, vary)));
            response.headers_mut().insert(ETAG, tag);
            return response;
        }
        if range_of.is_some_and(|range_of| range_of != tag) {
            request.headers_mut().remove(RANGE);
        }
        let mut response = self.serve(request).await;
        response.headers_mut().remove(LAST_MODIFIED);
        response.headers_mut().insert(ETAG, tag);
        response
    }

    /// Returns the `ETag` of the requested file, in the encoding for this request, and its `Vary`.
    /// Returns `None` if there is no such file.
    ///
    /// The file is read for the tag, and again to be sent. These files are few and small. If the
    /// file is replaced in between, the tag is that of the older version, and the browser fetches
    /// the new one once more.
    async fn tag(&self, whole: Request) -> Option<(HeaderValue, Option<HeaderValue>)> {
        let response = self.serve(whole).await;
        if response.status() != StatusCode::OK {
            return None;
        }
        let vary = response.headers().get(VARY).cloned();
        let mut hash = Sha256::new();
        let mut contents = response.into_body().into_data_stream();
        while let Some(piece) = contents.next().await {
            hash.update(piece.ok()?);
        }
        let tag = format!("\"{}\"", Base64UrlUnpadded::encode_string(&hash.finalize()[..16]));
        Some((HeaderValue::try_from(tag).ok()?, vary))
    }
}

/// Makes a request for the whole file that another request asks for, in the same encoding.
fn whole(request: &Request) -> Request {
    let mut whole = Request::new(Body::empty());
    *whole.uri_mut() = request.uri().clone();
    for encoding in request.headers().get_all(ACCEPT_ENCODING) {
        whole.headers_mut().append(ACCEPT_ENCODING, encoding.clone());
    }
    whole
}

/// Returns `true` if an `If-None-Match` (RFC 9110, section 13.1.2) contains a tag.
fn contains_tag(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let mut tags = known.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes())
}

/// Responds with a file. If the path is an invite link with an encoded `#`, redirects to the page
/// that explains the mistake.
pub(crate) async fn file(State(page): State<Page>, request: Request) -> Response<Body> {
    if let Some(explanation) = explain_exposed_link(request.uri().path()) {
        return redirect(&explanation);
    }
    let (mut response, lifetime) = if is_hashed(request.uri().path()) {
        (page.serve(request).await, IMMUTABLE)
    } else {
        (page.serve_checked(request).await, REVALIDATE)
    };
    set_cache_control(response.status(), lifetime, response.headers_mut());
    response
}

/// Redirects the browser temporarily.
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

fn set_cache_control(status: StatusCode, lifetime: HeaderValue, headers: &mut HeaderMap) {
    if [StatusCode::OK, StatusCode::PARTIAL_CONTENT, StatusCode::NOT_MODIFIED].contains(&status) {
        headers.insert(CACHE_CONTROL, lifetime);
    }
}
