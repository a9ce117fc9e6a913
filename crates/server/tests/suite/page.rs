//! The built page as a browser gets it.

use std::fs;
use std::path::{Path, PathBuf};

use tincan_server::{Config, Server};

use crate::client::{TestServer, get};

const INDEX: &str = "<!doctype html><script type=module>start()</script>";
/// The hash of `start()`.
const START: &str = "DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=";

/// A directory that goes when it is dropped.
struct Dist(PathBuf);

impl Dist {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("snippets")).unwrap();
        let dist = Self(path);
        dist.write("index.html", INDEX);
        dist
    }

    fn write(&self, name: &str, contents: &str) {
        fs::write(self.0.join(name), contents).unwrap();
    }

    async fn serve(&self) -> TestServer {
        TestServer::start(Config { dist: Some(self.0.clone()), ..Config::default() }).await
    }
}

impl Drop for Dist {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn files_have_their_types_and_lifetimes() {
    let dist = Dist::new("types");
    for name in [
        "tincan-0123456789abcdef.js",
        "tincan-0123456789abcdef_bg.wasm",
        "base-0123456789abcdef.css",
        "init.js",
        "snippets/plain.js",
    ] {
        dist.write(name, name);
    }
    let server = dist.serve().await;
    let forever = "public, max-age=31536000, immutable";
    for (path, content_type, cache_control) in [
        ("/tincan-0123456789abcdef.js", "text/javascript", forever),
        ("/tincan-0123456789abcdef_bg.wasm", "application/wasm", forever),
        ("/base-0123456789abcdef.css", "text/css", forever),
        ("/init.js", "text/javascript", "no-cache"),
        ("/snippets/plain.js", "text/javascript", "no-cache"),
    ] {
        let answer = get(server.address, path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cache_control), "{path}");
        assert_eq!(answer.body, path.trim_start_matches('/').as_bytes());
    }
    for path in ["/", "/index.html"] {
        let answer = get(server.address, path, "").await;
        assert_eq!(answer.header("content-type"), Some("text/html"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(answer.body, INDEX.as_bytes());

        let modified = answer.header("last-modified").unwrap();
        let again = get(server.address, path, &format!("if-modified-since: {modified}\r\n")).await;
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_not_kept() {
    let dist = Dist::new("missing");
    let server = dist.serve().await;
    for path in ["/gone-0123456789abcdef.js", "/../Cargo.toml", "/%2e%2e/types/index.html"] {
        let answer = get(server.address, path, "").await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), None, "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[tokio::test]
async fn a_link_whose_hash_was_encoded_is_explained_by_the_page() {
    let dist = Dist::new("exposed");
    let server = dist.serve().await;
    for (path, location) in [
        ("/%23dGluY2FuIHRlc3Qgcm9vbQ", "./#exposed-link"),
        ("/%2523dgluy2fuihrlc3qgcm9vbq", "./#exposed-link"),
        ("/tincan/%23dGluY2FuIHRlc3Qgcm9vbQ%29.", "./#exposed-link"),
        ("/index.html%23dGluY2FuIHRlc3Qgcm9vbQ?fbclid=x", "./#exposed-link"),
        ("/%23dGluY2FuIHRlc3Qgcm9vbQ/", "../#exposed-link"),
        // It never leads to another host.
        ("//call.example/%23dGluY2FuIHRlc3Qgcm9vbQ", "./#exposed-link"),
    ] {
        let answer = get(server.address, path, "").await;
        assert_eq!(answer.status, 302, "{path}");
        assert_eq!(answer.header("location"), Some(location), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert!(answer.body.is_empty(), "{path}");
    }
    // Nothing else that is not there becomes a page.
    for path in ["/23dGluY2FuIHRlc3Qgcm9vbQ", "/%24dGluY2FuIHRlc3Qgcm9vbQ", "/100%25"] {
        assert_eq!(get(server.address, path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_was_compressed_in_advance_is_served_so() {
    let dist = Dist::new("compressed");
    dist.write("both.wasm", "plain");
    dist.write("both.wasm.br", "brotli");
    dist.write("both.wasm.gz", "gzip");
    dist.write("gzip.wasm", "plain");
    dist.write("gzip.wasm.gz", "gzip");
    let server = dist.serve().await;
    for (path, accepts, encoding, body) in [
        ("/both.wasm", "gzip, deflate, br, zstd", Some("br"), "brotli"),
        ("/both.wasm", "gzip", Some("gzip"), "gzip"),
        ("/both.wasm", "identity", None, "plain"),
        ("/gzip.wasm", "gzip, deflate, br, zstd", Some("gzip"), "gzip"),
    ] {
        let answer = get(server.address, path, &format!("accept-encoding: {accepts}\r\n")).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{path} {accepts}");
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.body, body.as_bytes());
    }
}

#[tokio::test]
async fn the_page_may_do_what_a_call_needs_and_no_more() {
    let dist = Dist::new("headers");
    let server = dist.serve().await;
    let answer = get(server.address, "/", "").await;
    let policy = answer.header("content-security-policy").unwrap();
    let directive =
        |name: &str| policy.split("; ").find_map(|text| text.strip_prefix(name)?.strip_prefix(' '));
    assert_eq!(directive("default-src"), Some("'none'"));
    assert_eq!(directive("connect-src"), Some("'self'"));
    assert_eq!(
        directive("script-src"),
        Some(format!("'self' 'wasm-unsafe-eval' 'sha256-{START}'").as_str())
    );
    for (name, value) in [
        ("permissions-policy", "camera=(self), microphone=(self), display-capture=(self)"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
}

#[test]
fn a_directory_without_a_page_is_refused_at_the_start() {
    let dist = Dist::new("empty");
    fs::remove_file(dist.0.join("index.html")).unwrap();
    let error =
        Server::new(Config { dist: Some(dist.0.clone()), ..Config::default() }).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("index.html") && text.contains("build the page first"), "{text}");
}
