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

/// How many lists and objects a message may hold, with room for what later versions add.
const MAX_OPENINGS: usize = 512;

/// Reads a message; none if the text is no JSON, or not that message's.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    if openings(text) > MAX_OPENINGS {
        return None;
    }
    // No text is longer without its escapes than with them.
    let mut unescaped = vec![0; text.len()];
    let (message, length) = serde_json_core::from_slice_escaped(text, &mut unescaped).ok()?;
    (length == text.len()).then_some(message)
}

/// At most so deeply does a text nest. Whoever reads it recurses as deeply, and a page has a small stack.
///
/// Those within strings count as well: where the reader skips what it does not know, it does not agree with
/// anybody on where strings begin.
fn openings(text: &[u8]) -> usize {
    text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count()
}
