//! Which pages may open the socket.

use std::fmt;
use std::str::FromStr;

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Uri};
use thiserror::Error;

/// The origin of a page (RFC 6454), as browsers send it: `https://call.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an origin is http:// or https://, a host and perhaps a port, and nothing after that")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError)?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let (Some(scheme), Some(authority)) = (scheme, authority) else {
            return Err(OriginError);
        };
        let origin = format!("{scheme}://{authority}").to_ascii_lowercase();
        if origin == text.to_ascii_lowercase() { Ok(Self(origin)) } else { Err(OriginError) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a handshake with these headers may go on.
///
/// Without a list every page may: nothing here hangs on cookies or on who asks, so a foreign page
/// can do no more than any program can, and static hosts serve the page from other origins. The
/// list is for an operator who wants the server for one site alone.
pub(crate) fn is_allowed(allowed: &[Origin], headers: &HeaderMap) -> bool {
    allowed.is_empty()
        || headers.get(ORIGIN).is_some_and(|origin| {
            allowed.iter().any(|allowed| origin.as_bytes() == allowed.0.as_bytes())
        })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn an_origin_is_read() {
        for (text, origin) in [
            ("https://call.example", Some("https://call.example")),
            ("HTTPS://Call.Example:8443", Some("https://call.example:8443")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://call.example/", None),
            ("https://call.example/tincan", None),
            ("https://user@call.example", None),
            ("ftp://call.example", None),
            ("call.example", None),
            ("*", None),
            ("", None),
        ] {
            let read = text.parse::<Origin>().ok().map(|origin| origin.to_string());
            assert_eq!(read.as_deref(), origin, "{text}");
        }
    }

    #[test]
    fn only_a_listed_origin_is_allowed_if_there_is_a_list() {
        let list = ["https://a.example".parse().unwrap(), "https://b.example".parse().unwrap()];
        let from = |origin| HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))]);
        assert!(is_allowed(&list, &from("https://b.example")));
        assert!(!is_allowed(&list, &from("https://b.example.evil.example")));
        assert!(!is_allowed(&list, &from("null")));
        assert!(!is_allowed(&list, &HeaderMap::new()));
        assert!(is_allowed(&[], &HeaderMap::new()));
        assert!(is_allowed(&[], &from("https://c.example")));
    }
}
