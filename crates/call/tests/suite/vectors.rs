//! The test vectors of PROTOCOL.md, computed independently from the steps in the document, so that
//! neither the code nor the document can change alone.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use tincan_call::protocol::{
    ClientMessage, Name, PeerId, PeerMessage, PeerSecret, PeerState, SourceState, SourceStates,
    VERSION,
};
use tincan_call::{Envelopes, InviteLink, OpenError, RoomSecret};

const DOCUMENT: &str = include_str!("../../../../PROTOCOL.md");

/// The longest line of a block in the document.
const BLOCK_COLUMNS: usize = 91;

const SECRET: &[u8; 16] = b"tincan test room";
const ADA: PeerSecret = PeerSecret::from_bytes([0xad; 16]);
const BOB: PeerSecret = PeerSecret::from_bytes([0xb0; 16]);

/// Asserts that a table of the document contains this row.
fn assert_row(what: &str, value: &str) {
    let row = format!("| {what} | `{value}` |");
    assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks this row:\n{row}");
}

/// Asserts that the document contains a block with this value, broken into short lines.
fn assert_block(what: &str, value: &str) {
    let chars: Vec<char> = value.chars().collect();
    let lines: Vec<String> = chars.chunks(BLOCK_COLUMNS).map(String::from_iter).collect();
    assert!(lines.iter().all(|line| line.trim() == line), "a break would lose a space: {lines:#?}");
    let block = format!("{what}:\n\n```text\n{}\n```\n", lines.join("\n"));
    assert!(DOCUMENT.contains(&block), "PROTOCOL.md lacks this block:\n{block}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// HKDF-SHA256, as in section 2 of the document.
fn derive<const N: usize>(info: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    Hkdf::<Sha256>::new(Some(b"tincan v1"), SECRET).expand(info, &mut output).unwrap();
    output
}

/// Seals a text, as in section 7 of the document.
fn seal(text: &str, sequence: u64, random: [u8; 16], from: PeerId, to: PeerId) -> String {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&sequence.to_be_bytes());
    nonce[8..].copy_from_slice(&random);
    let room = derive::<16>(b"room id");
    let aad = [b"tincan payload v1", &room[..], from.as_bytes(), to.as_bytes()].concat();
    let cipher = XChaCha20Poly1305::new(&derive::<32>(b"sealing key").into());
    let payload = Payload { msg: text.as_bytes(), aad: &aad };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap();
    Base64UrlUnpadded::encode_string(&[&nonce[..], &sealed].concat())
}

fn state(name: &str) -> PeerMessage {
    PeerMessage::State(PeerState {
        revision: 1,
        name: Name::new(name),
        in_call: true,
        sources: SourceStates { microphone: SourceState::On, ..SourceStates::default() },
        machine: None,
    })
}

#[test]
fn the_document_has_the_derivations_from_a_link() {
    let secret = RoomSecret::from_bytes(*SECRET);
    assert_row("secret (ASCII)", str::from_utf8(SECRET).unwrap());
    assert_row("fragment", &secret.to_fragment());
    assert_row("damaged fragment", &secret.to_fragment().to_lowercase());
    assert_row("room id", &secret.room_id().to_string());
    assert_row("sealing key (hexadecimal)", &hex(&derive::<32>(b"sealing key")));
    assert_eq!(secret.room_id().as_bytes(), &derive::<16>(b"room id"));

    let damaged = InviteLink::from_fragment(&secret.to_fragment().to_lowercase());
    assert!(matches!(damaged, InviteLink::Damaged(_)), "{damaged:?}");
}

#[test]
fn the_document_has_the_derivations_from_a_peer_secret() {
    for (who, secret) in [("Ada", ADA), ("Bob", BOB)] {
        let join = ClientMessage::Join {
            v: VERSION,
            room: RoomSecret::from_bytes(*SECRET).room_id(),
            secret,
        };
        assert_block(&format!("First frame of {who}"), &serde_json::to_string(&join).unwrap());
        assert_row(&format!("peer id of {who}"), &secret.peer_id().to_string());
    }
}

#[test]
fn a_payload_of_the_document_opens() {
    let (ada, bob) = (ADA.peer_id(), BOB.peer_id());
    let text = serde_json::to_string(&state("Ada")).unwrap();
    let payload = seal(&text, 1, [7; 16], ada, bob);
    assert_block("Message 1, from Ada to Bob", &text);
    assert_block("Payload 1", &payload);

    let secret = RoomSecret::from_bytes(*SECRET);
    let sealed = Envelopes::new(&secret, ada).seal_with([7; 16], bob, &state("Ada"));
    assert_eq!(sealed, Ok(payload.clone()));
    let mut envelopes = Envelopes::new(&secret, bob);
    assert_eq!(envelopes.open(ada, &payload), Ok(state("Ada")));
    assert_eq!(envelopes.open(ada, &payload), Err(OpenError::Replayed));
    let padded = payload + "=";
    assert_eq!(Envelopes::new(&secret, bob).open(ada, &padded), Err(OpenError::Malformed));
}

#[test]
fn a_payload_of_another_encoder_opens() {
    let (ada, bob) = (ADA.peer_id(), BOB.peer_id());
    // As Python's `json.dumps` writes it: with spaces, and escapes for non-ASCII characters.
    let text = r#"{"type": "state", "revision": 1.0, "name": "Zo\u00eb \ud83d\udc4b", "in_call": true, "sources": {"microphone": "on"}, "machine": null}"#;
    let payload = seal(text, 2, [9; 16], bob, ada);
    assert_block("Message 2, from Bob to Ada", text);
    assert_block("Payload 2", &payload);

    let mut envelopes = Envelopes::new(&RoomSecret::from_bytes(*SECRET), ada);
    assert_eq!(envelopes.open(bob, &payload), Ok(state("Zo\u{eb} \u{1f44b}")));
}
