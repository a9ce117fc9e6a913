//! The features of a call.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value};

/// A message of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FeatureMessage {
    /// The heights at which the sender shows the receiver's videos, so that no more is sent than
    /// is visible.
    Viewport {
        /// Grows with every `viewport` that a page sends to a peer; an older one is dropped.
        revision: u64,
        /// The height of the camera's video, in device pixels; 0 if it is not visible.
        camera: u32,
        /// The same of the shared screen.
        screen: u32,
    },
}

impl FeatureMessage {
    /// Reads the message of a type that is of no other part of the protocol.
    pub(super) fn from_fields(kind: &str, fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        Ok(match kind {
            "viewport" => Self::Viewport {
                revision: fields.need("revision", Value::number)?,
                camera: fields.need("camera", Value::small_number)?,
                screen: fields.need("screen", Value::small_number)?,
            },
            _ => return Err(FieldMissing),
        })
    }
}
