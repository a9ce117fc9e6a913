//! The security headers of a response.

use axum::http::HeaderMap;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

use crate::inline_scripts;

/// The headers of every response.
pub(crate) type SecurityHeaders = [(HeaderName, HeaderValue); 5];

/// The Content-Security-Policy, without hashes of inline scripts. The page uses only its own files
/// and connects only to its own origin, which covers `ws:` and `wss:` (CSP Level 3, section
/// 6.7.2.8). No markup is made from strings and no style is inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; \
    worker-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; \
    script-src 'self' 'wasm-unsafe-eval'";

/// Returns the headers for a page with this `index.html`: only the scripts in it may run.
pub(crate) fn headers_for(index: &str) -> SecurityHeaders {
    let mut policy = POLICY.to_owned();
    for source in inline_scripts::sources(index) {
        policy.push(' ');
        policy.push_str(&source);
    }
    // Base64 and the text above are visible ASCII, so this does not fail.
    headers(HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY)))
}

/// Returns the headers for a server without a page.
pub(crate) fn headers_without_page() -> SecurityHeaders {
    headers(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Sets the headers on a response.
pub(crate) fn apply(headers: &SecurityHeaders, response: &mut HeaderMap) {
    for (name, value) in headers {
        response.insert(name, value.clone());
    }
}

fn headers(policy: HeaderValue) -> SecurityHeaders {
    [
        (CONTENT_SECURITY_POLICY, policy),
        // The permissions that a call needs, for this page but no frame in it.
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(self), microphone=(self), display-capture=(self)"),
        ),
        // The link's secret is in the fragment, which is never sent. No site needs the rest.
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // A page that opened this one gets no reference to it.
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ]
}
