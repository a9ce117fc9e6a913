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
    /// The hand of the sender.
    Hand {
        /// Grows with every change of the hand; an older one than the last is dropped.
        revision: u64,
        /// Its number in the order of all hands while it is up; missing while it is down.
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<u64>,
    },
    /// A reaction of the sender, to be shown for a moment.
    Reaction {
        /// The sign.
        reaction: Reaction,
    },
}

/// A sign that a person shows for a moment. One that this version does not know makes no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names say it.
pub enum Reaction {
    ThumbsUp,
    Heart,
    Laugh,
    Clap,
    Surprise,
    Party,
}

impl Reaction {
    /// All reactions.
    pub const ALL: [Self; 6] =
        [Self::ThumbsUp, Self::Heart, Self::Laugh, Self::Clap, Self::Surprise, Self::Party];

    fn read(value: Value<'_>) -> Option<Self> {
        Some(match value.text()?.as_str() {
            "thumbs_up" => Self::ThumbsUp,
            "heart" => Self::Heart,
            "laugh" => Self::Laugh,
            "clap" => Self::Clap,
            "surprise" => Self::Surprise,
            "party" => Self::Party,
            _ => return None,
        })
    }
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
            "hand" => Self::Hand {
                revision: fields.need("revision", Value::number)?,
                order: fields.may_have("order", Value::number)?,
            },
            "reaction" => Self::Reaction { reaction: fields.need("reaction", Reaction::read)? },
            _ => return Err(FieldMissing),
        })
    }
}
