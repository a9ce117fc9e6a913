//! The test vectors of PROTOCOL.md: whoever writes another client checks it against the same.

use tincan_call::protocol::{Name, PeerMessage, PeerSecret, SourceState, SourceStates};
use tincan_call::{Envelopes, RoomSecret};

const DOCUMENT: &str = include_str!("../../../../PROTOCOL.md");

fn assert_documented(what: &str, value: &str) {
    assert!(DOCUMENT.contains(value), "PROTOCOL.md does not name the {what}: {value}");
}

#[test]
fn the_document_holds_what_the_code_computes() {
    let secret = RoomSecret::from_bytes(*b"tincan test room");
    let ada = PeerSecret::from_bytes([0xad; 16]).peer_id();
    let bob = PeerSecret::from_bytes([0xb0; 16]).peer_id();
    let message = PeerMessage::State {
        revision: 1,
        name: Name::new("Ada"),
        in_call: true,
        sources: SourceStates { microphone: SourceState::On, ..SourceStates::default() },
        machine: None,
    };
    let payload = Envelopes::new(&secret, ada).seal_with([7; 16], bob, &message).unwrap();

    assert_documented("fragment", &secret.to_fragment());
    assert_documented("room id", &secret.room_id().to_string());
    assert_documented("peer id", &ada.to_string());
    assert_documented("peer id", &bob.to_string());
    assert_documented("message", &serde_json::to_string(&message).unwrap());
    assert_documented("payload", &payload);
    assert_eq!(Envelopes::new(&secret, bob).open(ada, &payload), Ok(message));
}
