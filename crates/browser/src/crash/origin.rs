//! The origin of an error. Extensions run their scripts in the page, too, and an error in one of
//! them is no reason to end a call.

use wasm_bindgen::JsValue;

use crate::object;

/// Returns the stack of an error without the error's message, which may name any address. Empty if
/// the value has none.
pub(super) fn trace(error: &JsValue) -> String {
    let stack = object::text(error, "stack").unwrap_or_default();
    match object::text(error, "message") {
        Some(message) if !message.is_empty() => stack.replacen(&message, "", 1),
        Some(_) | None => stack,
    }
}

/// Returns `true` if a stack names a place in code: `at ...` in Chromium, `...@...` in other
/// browsers.
pub(super) fn has_frames(trace: &str) -> bool {
    trace.lines().any(|line| line.trim_start().starts_with("at ") || line.contains('@'))
}

/// Returns `true` if the innermost script of a stack, or a script's address, is certainly not one
/// of this page: it is an extension's, or comes from another origin. What has no address is taken
/// for the page's own.
pub fn is_foreign(trace: &str, page_origin: &str) -> bool {
    let Some(at) = trace.find("://") else { return false };
    let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let start = trace[..at].trim_end_matches(scheme).len();
    if trace[start..at].eq_ignore_ascii_case("wasm") {
        return false;
    }
    match trace[start..].strip_prefix(page_origin) {
        // Not the beginning of a longer host or port.
        Some(rest) => !(rest.is_empty() || rest.starts_with('/')),
        None => true,
    }
}
