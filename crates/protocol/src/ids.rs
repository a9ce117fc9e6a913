//! Ids as newtypes, so that a room cannot be mistaken for a peer.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::bytes16;

/// The error for a text that is not an id: an id is 22 characters of unpadded base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an id is 22 characters of base64url")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes an id from its bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                bytes16::decode(text).map(Self).ok_or(IdError)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(bytes16::encode(&self.0, &mut [0; bytes16::CHARS]))
            }
        }
    };
}

id! {
    /// A room as the server knows it. It is derived from the link, and does not reveal the link.
    RoomId
}

id! {
    /// The offer of a file to one peer. Only the sender and this peer know it, so it also shows
    /// that a page is this peer's after a reload.
    TransferId
}

id! {
    /// One open page in a room: the hash of the page's [`PeerSecret`].
    PeerId
}

id! {
    /// Random bytes that a page keeps for as long as it is open. Whoever presents them is that
    /// peer, so they are sent only to the server, and never logged.
    PeerSecret
}

id! {
    /// A mark of one browser in one room. Pages with the same mark are on one machine and would
    /// hear each other through its speakers. In another room the same browser has another mark.
    MachineId
}

impl PeerSecret {
    /// Returns the id that this secret stands for: the first half of a domain-separated SHA-256.
    pub fn peer_id(&self) -> PeerId {
        let digest = Sha256::new().chain_update(b"tincan peer v1").chain_update(self.0).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        PeerId(bytes)
    }
}

macro_rules! shown_in_full {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(bytes16::encode(&self.0, &mut [0; bytes16::CHARS]))
            }
        }
    };
}

shown_in_full!(PeerId);
shown_in_full!(RoomId);
shown_in_full!(TransferId);

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerId({self})")
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A room id is not secret, but it lets one join: print only enough to tell two rooms apart.
        let text = self.to_string();
        write!(f, "RoomId({}…)", text.get(..4).unwrap_or_default())
    }
}

impl fmt::Debug for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whoever knows it can take the file.
        let text = self.to_string();
        write!(f, "TransferId({}…)", text.get(..4).unwrap_or_default())
    }
}

impl fmt::Debug for MachineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MachineId(…)")
    }
}

impl fmt::Debug for PeerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips_through_text() {
        let id = RoomId::from_bytes(*b"0123456789abcdef");
        assert_eq!(id.to_string(), "MDEyMzQ1Njc4OWFiY2RlZg");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn invalid_ids_are_rejected() {
        for text in [
            "",
            "MDEyMzQ1Njc4OWFiY2Rl",
            "MDEyMzQ1Njc4OWFiY2RlZmc",
            "MDEyMzQ1Njc4OWFiY2RlZg==",
            "MDEyMzQ1Njc4OWFiY2RlZ!",
            "é2345678901234567890ab",
        ] {
            assert_eq!(text.parse::<PeerId>(), Err(IdError), "{text}");
        }
    }

    #[test]
    fn a_peer_id_is_the_hash_of_its_secret() {
        let secret = PeerSecret::from_bytes([7; 16]);
        // The first 16 bytes of sha256("tincan peer v1" || 16 times 07).
        assert_eq!(secret.peer_id().to_string(), "EtTWIQgQJ9gVO2VRxYMizw");
        assert_ne!(secret.peer_id(), PeerSecret::from_bytes([8; 16]).peer_id());
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", PeerSecret::from_bytes([7; 16])), "PeerSecret(…)");
    }
}
