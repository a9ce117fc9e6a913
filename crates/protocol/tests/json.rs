//! What a page reads and writes is what the server and the golden texts say.
#![allow(missing_docs, clippy::unwrap_used)] // A test says so.

use std::fs;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tincan_protocol::{
    ClientMessage, MAX_FRAME_BYTES, PeerMessage, ServerMessage, from_json, to_json,
};

fn golden(layer: &str) -> Vec<String> {
    let folder = format!("{}/tests/golden/{layer}", env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap().trim().to_owned())
        .collect();
    assert!(!texts.is_empty(), "there are golden texts of {layer}");
    texts
}

/// A golden text is read by both ways in, and what is written of it is read as the same.
fn survives<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(layer: &str) {
    for text in golden(layer) {
        let message: T = serde_json::from_str(&text).unwrap();
        assert_eq!(from_json::<T>(text.as_bytes()).as_ref(), Some(&message), "{text}");
        let written = to_json(&message).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), message, "{written}");
    }
}

#[test]
fn every_golden_text_survives_being_written() {
    survives::<ServerMessage>("server");
    survives::<PeerMessage>("peer");
    for text in golden("client") {
        let message: ClientMessage = serde_json::from_str(&text).unwrap();
        let written = to_json(&message).unwrap();
        assert_eq!(serde_json::from_str::<ClientMessage>(&written).unwrap(), message, "{written}");
    }
}

#[test]
fn names_and_descriptions_survive_whatever_is_in_them() {
    for text in ["\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}", "Zoë 林徽因 👋🏽", "a=\"b\"\\", ""] {
        let message = PeerMessage::Answer {
            connection: tincan_protocol::ConnectionId(1),
            negotiation: tincan_protocol::NegotiationId(1),
            voids: None,
            sdp: text.to_owned(),
        };
        let json = to_json(&message).unwrap();
        assert_eq!(from_json(json.as_bytes()).as_ref(), Some(&message), "{json}");
        assert_eq!(serde_json::from_str::<PeerMessage>(&json).unwrap(), message, "{json}");
        let theirs = serde_json::to_string(&message).unwrap();
        assert_eq!(from_json(theirs.as_bytes()), Some(message), "{theirs}");
    }
}

#[test]
fn what_is_cut_off_or_goes_on_is_no_message() {
    fn refused<T: DeserializeOwned + PartialEq + std::fmt::Debug>(layer: &str) {
        for text in golden(layer) {
            for end in 0..text.len() {
                assert_eq!(from_json::<T>(&text.as_bytes()[..end]), None, "{text} up to {end}");
            }
            assert_eq!(from_json::<T>(format!("{text}}}").as_bytes()), None, "{text}");
            assert_eq!(from_json::<T>(format!("[{text}]").as_bytes()), None, "{text}");
        }
    }
    refused::<ClientMessage>("client");
    refused::<ServerMessage>("server");
    refused::<PeerMessage>("peer");
}

#[test]
fn no_text_is_longer_than_a_frame() {
    let pong = r#"{"type":"pong"}"#;
    let padded = |length: usize| format!("{pong}{}", " ".repeat(length - pong.len()));
    assert_eq!(from_json(padded(MAX_FRAME_BYTES).as_bytes()), Some(ServerMessage::Pong));
    assert_eq!(from_json::<ServerMessage>(padded(MAX_FRAME_BYTES + 1).as_bytes()), None);
}

#[test]
fn a_message_that_no_frame_holds_is_not_written() {
    let payload = "x".repeat(MAX_FRAME_BYTES);
    let to = tincan_protocol::PeerId::from_bytes([0; 16]);
    assert_eq!(to_json(&ClientMessage::Signal { to, payload }), None);
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<Vec<u8>>()) {
        let _ = from_json::<ServerMessage>(&text);
        let _ = from_json::<PeerMessage>(&text);
    }

    /// Golden texts with a few bytes changed: close enough to get deep into the reader.
    #[test]
    fn no_altered_message_panics(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let texts = [golden("server"), golden("peer")].concat();
        let mut text = texts[which.index(texts.len())].clone().into_bytes();
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        let _ = from_json::<ServerMessage>(&text);
        let _ = from_json::<PeerMessage>(&text);
    }
}
