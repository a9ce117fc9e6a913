//! The features of a call.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value};
use crate::{FileName, TransferId};

/// A message of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FeatureMessage {
    /// The heights at which the sender shows the receiver's videos, so that no more is sent than is
    /// visible.
    Viewport {
        /// The revision, which grows with every `viewport` to this peer. Older ones are ignored.
        revision: u64,
        /// The height of the camera's video, in device pixels; 0 if it is not visible.
        camera: u32,
        /// The height of the shared screen, likewise.
        screen: u32,
    },
    /// The raised or lowered hand of the sender.
    Hand {
        /// The revision, which grows with every change of the hand. Older ones are ignored.
        revision: u64,
        /// The position in the order of all raised hands; missing while the hand is down.
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<u64>,
    },
    /// A reaction of the sender, to be shown for a moment.
    Reaction {
        /// The reaction.
        reaction: Reaction,
    },
    /// Chat messages of the sender, and which of the receiver's have arrived. It is sent by data
    /// channels only.
    Chat {
        /// The number of the receiver's last message that has arrived, 0 if none has.
        received: u64,
        /// The number of the first message of the sender that is not known to have arrived. The
        /// messages have this number and those that follow it.
        first: u64,
        /// The texts of the messages. None if this only tells what has arrived; an empty one stands
        /// for a message that cannot be shown.
        messages: Vec<String>,
    },
    /// The sender offers a file. It is repeated for as long as the offer stands. This, the two that
    /// follow and the file itself are sent by data channels only.
    FileOffer {
        /// The id of the offer.
        transfer: TransferId,
        /// The name of the file.
        name: FileName,
        /// Its size in bytes.
        size: u64,
    },
    /// The sender takes an offer back, or cannot go on.
    FileWithdrawn {
        /// The offer.
        transfer: TransferId,
    },
    /// The receiver's answer to an offer.
    FileAnswer {
        /// The offer.
        transfer: TransferId,
        /// The answer.
        answer: FileAnswer,
    },
}

/// The answer to the offer of a file. A message with an unknown one is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileAnswer {
    /// The file may come.
    Accepted,
    /// The person does not want it.
    Declined,
    /// The person wants it no longer.
    Cancelled,
    /// It cannot be stored.
    Failed,
    /// All of it has arrived, and is what was sent.
    Received,
}

impl FileAnswer {
    /// All answers.
    pub const ALL: [Self; 5] =
        [Self::Accepted, Self::Declined, Self::Cancelled, Self::Failed, Self::Received];

    fn read(value: Value<'_>) -> Option<Self> {
        Some(match value.text()?.as_str() {
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            "cancelled" => Self::Cancelled,
            "failed" => Self::Failed,
            "received" => Self::Received,
            _ => return None,
        })
    }
}

/// A reaction that is shown for a moment. A message with an unknown one is ignored.
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
    /// Reads a message of a type that no other part of the protocol has.
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
            "chat" => Self::Chat {
                received: fields.need("received", Value::number)?,
                first: fields.need("first", Value::number)?,
                // What is no text counts as well, since the others have their numbers by it.
                messages: fields.need("messages", |list| {
                    list.list(|message| Some(message.text().unwrap_or_default()))
                })?,
            },
            "file_offer" => Self::FileOffer {
                transfer: fields.need("transfer", Value::parse)?,
                name: FileName::new(&fields.need("name", Value::text)?),
                size: fields.need("size", Value::number)?,
            },
            "file_withdrawn" => {
                Self::FileWithdrawn { transfer: fields.need("transfer", Value::parse)? }
            }
            "file_answer" => Self::FileAnswer {
                transfer: fields.need("transfer", Value::parse)?,
                answer: fields.need("answer", FileAnswer::read)?,
            },
            _ => return Err(FieldMissing),
        })
    }
}
