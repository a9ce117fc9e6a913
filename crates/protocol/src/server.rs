//! Messages from the server to a page.

use std::fmt;

use serde::Serialize;

use crate::PeerId;
use crate::json::{FieldMissing, Fields, Value, read_from_fields};

/// A message from the server to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The page has joined the room.
    Joined {
        /// The version of the protocol.
        v: u32,
        /// The id that the server derived from the page's secret.
        peer: PeerId,
        /// Everyone else in the room.
        peers: Vec<PeerId>,
        /// The STUN and TURN servers.
        ice_servers: Vec<IceServer>,
        /// The seconds until the credentials in `ice_servers` expire; `None` if they do not.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in: Option<u32>,
    },
    /// A sealed payload from another peer.
    Signal {
        /// The sender, as claimed by the server. Only the payload itself proves it.
        from: PeerId,
        /// The nonce and ciphertext in base64url.
        payload: String,
    },
    /// A peer entered the room, or came back on a new connection.
    PeerJoined {
        /// The peer.
        peer: PeerId,
    },
    /// The connection of a peer to the server was lost or closed. Its media may still flow.
    PeerLeft {
        /// The peer.
        peer: PeerId,
    },
    /// The answer to `ping`.
    Pong,
    /// New STUN and TURN servers, sent before the old credentials expire.
    IceServers {
        /// The STUN and TURN servers.
        ice_servers: Vec<IceServer>,
        /// The seconds until the credentials expire; `None` if they do not.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in: Option<u32>,
    },
    /// The server refuses the connection, and closes it after this message.
    Error {
        /// The reason for the page.
        code: ErrorCode,
        /// The reason for a developer. It never contains received data.
        message: String,
    },
    /// A message of unknown type, which is ignored, so that versions can mix.
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
    // Browsers reject a server without a URL, and all others with it.
    let has_address = |server: &IceServer| !server.urls.is_empty();
    servers.list(|server| IceServer::from_fields(&server.object()?).ok().filter(has_address))
}

/// The reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The page uses another version of the protocol.
    Version,
    /// The message is not text, not JSON, or lacks valid fields.
    Malformed,
    /// The `type` of the message is unknown to the server.
    UnknownType,
    /// The message is larger than [`crate::MAX_FRAME_BYTES`].
    TooLarge,
    /// The page sent more messages than [`crate::MAX_MESSAGES_PER_SECOND`] allows.
    TooManyMessages,
    /// The page reads its messages too slowly, and the server's queue for it is full.
    TooSlow,
    /// The room already has [`crate::MAX_ROOM_PEERS`] peers.
    RoomFull,
    /// A message came before `join`, or `join` came twice.
    OutOfOrder,
    /// Another connection presented the same secret; the newest wins.
    Replaced,
    /// The page sent nothing for [`crate::IDLE_TIMEOUT_SECONDS`].
    Idle,
    /// The server is shutting down; reconnect soon.
    ShuttingDown,
    /// The code is unknown to this version.
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

/// A STUN or TURN server in the form of the browser's `RTCIceServer` (W3C WebRTC, 4.2.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct IceServer {
    /// The URLs, with scheme `stun:`, `stuns:`, `turn:` or `turns:`.
    pub urls: Vec<String>,
    /// The TURN user, if needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The TURN password, if needed.
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
