//! Sealed payloads: what the server carries and only the room can open.
//!
//! A payload is base64url, without padding, of a 24-byte nonce and a ciphertext of
//! XChaCha20-Poly1305. The nonce begins with the sender's sequence number (8 bytes, big-endian)
//! and goes on with 16 random bytes. Version, room, sender and receiver are authenticated with it,
//! so that a payload opens in one room, at one receiver, as that of one sender, and once.

use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use thiserror::Error;
use tincan_protocol::{MAX_PAYLOAD_CHARS, PeerId, PeerMessage, RoomId, from_json, to_json};

use super::replay::ReplayWindow;
use super::secret::RoomSecret;
use crate::random::Random;

const NONCE_BYTES: usize = 24;
const SEQUENCE_BYTES: usize = 8;
const CONTEXT: &[u8] = b"tincan payload v1";

/// The most senders that are remembered. One who left is remembered as well, since their old
/// payloads must not open again; only someone with the link can fill this.
const MAX_SENDERS: usize = 4096;

/// The reason why a payload was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// Sealed, it would be longer than the server takes.
    #[error("the message is too large to send")]
    TooLarge,
}

/// The reason why a payload did not open. Only the memory of sequence numbers may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Not base64url of a nonce and a ciphertext.
    #[error("the payload is malformed")]
    Malformed,
    /// Altered, or sealed by or for someone else, or in another room.
    #[error("the payload is not authentic")]
    NotAuthentic,
    /// It was opened before, is too old to tell, or its sender is one too many.
    #[error("the payload is a replay")]
    Replayed,
    /// It opened, but it holds no message.
    #[error("the payload holds no message")]
    NoMessage,
}

/// Seals and opens the payloads of one page in one room.
pub struct Envelopes {
    cipher: XChaCha20Poly1305,
    room: RoomId,
    me: PeerId,
    sent: u64,
    /// By peer id. A sorted list: a tree of a handful of senders would only weigh more.
    seen: Vec<(PeerId, ReplayWindow)>,
}

impl Envelopes {
    /// Envelopes for the page `me` in the room of `secret`.
    pub fn new(secret: &RoomSecret, me: PeerId) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&secret.sealing_key()),
            room: secret.room_id(),
            me,
            sent: 0,
            seen: Vec::new(),
        }
    }

    /// Seals a message for one peer.
    pub(crate) fn seal(
        &mut self,
        random: &mut Random,
        to: PeerId,
        message: &PeerMessage,
    ) -> Result<String, SealError> {
        self.seal_with(random.bytes(), to, message)
    }

    /// Seals a message for one peer, with 16 bytes of the nonce given: they must be random, and
    /// are a parameter so that the test vectors of PROTOCOL.md can be made.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] if the payload would not fit into a frame.
    pub fn seal_with(
        &mut self,
        random: [u8; NONCE_BYTES - SEQUENCE_BYTES],
        to: PeerId,
        message: &PeerMessage,
    ) -> Result<String, SealError> {
        self.sent += 1;
        let mut nonce = [0; NONCE_BYTES];
        nonce[..SEQUENCE_BYTES].copy_from_slice(&self.sent.to_be_bytes());
        nonce[SEQUENCE_BYTES..].copy_from_slice(&random);
        let text = to_json(message).ok_or(SealError::TooLarge)?;
        let context = self.context(self.me, to);
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: text.as_bytes(), aad: &context })
            .map_err(|_| SealError::TooLarge)?;
        let payload = Base64UrlUnpadded::encode_string(&[&nonce[..], &ciphertext].concat());
        if payload.len() > MAX_PAYLOAD_CHARS {
            return Err(SealError::TooLarge);
        }
        Ok(payload)
    }

    /// Opens a payload that came as one from `from`.
    ///
    /// # Errors
    /// [`OpenError`]. Only the memory of sequence numbers may have changed.
    pub fn open(&mut self, from: PeerId, payload: &str) -> Result<PeerMessage, OpenError> {
        let bytes = Base64UrlUnpadded::decode_vec(payload).map_err(|_| OpenError::Malformed)?;
        let (nonce, ciphertext) =
            bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        let context = self.context(from, self.me);
        let text = self
            .cipher
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &context })
            .map_err(|_| OpenError::NotAuthentic)?;
        let mut sequence = [0; SEQUENCE_BYTES];
        sequence.copy_from_slice(&nonce[..SEQUENCE_BYTES]);
        let at = match self.seen.binary_search_by_key(&from, |(sender, _)| *sender) {
            Ok(at) => at,
            Err(_) if self.seen.len() >= MAX_SENDERS => return Err(OpenError::Replayed),
            Err(at) => {
                self.seen.insert(at, (from, ReplayWindow::default()));
                at
            }
        };
        if !self.seen[at].1.accept(u64::from_be_bytes(sequence)) {
            return Err(OpenError::Replayed);
        }
        from_json(&text).ok_or(OpenError::NoMessage)
    }

    /// Returns the data that is authenticated beside the message. All parts have fixed lengths, so
    /// that no two contexts read the same.
    fn context(&self, from: PeerId, to: PeerId) -> Vec<u8> {
        [CONTEXT, self.room.as_bytes(), from.as_bytes(), to.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tincan_protocol::{Answer, NegotiationMessage, PeerSecret};

    fn peer(n: u8) -> PeerId {
        PeerSecret::from_bytes([n; 16]).peer_id()
    }

    fn envelopes(room: u8, me: u8) -> Envelopes {
        Envelopes::new(&RoomSecret::from_bytes([room; 16]), peer(me))
    }

    fn message() -> PeerMessage {
        PeerMessage::HangUp { revision: 7 }
    }

    fn seal(envelopes: &mut Envelopes, to: u8) -> String {
        envelopes.seal_with([9; 16], peer(to), &message()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_receiver_once() {
        let (mut ada, mut bob) = (envelopes(0, 1), envelopes(0, 2));
        let payload = seal(&mut ada, 2);
        assert_eq!(bob.open(peer(1), &payload), Ok(message()));
        assert_eq!(bob.open(peer(1), &payload), Err(OpenError::Replayed));
    }

    #[test]
    fn it_opens_for_nobody_else_and_as_nobody_elses() {
        let payload = seal(&mut envelopes(0, 1), 2);
        for (what, room, me, from) in [
            ("another room", 1, 2, 1),
            ("another receiver", 0, 3, 1),
            ("another sender", 0, 2, 3),
            ("reflected to its sender", 0, 1, 2),
        ] {
            let opened = envelopes(room, me).open(peer(from), &payload);
            assert_eq!(opened, Err(OpenError::NotAuthentic), "{what}");
        }
    }

    #[test]
    fn a_payload_altered_in_any_character_does_not_open() {
        let payload = seal(&mut envelopes(0, 1), 2);
        for at in 0..payload.len() {
            let mut altered = payload.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            let mut bob = envelopes(0, 2);
            assert!(bob.open(peer(1), &altered).is_err(), "character {at}");
            assert_eq!(bob.open(peer(1), &payload), Ok(message()), "nothing has changed");
        }
    }

    #[test]
    fn reordered_payloads_open_and_replayed_ones_do_not() {
        let (mut ada, mut bob) = (envelopes(0, 1), envelopes(0, 2));
        let payloads: Vec<_> = (0..5).map(|_| seal(&mut ada, 2)).collect();
        for at in [3, 0, 4, 1, 2] {
            assert!(bob.open(peer(1), &payloads[at]).is_ok());
        }
        for payload in &payloads {
            assert_eq!(bob.open(peer(1), payload), Err(OpenError::Replayed));
        }
    }

    #[test]
    fn noise_is_malformed_and_short_noise_too() {
        let mut bob = envelopes(0, 2);
        for payload in ["", "A", "!!!!", "AAAA", &"A".repeat(31)] {
            assert_eq!(bob.open(peer(1), payload), Err(OpenError::Malformed), "{payload}");
        }
        assert_eq!(bob.open(peer(1), &"A".repeat(64)), Err(OpenError::NotAuthentic));
    }

    #[test]
    fn a_message_that_no_frame_can_hold_is_refused() {
        let sdp = "x".repeat(tincan_protocol::MAX_FRAME_BYTES);
        let answer = PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
            connection: tincan_protocol::ConnectionId(1),
            negotiation: tincan_protocol::NegotiationId(1),
            voids: None,
            sdp,
        }));
        let sealed = envelopes(0, 1).seal_with([0; 16], peer(2), &answer);
        assert_eq!(sealed, Err(SealError::TooLarge));
    }

    #[test]
    fn the_largest_payload_is_as_large_as_it_may_be() {
        let answer = |length: usize| {
            PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                connection: tincan_protocol::ConnectionId(1),
                negotiation: tincan_protocol::NegotiationId(1),
                voids: None,
                sdp: "x".repeat(length),
            }))
        };
        let mut ada = envelopes(0, 1);
        let mut sealed = |length| ada.seal_with([0; 16], peer(2), &answer(length));
        // Three bytes are four characters, beside the nonce, the tag, and what JSON adds.
        let empty = sealed(0).unwrap().len();
        let length = (MAX_PAYLOAD_CHARS - empty) / 4 * 3;
        let most =
            (length..length + 300).take_while(|length| sealed(*length).is_ok()).last().unwrap();
        assert_eq!(sealed(most).unwrap().len(), MAX_PAYLOAD_CHARS);
        for more in [1, 2, 100] {
            assert_eq!(sealed(most + more), Err(SealError::TooLarge));
        }
    }

    #[test]
    fn only_so_many_senders_are_remembered() {
        let mut bob = envelopes(0, 2);
        let room = RoomSecret::from_bytes([0; 16]);
        for number in 0..=MAX_SENDERS {
            let mut secret = [0; 16];
            secret[..8].copy_from_slice(&number.to_be_bytes());
            let sender = PeerSecret::from_bytes(secret).peer_id();
            let payload = Envelopes::new(&room, sender).seal_with([9; 16], peer(2), &message());
            let opened = bob.open(sender, &payload.unwrap());
            let expected =
                if number < MAX_SENDERS { Ok(message()) } else { Err(OpenError::Replayed) };
            assert_eq!(opened, expected, "sender {number}");
        }
    }
}
