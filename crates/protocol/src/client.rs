//! What a page says to the server.

use serde::{Deserialize, Serialize};

use crate::{PeerId, PeerSecret, RoomId};

/// A message from a page to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
