//! The secret of a room, which is its link, and what derives from it.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::Key;
use hkdf::Hkdf;
use sha2::Sha256;
use tincan_protocol::{MachineId, RoomId};

use crate::invite_link::is_case_folded;

/// The most secrets that are drawn for one room. One in a hundred thousand is not taken.
const MAX_DRAWS: usize = 16;

/// 128 random bits: the part of a link behind the `#`. Browsers never send it to a server.
#[derive(Clone, PartialEq, Eq)]
pub struct RoomSecret([u8; 16]);

impl RoomSecret {
    /// Makes the secret of a new room from fresh randomness.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Draws the secret of a new room. One that a link could not carry safely is drawn again:
    /// without capitals, or without small letters, it would be taken for a damaged one. Nothing if
    /// there is no randomness, or none that deserves the name.
    pub fn draw(mut random: impl FnMut() -> Option<[u8; 16]>) -> Option<Self> {
        for _ in 0..MAX_DRAWS {
            let secret = Self(random()?);
            if !is_case_folded(&secret.to_fragment()) {
                return Some(secret);
            }
        }
        None
    }

    /// Reads the fragment of a link, with or without its `#`; nothing if it is no secret. For what
    /// people pass on there is [`InviteLink`](crate::InviteLink).
    pub fn from_fragment(fragment: &str) -> Option<Self> {
        let text = fragment.strip_prefix('#').unwrap_or(fragment);
        let mut bytes = [0; 16];
        match Base64UrlUnpadded::decode(text, &mut bytes) {
            Ok(decoded) if decoded.len() == 16 => Some(Self(bytes)),
            Ok(_) | Err(_) => None,
        }
    }

    /// The fragment of the link, without `#`.
    pub fn to_fragment(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.0)
    }

    /// The room's id: all that the server learns of the link.
    pub fn room_id(&self) -> RoomId {
        let mut id = [0; 16];
        self.derive(b"room id", &mut id);
        RoomId::from_bytes(id)
    }

    /// The key that seals payloads.
    pub(crate) fn sealing_key(&self) -> Key {
        let mut key = Key::default();
        self.derive(b"sealing key", &mut key);
        key
    }

    /// The mark of a browser in this room, from its own random token: nothing in it leads to the
    /// token, or to the mark in another room.
    pub(crate) fn machine_id(&self, token: &[u8; 16]) -> MachineId {
        let mut info = [0; 7 + 16];
        info[..7].copy_from_slice(b"machine");
        info[7..].copy_from_slice(token);
        let mut id = [0; 16];
        self.derive(&info, &mut id);
        MachineId::from_bytes(id)
    }

    /// HKDF-SHA256 (RFC 5869) of the secret, with one label per use.
    fn derive(&self, info: &[u8], output: &mut [u8]) {
        let expanded = Hkdf::<Sha256>::new(Some(b"tincan v1"), &self.0).expand(info, output);
        debug_assert!(expanded.is_ok(), "16 and 32 bytes are within HKDF's 8,160");
    }
}

impl fmt::Debug for RoomSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../../PROTOCOL.md");

    #[test]
    fn the_document_names_the_machine_id_of_a_token() {
        let secret = RoomSecret::from_bytes(*b"tincan test room");
        let id = serde_json::to_string(&secret.machine_id(&[0x0c; 16])).unwrap();
        let row = format!("| machine id of the token 16 × `0c` | `{}` |", id.trim_matches('"'));
        assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks this row:\n{row}");
    }
}
