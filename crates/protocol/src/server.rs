//! What the server says to a page.

use std::fmt;

use serde::Serialize;

use crate::PeerId;
use crate::json::{FieldMissing, Fields, Value, read_from_fields};

/// A message from the server to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The page is in the room.
    Joined {
        /// The wire's version.
        v: u32,
        /// The id that the server derived from the page's secret.
        peer: PeerId,
        /// Everyone else in the room.
        peers: Vec<PeerId>,
        /// Where to find STUN and TURN.
        ice_servers: Vec<IceServer>,
        /// Seconds until the credentials in `ice_servers` end; none if they do not.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in: Option<u32>,
    },
    /// A sealed payload from another peer.
    Signal {
        /// Who sent it, as the server says; only the payload itself proves it.
        from: PeerId,
        /// Base64url of nonce and ciphertext.
        payload: String,
    },
    /// Someone entered the room, or came back on a new connection.
    PeerJoined {
        /// Who.
        peer: PeerId,
    },
    /// Someone's connection to the server is gone. Their media may well live on.
    PeerLeft {
        /// Who.
        peer: PeerId,
    },
    /// The answer to `ping`.
    Pong,
    /// New STUN and TURN servers, before the old credentials end.
    IceServers {
        /// Where to find STUN and TURN.
        ice_servers: Vec<IceServer>,
        /// Seconds until the credentials end; none if they do not.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in: Option<u32>,
    },
    /// The server refuses; it closes the connection after this.
    Error {
        /// What is wrong, for the page.
        code: ErrorCode,
        /// What is wrong, for a developer. It never repeats what was received.
        message: String,
    },
    /// A type that this version does not know: ignored, so that versions can mix.
    Unknown,
}

read_from_fields!(ServerMessage);

impl ServerMessage {
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        Ok(match fields.need("type", Value::text)?.as_str() {
            "joined" => Self::Joined {
                v: fields.need("v", Value::small_number)?,
                peer: fields.need("peer", Value::parse)?,
                peers: fields.need("peers", |peers| peers.list(Value::parse))?,
                ice_servers: fields.need("ice_servers", ice_servers)?,
                expires_in: fields.may_have("expires_in", Value::small_number)?,
            },
            "signal" => Self::Signal {
                from: fields.need("from", Value::parse)?,
                payload: fields.need("payload", Value::text)?,
            },
            "peer_joined" => Self::PeerJoined { peer: fields.need("peer", Value::parse)? },
            "peer_left" => Self::PeerLeft { peer: fields.need("peer", Value::parse)? },
            "pong" => Self::Pong,
            "ice_servers" => Self::IceServers {
                ice_servers: fields.need("ice_servers", ice_servers)?,
                expires_in: fields.may_have("expires_in", Value::small_number)?,
            },
            "error" => Self::Error {
                code: ErrorCode::of(&fields.need("code", Value::text)?),
                message: fields.need("message", Value::text)?,
            },
            _ => Self::Unknown,
        })
    }
}

fn ice_servers(servers: Value<'_>) -> Option<Vec<IceServer>> {
    // Browsers refuse a server without an address, and all others with it.
    let has_address = |server: &IceServer| !server.urls.is_empty();
    servers.list(|server| IceServer::from_fields(&server.object()?).ok().filter(has_address))
}

/// Why the server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The page speaks another version of the wire.
    Version,
    /// Not JSON, not text, or not a message's fields.
    Malformed,
    /// JSON with a `type` that the server does not know.
    UnknownType,
    /// Larger than [`crate::MAX_FRAME_BYTES`].
    TooLarge,
    /// More messages than [`crate::MAX_MESSAGES_PER_SECOND`] allows.
    TooManyMessages,
    /// The page takes its messages too slowly, and the server's queue for it is full.
    TooSlow,
    /// The room holds [`crate::MAX_ROOM_PEERS`] already.
    RoomFull,
    /// A message before `join`, or a second `join`.
    OutOfOrder,
    /// Another connection showed the same secret; the newest wins.
    Replaced,
    /// Nothing was heard for [`crate::IDLE_TIMEOUT_SECONDS`].
    Idle,
    /// The server is shutting down; come back soon.
    ShuttingDown,
    /// A code that this version does not know.
    Unknown,
}

impl ErrorCode {
    fn of(text: &str) -> Self {
        match text {
            "version" => Self::Version,
            "malformed" => Self::Malformed,
            "unknown_type" => Self::UnknownType,
            "too_large" => Self::TooLarge,
            "too_many_messages" => Self::TooManyMessages,
            "too_slow" => Self::TooSlow,
            "room_full" => Self::RoomFull,
            "out_of_order" => Self::OutOfOrder,
            "replaced" => Self::Replaced,
            "idle" => Self::Idle,
            "shutting_down" => Self::ShuttingDown,
            _ => Self::Unknown,
        }
    }
}

/// One STUN or TURN server, in the shape of the browser's `RTCIceServer` (W3C WebRTC, 4.2.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct IceServer {
    /// `stun:`, `stuns:`, `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// The TURN user, if it wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The TURN password, if it wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl IceServer {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        Ok(Self {
            urls: fields.need("urls", |urls| urls.list(Value::text))?,
            username: fields.may_have("username", Value::text)?,
            credential: fields.may_have("credential", Value::text)?,
        })
    }
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer")
            .field("urls", &self.urls.len())
            .field("credential", &self.credential.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}
