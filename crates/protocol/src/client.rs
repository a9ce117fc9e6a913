//! What a page says to the server.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value, read_from_fields};
use crate::{ErrorCode, PeerId, PeerSecret, RoomId, VERSION};

/// A message from a page to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Enter a room. The first message on every connection.
    Join {
        /// The wire's version, [`crate::VERSION`].
        v: u32,
        /// The room to enter.
        room: RoomId,
        /// What makes this page the peer it is.
        secret: PeerSecret,
    },
    /// Pass a sealed payload to one other peer in the room. To a peer who is not there it is lost.
    Signal {
        /// Who shall have it.
        to: PeerId,
        /// Base64url of nonce and ciphertext: opaque to the server.
        payload: String,
    },
    /// Leave the room; the server closes the connection.
    Leave,
    /// Ask for a sign of life.
    Ping,
}

read_from_fields!(ClientMessage);

impl ClientMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// - [`ErrorCode::UnknownType`] for an object whose `type` is not known. Pages skip what they
    ///   do not know; the server cannot, since it would leave a page waiting for an effect.
    /// - [`ErrorCode::Version`] for a `join` of another version, whatever its other fields are.
    /// - [`ErrorCode::Malformed`] for everything else.
    pub fn from_json(text: &str) -> Result<Self, ErrorCode> {
        Self::from_fields(&Fields::of(text).ok_or(ErrorCode::Malformed)?)
    }

    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self, ErrorCode> {
        let kind = fields.get("type").and_then(Value::text).ok_or(ErrorCode::Malformed)?;
        match kind.as_str() {
            "join" => match fields.get("v").and_then(Value::small_number) {
                Some(VERSION) => Self::join(fields).map_err(|FieldMissing| ErrorCode::Malformed),
                Some(_) => Err(ErrorCode::Version),
                None => Err(ErrorCode::Malformed),
            },
            "signal" => Self::signal(fields).map_err(|FieldMissing| ErrorCode::Malformed),
            "leave" => Ok(Self::Leave),
            "ping" => Ok(Self::Ping),
            _ => Err(ErrorCode::UnknownType),
        }
    }

    fn join(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        Ok(Self::Join {
            v: VERSION,
            room: fields.need("room", Value::parse)?,
            secret: fields.need("secret", Value::parse)?,
        })
    }

    fn signal(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        Ok(Self::Signal {
            to: fields.need("to", Value::parse)?,
            payload: fields.need("payload", Value::text)?,
        })
    }
}
