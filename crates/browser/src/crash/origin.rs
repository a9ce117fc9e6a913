//! The origin of an error. Extensions, in-app browsers and user scripts run their code in the page,
//! too, and an error in it is no reason to end a call. Such code often has no address at all, so an
//! error counts only if the page's own code is known to have thrown it.

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

/// Returns `true` unless the innermost frame of a stack is in a script or in WebAssembly of this
/// page. Functions of the browser's own are passed over. In place of a stack it may be the address
/// of a script.
///
/// The page has no inline scripts and makes none at run time, so code at its own address or at none
/// is another's.
pub fn is_foreign(trace: &str, page_origin: &str) -> bool {
    let innermost = locations(trace).find(|location| !is_built_in(location));
    innermost.is_none_or(|location| !is_own(location, page_origin))
}

/// Returns the place in code of each frame, the innermost first: the address of a script with line
/// and column, or what a browser has instead of it.
fn locations(trace: &str) -> impl Iterator<Item = &str> {
    // Chromium begins with the kind of the error and its message; the others have only frames.
    let is_chromium = trace.lines().any(|line| line.trim_start().starts_with("at "));
    trace.lines().map(str::trim).filter(|line| !line.is_empty()).filter_map(move |line| {
        if is_chromium {
            line.strip_prefix("at ").map(location_in_chromium)
        } else {
            Some(line.rsplit_once('@').map_or(line, |(_function, location)| location))
        }
    })
}

/// Takes the location from `function (location)`, or from `location` with or without `async`.
fn location_in_chromium(frame: &str) -> &str {
    // It is followed by the script that called `eval`.
    if let Some(at) = frame.find("(eval at ") {
        return &frame[at..];
    }
    match frame.strip_suffix(')').and_then(|frame| frame.rsplit_once(" (")) {
        Some((_function, location)) => location,
        None => frame.strip_prefix("async ").unwrap_or(frame),
    }
}

/// Returns `true` for a function of the browser's own, such as `Array.forEach`, which is called by
/// the next frame.
fn is_built_in(location: &str) -> bool {
    matches!(location, "<anonymous>" | "native" | "[native code]")
        // `Promise.all (index 0)` in Chromium; `self-hosted:1:2` in Firefox.
        || location.starts_with("index ")
        || location.starts_with("self-hosted:")
}

fn is_own(location: &str, page_origin: &str) -> bool {
    if location.starts_with("wasm://") || location.starts_with("[wasm code]") {
        return true;
    }
    // With the slash, it is not the beginning of a longer host or port.
    let path = location.strip_prefix(page_origin).and_then(|rest| rest.strip_prefix('/'));
    path.is_some_and(|path| path.contains(":wasm-function[") || is_file_of_code(path))
}

/// Returns `true` if a path, perhaps followed by a query, a line and a column, is that of a script
/// or of WebAssembly.
fn is_file_of_code(path: &str) -> bool {
    let path = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // As the build names its files.
    #[allow(clippy::case_sensitive_file_extension_comparisons)]
    let is_code = path.ends_with(".js") || path.ends_with(".wasm");
    is_code
}
