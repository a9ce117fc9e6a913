//! What the server says to a page.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::PeerId;
use crate::flat::{FieldMissing, needed};

/// A message from the server to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Flat")]
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

/// The fields of all messages; see [`crate::flat`].
#[derive(Deserialize)]
struct Flat {
    #[serde(rename = "type")]
    kind: String,
    v: Option<u32>,
    peer: Option<PeerId>,
    peers: Option<Vec<PeerId>>,
    ice_servers: Option<Vec<IceServer>>,
    expires_in: Option<u32>,
    from: Option<PeerId>,
    payload: Option<String>,
    code: Option<ErrorCode>,
    message: Option<String>,
}

impl TryFrom<Flat> for ServerMessage {
    type Error = FieldMissing;

    fn try_from(flat: Flat) -> Result<Self, FieldMissing> {
        Ok(match flat.kind.as_str() {
            "joined" => Self::Joined {
                v: needed(flat.v)?,
                peer: needed(flat.peer)?,
                peers: needed(flat.peers)?,
                ice_servers: needed(flat.ice_servers)?,
                expires_in: flat.expires_in,
            },
            "signal" => Self::Signal { from: needed(flat.from)?, payload: needed(flat.payload)? },
            "peer_joined" => Self::PeerJoined { peer: needed(flat.peer)? },
            "peer_left" => Self::PeerLeft { peer: needed(flat.peer)? },
            "pong" => Self::Pong,
            "ice_servers" => Self::IceServers {
                ice_servers: needed(flat.ice_servers)?,
                expires_in: flat.expires_in,
            },
            "error" => Self::Error { code: needed(flat.code)?, message: needed(flat.message)? },
            _ => Self::Unknown,
        })
    }
}

/// Why the server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(other)]
    Unknown,
}

/// One STUN or TURN server, in the shape of the browser's `RTCIceServer` (W3C WebRTC, 4.2.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:`, `stuns:`, `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// The TURN user, if it wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The TURN password, if it wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer")
            .field("urls", &self.urls.len())
            .field("credential", &self.credential.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}
