//! Round trips of messages through the readers and writers of pages and the server.
#![allow(missing_docs, clippy::unwrap_used)] // Unexpected results fail the test.

use std::fs;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tincan_protocol::{
    Answer, ClientMessage, MAX_FRAME_BYTES, NegotiationMessage, PeerMessage, ServerMessage,
    from_json, to_json,
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

/// Reads a golden text through both readers, and expects its written form to read as the same.
fn round_trips<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(layer: &str) {
    for text in golden(layer) {
        let message: T = serde_json::from_str(&text).unwrap();
        assert_eq!(from_json::<T>(text.as_bytes()).as_ref(), Some(&message), "{text}");
        let written = to_json(&message).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), message, "{written}");
    }
}

#[test]
fn every_golden_text_round_trips() {
    round_trips::<ServerMessage>("server");
    round_trips::<PeerMessage>("peer");
    for text in golden("client") {
        let message: ClientMessage = serde_json::from_str(&text).unwrap();
        let written = to_json(&message).unwrap();
        assert_eq!(serde_json::from_str::<ClientMessage>(&written).unwrap(), message, "{written}");
    }
}

#[test]
fn any_name_and_description_round_trips() {
    for text in ["\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}", "Zoë 林徽因 👋🏽", "a=\"b\"\\", ""] {
        let message = PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
            connection: tincan_protocol::ConnectionId(1),
            negotiation: tincan_protocol::NegotiationId(1),
            voids: None,
            sdp: text.to_owned(),
        }));
        let json = to_json(&message).unwrap();
        assert_eq!(from_json(json.as_bytes()).as_ref(), Some(&message), "{json}");
        assert_eq!(serde_json::from_str::<PeerMessage>(&json).unwrap(), message, "{json}");
        let theirs = serde_json::to_string(&message).unwrap();
        assert_eq!(from_json(theirs.as_bytes()), Some(message), "{theirs}");
    }
}

#[test]
fn truncated_or_trailing_text_is_rejected() {
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

/// Expects a message to read as another one, which lacks some elements.
fn reads_as<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str, same: &str) {
    let expected = from_json::<T>(same.as_bytes());
    assert!(expected.is_some(), "{same}");
    assert_eq!(from_json(text.as_bytes()), expected, "{text}");
}

#[test]
fn invalid_list_elements_are_skipped() {
    let peer = "APyQsIu5ft9OL3B8v-LJLQ";
    let joined = |peers: &str, servers: &str| {
        format!(
            r#"{{"type":"joined","v":1,"peer":"{peer}","peers":[{peers}],"ice_servers":[{servers}]}}"#
        )
    };
    let candidates =
        |list: &str| format!(r#"{{"type":"candidates","connection":1,"candidates":[{list}]}}"#);
    let servers = |list: &str| format!(r#"{{"type":"ice_servers","ice_servers":[{list}]}}"#);
    for bad in ["null", "7", "true", "[]", "[{}]", "{}", r#""""#, r#""\ud83d""#] {
        let good = r#"{"candidate":"c"}"#;
        let (one, two) = (candidates(good), candidates(&format!("{good},{good}")));
        reads_as::<PeerMessage>(&candidates(&format!("{bad},{good}")), &one);
        reads_as::<PeerMessage>(&candidates(&format!("{good},{bad},{good}")), &two);
        reads_as::<PeerMessage>(&candidates(bad), &candidates(""));
        let id = format!(r#""{peer}""#);
        reads_as::<ServerMessage>(&joined(&format!("{bad},{id},{bad}"), ""), &joined(&id, ""));
        let good = r#"{"urls":["stun:a"]}"#;
        let mixed = format!("{bad},{good},{bad}");
        reads_as::<ServerMessage>(&joined("", &mixed), &joined("", good));
        reads_as::<ServerMessage>(&servers(&mixed), &servers(good));
    }
    for bad in [
        r#"{"candidate":null}"#,
        r#"{"candidate":"c","sdpMid":0}"#,
        r#"{"candidate":"c","sdpMLineIndex":65536}"#,
        r#"{"candidate":"c","usernameFragment":[]}"#,
    ] {
        reads_as::<PeerMessage>(&candidates(bad), &candidates(""));
    }
    // A server without a URL is left out: browsers reject it, and all others with it.
    for bad in [r#"{"urls":[]}"#, r#"{"urls":[7,null]}"#, r#"{"urls":["stun:a"],"username":1}"#] {
        reads_as::<ServerMessage>(&servers(bad), &servers(""));
    }
    let urls = r#"{"urls":[null,"stun:a",{},"stun:b"]}"#;
    reads_as::<ServerMessage>(&servers(urls), &servers(r#"{"urls":["stun:a","stun:b"]}"#));
    // A value that is not a list counts as an empty list.
    for text in [
        r#"{"type":"candidates","connection":1,"candidates":{}}"#,
        r#"{"type":"candidates","connection":1}"#,
    ] {
        assert_eq!(from_json::<PeerMessage>(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_text_longer_than_a_frame_is_not_read() {
    let pong = r#"{"type":"pong"}"#;
    let padded = |length: usize| format!("{pong}{}", " ".repeat(length - pong.len()));
    assert_eq!(from_json(padded(MAX_FRAME_BYTES).as_bytes()), Some(ServerMessage::Pong));
    assert_eq!(from_json::<ServerMessage>(padded(MAX_FRAME_BYTES + 1).as_bytes()), None);
}

#[test]
fn a_message_larger_than_a_frame_is_not_written() {
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

    /// Changes a few bytes of golden texts, which get deeper into the reader than random text.
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
