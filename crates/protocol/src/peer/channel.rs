//! Messages on the data channel of a peer connection.

use serde::Serialize;

use super::{FeatureMessage, PeerMessage};
use crate::json::{FieldMissing, Fields, Value, read_from_fields};

/// A message on the data channel of a peer connection. Any other one is ignored, so that versions
/// can mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChannelMessage {
    /// The first message of each side. A channel that is negotiated in advance opens even if the
    /// other side has none, so only a message that arrives shows that there is one.
    Hello,
    /// A feature of the call.
    #[serde(untagged)]
    Feature(FeatureMessage),
}

read_from_fields!(ChannelMessage);

impl ChannelMessage {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        if fields.need("type", Value::text)? == "hello" {
            return Ok(Self::Hello);
        }
        match PeerMessage::from_fields(fields)? {
            PeerMessage::Feature(message) => Ok(Self::Feature(message)),
            PeerMessage::State(_)
            | PeerMessage::HangUp { .. }
            | PeerMessage::Ring(_)
            | PeerMessage::Negotiation(_) => Err(FieldMissing),
        }
    }
}

impl From<FeatureMessage> for ChannelMessage {
    fn from(message: FeatureMessage) -> Self {
        Self::Feature(message)
    }
}
