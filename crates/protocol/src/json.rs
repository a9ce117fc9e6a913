//! JSON as pages read and write it.
//!
//! `serde-json-core` takes a tenth of the WebAssembly of `serde_json`: it formats no errors and
//! knows no floating-point numbers. The server uses `serde_json`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::MAX_FRAME_BYTES;

/// Writes a message; none if it would not fit into a frame.
pub fn to_json(message: &impl Serialize) -> Option<String> {
    let mut text = vec![0; MAX_FRAME_BYTES];
    let length = serde_json_core::to_slice(message, &mut text).ok()?;
    text.truncate(length);
    String::from_utf8(text).ok()
}

/// How deeply a message nests, with room for what later versions add.
const MAX_DEPTH: usize = 16;

/// Reads a message; none if the text is no JSON, or not that message's.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    if depth(text) > MAX_DEPTH {
        return None;
    }
    // No text is longer without its escapes than with them.
    let mut unescaped = vec![0; text.len()];
    let (message, length) = serde_json_core::from_slice_escaped(text, &mut unescaped).ok()?;
    (length == text.len()).then_some(message)
}

/// How deeply a text nests. Whoever reads it recurses as deeply, and a page has a small stack.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
