//! How a page reads messages without weighing itself down.
//!
//! What serde derives for a tagged enum keeps all fields aside until it has seen the tag, and takes
//! ten times the WebAssembly of a plain struct. So a message is read into a flat struct that has the
//! fields of all messages, and the enum is made of that. A field of a message that was not sent is no
//! error: it belongs to the unknown fields, which are ignored.

use std::fmt;

/// A message lacks a field that its type needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldMissing;

impl fmt::Display for FieldMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field is missing")
    }
}

/// A field that the type of the message needs.
pub(crate) fn needed<T>(field: Option<T>) -> Result<T, FieldMissing> {
    field.ok_or(FieldMissing)
}
