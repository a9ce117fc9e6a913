//! Agreement of PROTOCOL.md with the code: its examples, its numbers and its names.
#![allow(missing_docs)]
// Unexpected results fail the test.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs;

use tincan_protocol::{
    CHANNEL_ID, FILE_CHANNEL_PROTOCOL, FILE_PIECE_BYTES, FILE_WINDOW_PIECES, IDLE_TIMEOUT_SECONDS,
    MAX_CHAT_BATCH, MAX_CHAT_CHARS, MAX_FILE_MESSAGE_BYTES, MAX_FILE_NAME_BYTES, MAX_FRAME_BYTES,
    MAX_MESSAGE_BURST, MAX_MESSAGES_PER_SECOND, MAX_NAME_CHARS, MAX_PAYLOAD_CHARS,
    MAX_PEER_MESSAGE_BYTES, MAX_ROOM_PEERS, Name, PING_INTERVAL_SECONDS, PeerMessage, PeerState,
    VERSION, from_json,
};

const DOCUMENT: &str = include_str!("../../../PROTOCOL.md");

/// Formats a number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn every_golden_message_is_an_example_of_the_document() {
    // The examples are broken into short lines between two tokens.
    let document: String = DOCUMENT.lines().collect();
    for folder in ["client", "server", "peer", "channel", "file"] {
        let path = format!("{}/tests/golden/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            // The codes have a table of their own.
            if name.starts_with("error_") && name != "error_room_full" {
                continue;
            }
            let is_example = document.contains(text.trim_end());
            assert!(is_example, "PROTOCOL.md has no {folder} {name}: {text}");
        }
    }
}

#[test]
fn the_limits_of_the_document_are_those_of_the_code() {
    let number = |number: u32| grouped(number.try_into().unwrap());
    let large = |number: u64| grouped(number.try_into().unwrap());
    for (what, value) in [
        ("frame", format!("{} bytes", grouped(MAX_FRAME_BYTES))),
        ("`payload`", format!("{} characters", grouped(MAX_PAYLOAD_CHARS))),
        ("message on a data channel", format!("{} bytes", grouped(MAX_PEER_MESSAGE_BYTES))),
        ("messages on a data channel at once", number(MAX_MESSAGE_BURST)),
        ("messages on a data channel per second", number(MAX_MESSAGES_PER_SECOND)),
        ("peers in a room", grouped(MAX_ROOM_PEERS)),
        ("frames of a client at once", number(MAX_MESSAGE_BURST)),
        ("frames of a client per second", number(MAX_MESSAGES_PER_SECOND)),
        ("silence of a client", format!("{} s", number(IDLE_TIMEOUT_SECONDS))),
        ("text of a chat message", format!("{} Unicode scalar values", grouped(MAX_CHAT_CHARS))),
        ("messages in a `chat`", grouped(MAX_CHAT_BATCH)),
        ("name of a file", format!("{} bytes of UTF-8", grouped(MAX_FILE_NAME_BYTES))),
        ("piece of a file", format!("{} bytes", large(FILE_PIECE_BYTES))),
        ("pieces of a file under way", large(FILE_WINDOW_PIECES)),
        ("binary message of a file", format!("{} bytes", number(MAX_FILE_MESSAGE_BYTES))),
        ("name", format!("{} grapheme clusters", grouped(MAX_NAME_CHARS))),
    ] {
        let row = format!("| {what} | {value} |");
        assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks this row: {row}");
    }
    for words in [
        format!("The version of this document is {VERSION}."),
        format!("`id` {CHANNEL_ID}, `negotiated: true`"),
        format!("`protocol` is `{FILE_CHANNEL_PROTOCOL}`"),
        format!("sends `ping` {PING_INTERVAL_SECONDS} seconds after `joined`"),
    ] {
        assert!(DOCUMENT.contains(&words), "PROTOCOL.md does not say: {words}");
    }
}

#[test]
fn the_names_of_the_document_are_normalised_as_it_says() {
    let table = DOCUMENT.split_once("| name as received | name as shown |").unwrap().1;
    let rows: Vec<&str> =
        table.lines().skip(2).take_while(|line| line.starts_with("| `")).collect();
    assert!(rows.len() >= 8, "the table of names was not found: {rows:?}");
    for row in rows {
        let cells: Vec<&str> = row.split('`').collect();
        let [_, received, _, shown, _] = cells[..] else { panic!("{row}") };
        let text = format!(r#"{{"type":"state","revision":1,"name":{received},"in_call":true}}"#);
        let shown: String = serde_json::from_str(shown).unwrap();
        let Some(PeerMessage::State(PeerState { name, .. })) = from_json(text.as_bytes()) else {
            panic!("{row}")
        };
        assert_eq!(name, Name::new(&shown), "{row}");
        assert_eq!(name.as_str(), shown, "{row}");
    }
}
