//! Messages from a page to the server.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value, read_from_fields};
use crate::{ErrorCode, PeerId, PeerSecret, RoomId, VERSION};

/// A message from a page to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Enter a room. The first message on every connection.
    Join {
        /// The version of the protocol, [`crate::VERSION`].
        v: u32,
        /// The room to enter.
        room: RoomId,
        /// The secret that identifies this page as one peer.
        secret: PeerSecret,
    },
    /// Pass a sealed payload to one other peer in the room. It is dropped if that peer is not
    /// there.
    Signal {
        /// The receiving peer.
        to: PeerId,
        /// The nonce and ciphertext in base64url, opaque to the server.
        payload: String,
    },
    /// Leave the room; the server closes the connection.
    Leave,
    /// Ask for a `pong`, to keep the connection alive.
    Ping,
}

read_from_fields!(ClientMessage);

impl ClientMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// - [`ErrorCode::UnknownType`] for an object with an unknown `type`. Pages skip unknown
    ///   messages. The server cannot, since a page would wait for an effect in vain.
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
