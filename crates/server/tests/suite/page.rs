//! The built page as a browser receives it, from a folder and from the program.

use std::fs;

use tincan_server::{Config, Server};

use crate::client::{get, head};
use crate::dist::{Dist, INDEX};

/// The hash of `start()`, the script of the start page.
const START: &str = "DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=";

#[tokio::test]
async fn files_have_content_types_and_cache_lifetimes() {
    let dist = Dist::new("types");
    for name in [
        "tincan-0123456789abcdef.js",
        "tincan-0123456789abcdef_bg.wasm",
        "base-0123456789abcdef.css",
        "ended-b7eb476e683c9dd.css",
        "app-1.css",
        "init.js",
        "snippets/plain.js",
        "build-0123456789abcdef/split_call.wasm",
        "build-0123456789abcdef/start.js",
    ] {
        dist.write(name, name);
    }
    for server in dist.serve_both().await {
        let forever = "public, max-age=31536000, immutable";
        for (path, content_type, cache_control) in [
            ("/tincan-0123456789abcdef.js", "text/javascript", forever),
            ("/tincan-0123456789abcdef_bg.wasm", "application/wasm", forever),
            ("/base-0123456789abcdef.css", "text/css", forever),
            ("/ended-b7eb476e683c9dd.css", "text/css", forever),
            ("/app-1.css", "text/css", "no-cache"),
            ("/init.js", "text/javascript", "no-cache"),
            ("/snippets/plain.js", "text/javascript", "no-cache"),
            ("/build-0123456789abcdef/split_call.wasm", "application/wasm", forever),
            ("/build-0123456789abcdef/start.js", "text/javascript", forever),
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
        }
    }
}

#[tokio::test]
async fn a_redeploy_with_equal_sizes_and_times_is_noticed() {
    let dist = Dist::new("redeploy");
    let files = ["index.html", "start.js", "start.js.br", "start.js.gz"];
    let deploy = |build: &str| {
        for name in files {
            dist.write_at_fixed_time(name, &format!("{name} of {build}"));
        }
    };
    deploy("build 1");
    let server = dist.serve().await;
    let mut asked = Vec::new();
    for (path, file, encoding) in [
        ("/", "index.html", "identity"),
        ("/index.html", "index.html", "gzip"),
        ("/start.js", "start.js", "identity"),
        ("/start.js?x", "start.js.br", "br, gzip"),
        ("/start.js", "start.js.gz", "gzip"),
    ] {
        let accept = format!("accept-encoding: {encoding}\r\n");
        let answer = get(server.address, path, &accept).await;
        assert_eq!(answer.body, format!("{file} of build 1").as_bytes());
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("last-modified"), None, "the time says nothing");
        let tag = answer.header("etag").unwrap().to_owned();
        asked.push((path, file, accept, tag));
    }
    let day = "if-modified-since: Fri, 02 Jan 1970 00:00:00 GMT\r\n";
    for (path, file, accept, tag) in &asked {
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let lines = format!("{accept}{day}if-none-match: {known}\r\n");
            let answer = get(server.address, path, &lines).await;
            assert_eq!((answer.status, answer.body.len()), (304, 0), "{file} {known}");
            assert_eq!(answer.header("etag"), Some(tag.as_str()));
            assert_eq!(answer.header("cache-control"), Some("no-cache"));
            assert_eq!(answer.header("vary"), Some("accept-encoding"), "{file}");
        }
    }
    deploy("build 2");
    for (path, file, accept, tag) in &asked {
        for lines in [format!("if-none-match: {tag}\r\n{day}"), day.to_owned()] {
            let answer = get(server.address, path, &format!("{accept}{lines}")).await;
            assert_eq!(answer.status, 200, "{file}");
            assert_eq!(answer.body, format!("{file} of build 2").as_bytes());
            assert_ne!(answer.header("etag"), Some(tag.as_str()));
        }
        // The rest of a previous version is of no use.
        let lines = format!("{accept}range: bytes=2-\r\nif-range: {tag}\r\n");
        assert_eq!(get(server.address, path, &lines).await.status, 200);
    }
    let tags: std::collections::BTreeSet<_> =
        asked.iter().map(|(_, _, _, tag)| tag.as_str()).collect();
    assert_eq!(tags.len(), 4, "each encoding has a tag of its own");
}

#[tokio::test]
async fn range_requests_are_answered() {
    let dist = Dist::new("range");
    dist.write("init.js", "0123456789");
    for server in dist.serve_both().await {
        let tag = get(server.address, "/init.js", "").await.header("etag").unwrap().to_owned();
        let lines = format!("range: bytes=2-4\r\nif-range: {tag}\r\n");
        let answer = get(server.address, "/init.js", &lines).await;
        assert_eq!((answer.status, &answer.body[..]), (206, &b"234"[..]));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_refused() {
    let dist = Dist::new("beyond");
    dist.write("init.js", "0123456789");
    for server in dist.serve_both().await {
        let answer = get(server.address, "/init.js", "range: bytes=10-\r\n").await;
        assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */10")));
        let answer = get(server.address, "/init.js", "range: bytes=-3\r\n").await;
        assert_eq!((answer.status, &answer.body[..]), (206, &b"789"[..]));
    }
}

#[tokio::test]
async fn a_head_request_has_the_headers_and_no_body() {
    let dist = Dist::new("head");
    dist.write("build-0123456789abcdef/main.wasm", "contents");
    for server in dist.serve_both().await {
        for path in ["/", "/build-0123456789abcdef/main.wasm"] {
            let expected = get(server.address, path, "").await;
            let answer = head(server.address, path, "").await;
            assert_eq!((answer.status, &answer.body[..]), (200, &b""[..]), "{path}");
            for name in ["content-length", "content-type", "cache-control", "etag"] {
                assert_eq!(answer.header(name), expected.header(name), "{path} {name}");
            }
            let length: usize = answer.header("content-length").unwrap().parse().unwrap();
            assert_eq!(length, expected.body.len(), "{path}");
        }
    }
}

#[tokio::test]
async fn the_tag_of_the_start_page_depends_on_its_contents_alone() {
    let dist = Dist::new("tags");
    let mut tags = Vec::new();
    for index in [INDEX, "<!doctype html>"] {
        dist.write("index.html", index);
        for server in dist.serve_both().await {
            let tag = get(server.address, "/", "").await.header("etag").unwrap().to_owned();
            let lines = format!("if-none-match: {tag}\r\n");
            assert_eq!(get(server.address, "/", &lines).await.status, 304);
            tags.push(tag);
        }
    }
    assert_eq!(tags[0], tags[1]);
    assert_eq!(tags[2], tags[3]);
    assert_ne!(tags[0], tags[2]);
}

#[tokio::test]
async fn missing_files_are_not_found_and_not_cached() {
    let dist = Dist::new("missing");
    for server in dist.serve_both().await {
        for path in ["/gone-0123456789abcdef.js", "/../Cargo.toml", "/%2e%2e/types/index.html"] {
            let answer = get(server.address, path, "").await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.header("cache-control"), None, "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_link_with_an_encoded_hash_redirects_to_its_explanation() {
    let dist = Dist::new("exposed");
    for server in dist.serve_both().await {
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
        // Other missing paths stay missing.
        for path in ["/23dGluY2FuIHRlc3Qgcm9vbQ", "/%24dGluY2FuIHRlc3Qgcm9vbQ", "/100%25"] {
            assert_eq!(get(server.address, path, "").await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn precompressed_files_are_served() {
    let dist = Dist::new("compressed");
    dist.write("both.wasm", "plain");
    dist.write("both.wasm.br", "brotli");
    dist.write("both.wasm.gz", "gzip");
    dist.write("gzip.wasm", "plain");
    dist.write("gzip.wasm.gz", "gzip");
    for server in dist.serve_both().await {
        for (path, accepts, encoding, body) in [
            ("/both.wasm", "gzip, deflate, br, zstd", Some("br"), "brotli"),
            ("/both.wasm", "gzip", Some("gzip"), "gzip"),
            ("/both.wasm", "identity", None, "plain"),
            ("/both.wasm", "br;q=0.5, gzip;q=0.8", Some("gzip"), "gzip"),
            ("/both.wasm", "br;q=0, gzip;q=0", None, "plain"),
            ("/gzip.wasm", "gzip, deflate, br, zstd", Some("gzip"), "gzip"),
        ] {
            let answer =
                get(server.address, path, &format!("accept-encoding: {accepts}\r\n")).await;
            assert_eq!(answer.header("content-encoding"), encoding, "{path} {accepts}");
            assert_eq!(answer.header("content-type"), Some("application/wasm"));
            assert_eq!(answer.header("vary"), Some("accept-encoding"));
            assert_eq!(answer.body, body.as_bytes());
        }
    }
}

#[tokio::test]
async fn security_headers_allow_only_what_a_call_needs() {
    let dist = Dist::new("headers");
    for server in dist.serve_both().await {
        let answer = get(server.address, "/", "").await;
        let policy = answer.header("content-security-policy").unwrap();
        let directive = |name: &str| {
            policy.split("; ").find_map(|text| text.strip_prefix(name)?.strip_prefix(' '))
        };
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
}

#[test]
fn a_place_without_a_page_is_an_error_at_start() {
    let dist = Dist::new("empty");
    fs::remove_file(dist.0.join("index.html")).unwrap();
    for (page, place) in [(dist.folder(), dist.0.to_str().unwrap()), (dist.program(), "program")] {
        let error =
            Server::new(Config { page: Some(page), ..Config::default() }).unwrap_err().to_string();
        for words in [place, "index.html", "build the page first"] {
            assert!(error.contains(words), "{error}");
        }
    }
}
