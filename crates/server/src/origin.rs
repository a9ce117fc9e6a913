//! The allowlist of origins whose pages may open the socket.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, ORIGIN};
use thiserror::Error;
use tracing::warn;
use url::Url;

/// The origin of a page (RFC 6454), as browsers send it: `https://call.example`. Parsing normalises
/// it: default ports are removed, names become lower case, and non-ASCII names become Punycode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// The error for a text that is not the origin of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OriginError {
    /// It is not the address of a host.
    #[error(
        "an origin is http:// or https://, a host and perhaps a port, like https://call.example"
    )]
    NotAnOrigin,
    /// Something follows the host and the port.
    #[error("an origin ends with the host or the port: leave out the path and what follows it")]
    Path,
    /// It contains a user or a password.
    #[error("an origin has no user and no password")]
    User,
    /// It is `*`, or contains it.
    #[error(
        "wildcards are not supported: name each origin, or leave the flag out to allow them all"
    )]
    Wildcard,
    /// It is `null`, the origin of any file and any sandboxed frame.
    #[error("`null` cannot be allowed: it is the origin of any page that has none of its own")]
    Null,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        if text.contains('*') {
            return Err(OriginError::Wildcard);
        }
        if text.eq_ignore_ascii_case("null") {
            return Err(OriginError::Null);
        }
        // `Url` is lenient: it also accepts `https:host`.
        let has_scheme = ["http://", "https://"].iter().any(|scheme| {
            text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        if !has_scheme || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
        {
            return Err(OriginError::NotAnOrigin);
        }
        let url = Url::parse(text).map_err(|_| OriginError::NotAnOrigin)?;
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(OriginError::User);
        }
        if url.path() != "/" || text.contains(['?', '#']) {
            return Err(OriginError::Path);
        }
        // `Url` also accepts characters that no host name has, such as a comma between two origins.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._[:]".contains(c);
        if !url.host_str().is_some_and(|host| host.chars().all(is_plain)) {
            return Err(OriginError::NotAnOrigin);
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The maximum number of refused origins that are logged.
const MAX_LOGGED_ORIGINS: usize = 32;

/// The maximum number of logged bytes of a refused origin.
const MAX_LOGGED_BYTES: usize = 200;

/// The origins whose pages may open the socket.
///
/// Without a list any page may. Nothing depends on cookies or on the identity of the client, so a
/// foreign page can do no more than any other program, and static hosts serve the page from other
/// origins. The list is for operators who want to reserve the server for one site.
#[derive(Debug)]
pub(crate) struct AllowedOrigins {
    allowed: Vec<Origin>,
    /// The refused origins that were logged.
    refused: Mutex<HashSet<String>>,
}

impl AllowedOrigins {
    pub(crate) fn new(allowed: Vec<Origin>) -> Self {
        Self { allowed, refused: Mutex::default() }
    }

    /// Returns `true` if a handshake with these headers is allowed. The first refusal of an origin
    /// is logged, since a wrong list would otherwise be visible only in the browser's console.
    pub(crate) fn allow(&self, headers: &HeaderMap) -> bool {
        if self.allowed.is_empty() {
            return true;
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none());
        let is_allowed = origin
            .and_then(|origin| str::from_utf8(origin.as_bytes()).ok()?.parse().ok())
            .is_some_and(|origin| self.allowed.contains(&origin));
        if !is_allowed && let Some(refused) = self.first_refusal(origin) {
            warn!(
                origin = %refused,
                "a page was refused: its origin is not among those that --allowed-origin names"
            );
        }
        is_allowed
    }

    /// Returns the origin as printable ASCII if it is to be logged: once per origin, and for a
    /// limited number of origins, since a client can send any bytes.
    fn first_refusal(&self, origin: Option<&HeaderValue>) -> Option<String> {
        let bytes = origin.map_or(&b"none"[..], HeaderValue::as_bytes);
        let text = bytes[..bytes.len().min(MAX_LOGGED_BYTES)].escape_ascii().to_string();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        (refused.len() < MAX_LOGGED_ORIGINS && refused.insert(text.clone())).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised_as_browsers_do() {
        for (text, origin) in [
            ("https://call.example", "https://call.example"),
            ("https://call.example:443", "https://call.example"),
            ("http://call.example:80", "http://call.example"),
            ("http://call.example:443", "http://call.example:443"),
            ("https://call.example:08443", "https://call.example:8443"),
            ("https://call.example:", "https://call.example"),
            ("https://call.example/", "https://call.example"),
            (" https://call.example ", "https://call.example"),
            ("HTTPS://Call.Example:8443", "https://call.example:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://BÜCHER.example:443/", "https://xn--bcher-kva.example"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://通话。example", "https://xn--me3al7f.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[0:0::1]", "http://[::1]"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(text.parse(), Ok(Origin(origin.to_owned())), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_origin_are_rejected() {
        use OriginError::{NotAnOrigin, Null, Path, User, Wildcard};
        for (text, error) in [
            ("", NotAnOrigin),
            ("call.example", NotAnOrigin),
            ("call.example:443", NotAnOrigin),
            ("localhost:8080", NotAnOrigin),
            ("//call.example", NotAnOrigin),
            ("https:call.example", NotAnOrigin),
            ("https:/call.example", NotAnOrigin),
            ("https:\\\\call.example", NotAnOrigin),
            ("https://", NotAnOrigin),
            ("https://:443", NotAnOrigin),
            ("https://call.example:65536", NotAnOrigin),
            ("https://call.example:https", NotAnOrigin),
            ("https://call example", NotAnOrigin),
            ("https://a.example,b.example", NotAnOrigin),
            ("https://a.example;b", NotAnOrigin),
            ("https://a.example,https://b.example", Path),
            ("https://a.example https://b.example", NotAnOrigin),
            ("ftp://call.example", NotAnOrigin),
            ("wss://call.example", NotAnOrigin),
            ("file:///index.html", NotAnOrigin),
            ("https://call.example/tincan", Path),
            ("https://call.example//", Path),
            ("https://call.example/?", Path),
            ("https://call.example?a", Path),
            ("https://call.example#", Path),
            ("https://user@call.example", User),
            ("https://user:password@call.example", User),
            ("https://@call.example", User),
            ("*", Wildcard),
            ("https://*", Wildcard),
            ("https://*.call.example", Wildcard),
            ("null", Null),
        ] {
            assert_eq!(text.parse::<Origin>(), Err(error), "{text}");
        }
    }

    fn from(origin: &[u8]) -> HeaderMap {
        HeaderMap::from_iter([(ORIGIN, HeaderValue::from_bytes(origin).unwrap())])
    }

    #[test]
    fn only_a_listed_origin_is_allowed_if_there_is_a_list() {
        let list = ["https://a.example:443", "https://bücher.example", "http://c.example"];
        let list = list.map(|origin| origin.parse().unwrap());
        let origins = AllowedOrigins::new(list.into());
        for origin in [
            "https://a.example",
            "https://a.example:443",
            "https://A.example",
            "https://xn--bcher-kva.example",
            "https://bücher.example",
            "http://c.example",
        ] {
            assert!(origins.allow(&from(origin.as_bytes())), "{origin}");
        }
        for origin in [
            "https://a.example.evil.example",
            "http://a.example",
            "https://a.example:444",
            "https://a.example/path",
            "https://user@a.example",
            "null",
            "",
        ] {
            assert!(!origins.allow(&from(origin.as_bytes())), "{origin}");
        }
        assert!(!origins.allow(&from(b"https://\xff.example")));
        assert!(!origins.allow(&HeaderMap::new()));
        let mut two = from(b"https://a.example");
        two.append(ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert!(!origins.allow(&two));

        let any = AllowedOrigins::new(Vec::new());
        assert!(any.allow(&HeaderMap::new()) && any.allow(&from(b"https://d.example")));
    }

    #[test]
    fn a_refused_origin_is_logged_once_and_cannot_forge_a_line() {
        let origins = AllowedOrigins::new(vec!["https://a.example".parse().unwrap()]);
        let logged =
            |bytes: &[u8]| origins.first_refusal(Some(&HeaderValue::from_bytes(bytes).unwrap()));
        assert_eq!(logged(b"https://b.example").as_deref(), Some("https://b.example"));
        assert_eq!(logged(b"https://b.example"), None);
        assert_eq!(origins.first_refusal(None).as_deref(), Some("none"));
        // NEL in UTF-8, a tab, and CSI in Latin-1, which starts an escape sequence.
        assert_eq!(logged(b"x\xc2\x85y\t\x9b2K").as_deref(), Some(r"x\xc2\x85y\t\x9b2K"));
        let long = logged(&[b'\xff'; 8000]).unwrap();
        assert_eq!(long.len(), 4 * MAX_LOGGED_BYTES);
        let count = (0..1000).filter(|n| logged(n.to_string().as_bytes()).is_some()).count();
        assert_eq!(count, MAX_LOGGED_ORIGINS - 4);
    }
}
