//! What a page reads and writes is what the server and the golden texts say.
#![allow(missing_docs, clippy::unwrap_used)] // A test says so.

use std::fs;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tincan_protocol::{
    ClientMessage, MAX_FRAME_BYTES, Name, PeerMessage, ServerMessage, from_json, to_json,
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

/// Both libraries read the same from a text, and write the same of it.
fn agree<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(layer: &str) {
    for text in golden(layer) {
        let message: T = serde_json::from_str(&text).unwrap();
        assert_eq!(from_json::<T>(text.as_bytes()).as_ref(), Some(&message), "{text}");
        let written = to_json(&message).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), message, "{written}");
    }
}

#[test]
fn both_libraries_agree_on_every_golden_text() {
    agree::<ServerMessage>("server");
    agree::<PeerMessage>("peer");
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
    let name: Name = from_json("\"Zo\\u00eb\"".as_bytes()).unwrap();
    assert_eq!(name.as_str(), "Zoë");
}

#[test]
fn unknown_fields_are_ignored_but_not_at_any_depth() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!("{{\"type\":\"pong\",\"later\":{open}{close}}}")
    };
    assert_eq!(from_json(nested(10).as_bytes()), Some(ServerMessage::Pong));
    assert_eq!(from_json::<ServerMessage>(nested(30_000).as_bytes()), None);
    let brackets = format!("{{\"type\":\"pong\",\"later\":\"\\\"{}\"}}", "[".repeat(100));
    assert_eq!(from_json(brackets.as_bytes()), Some(ServerMessage::Pong), "text does not nest");
    // No JSON, but where the reader skips what it does not know, strings begin elsewhere.
    for start in
        ["{\"a\":x\",\"\":", "{\"a\"::\",\":", "[\"]\",", "{\"type\":\"pong\",\"a\":x\",\"\":"]
    {
        let text = [start, &"[".repeat(48_000)].concat();
        assert_eq!(from_json::<ServerMessage>(text.as_bytes()), None);
    }
}

#[test]
fn what_is_cut_off_or_goes_on_is_no_message() {
    for text in golden("server").iter().chain(&golden("peer")) {
        for end in 0..text.len() {
            assert_eq!(from_json::<ServerMessage>(&text.as_bytes()[..end]), None);
        }
        assert_eq!(from_json::<ServerMessage>(format!("{text}}}").as_bytes()), None);
    }
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
