//! Conformance of pages and the server to all of RFC 8259: see `json-test-suite/README.md`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::fs;

use tincan_protocol::{
    Answer, Candidate, ClientMessage, ConnectionId, ErrorCode, FeatureMessage, MAX_FRAME_BYTES,
    MidSources, Name, NegotiationId, NegotiationMessage, Offer, PeerMessage, PeerState, RingId,
    RingMessage, ServerMessage, Source, SourceState, SourceStates, from_json,
};

fn client(text: &[u8]) -> Option<ClientMessage> {
    ClientMessage::from_json(str::from_utf8(text).ok()?).ok()
}

/// Returns `true` if both sides accept a text as the value of an unknown field.
fn is_accepted_in_ignored_field(value: &[u8]) -> bool {
    let around = |message: &str| [message.as_bytes(), b",\"later\":", value, b"}"].concat();
    let from_page = client(&around(r#"{"type":"ping""#));
    let from_server = from_json(&around(r#"{"type":"pong""#));
    let from_peer = from_json(&around(r#"{"type":"hang_up","revision":7"#));
    let is_accepted = from_page == Some(ClientMessage::Ping);
    let shown = String::from_utf8_lossy(value);
    assert_eq!(from_page.is_some(), is_accepted);
    assert_eq!(from_server, is_accepted.then_some(ServerMessage::Pong), "{shown}");
    assert_eq!(from_peer, is_accepted.then_some(PeerMessage::HangUp { revision: 7 }), "{shown}");
    is_accepted
}

/// Returns `true` if a text is a message of any layer.
fn is_message(text: &[u8]) -> bool {
    client(text).is_some()
        || from_json::<ServerMessage>(text).is_some()
        || from_json::<PeerMessage>(text).is_some()
}

#[test]
fn the_json_test_suite_passes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/json-test-suite");
    let (mut accepted, mut refused) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read(&path).unwrap();
        let is_accepted = is_accepted_in_ignored_field(&text);
        assert!(!is_message(&text), "{name}");
        match name.as_bytes()[0] {
            b'y' => {
                accepted += 1;
                assert!(is_accepted, "{name}");
            }
            b'n' => {
                refused += 1;
                assert!(!is_accepted, "{name}");
            }
            _ => {}
        }
    }
    assert_eq!((accepted, refused), (95, 186));
    for large in ["[".repeat(100_000), "[{\"\":".repeat(50_000)] {
        for size in [large.len(), MAX_FRAME_BYTES - 100] {
            assert!(!is_accepted_in_ignored_field(&large.as_bytes()[..size]));
            assert!(!is_message(&large.as_bytes()[..size]));
        }
    }
}

#[test]
fn ignored_fields_may_hold_any_value() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}0{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for value in [
        nested(1),
        nested(127),
        nested(128),
        nested(512),
        nested(30_000),
        objects(127),
        objects(10_000),
        format!("[{}[]]", "[],".repeat(20_000)),
        format!("[{}{{}}]", "{},".repeat(20_000)),
        format!("\"{}\"", "[{".repeat(30_000)),
        "1e400".to_owned(),
        "-1E-400".to_owned(),
        format!("1{}", "0".repeat(60_000)),
        r#""\ud800""#.to_owned(),
        r#"{"\udfff":"\udfff\ud800"}"#.to_owned(),
        r#"{"a":1,"a":2}"#.to_owned(),
    ] {
        assert!(value.len() < MAX_FRAME_BYTES);
        assert!(
            is_accepted_in_ignored_field(value.as_bytes()),
            "{}",
            &value[..value.len().min(40)]
        );
    }
    // Names of fields are strings as well.
    for name in [r"\ud800", r"\u0000", "\u{7f}", ""] {
        let text = format!(r#"{{"{name}":0,"type":"pong"}}"#);
        assert_eq!(from_json(text.as_bytes()), Some(ServerMessage::Pong), "{name:?}");
    }
    for name in ["\n", "\u{0}", "\"", r"\x", r"\u12"] {
        assert!(!is_message(format!(r#"{{"{name}":0,"type":"pong"}}"#).as_bytes()), "{name:?}");
    }
}

#[test]
fn a_field_of_another_message_is_ignored_whatever_its_type() {
    let text = r#"{"type":"hang_up","revision":1,"name":7,"in_call":"no","sources":[],"sdp":{},
        "machine":0,"ring":-1,"camera":"front","connection":null,"candidate":[{}]}"#;
    assert_eq!(from_json(text.as_bytes()), Some(PeerMessage::HangUp { revision: 1 }));
    let text = r#"{"type":"pong","v":"1","peer":7,"peers":{},"ice_servers":0,"code":[],"from":1}"#;
    assert_eq!(from_json(text.as_bytes()), Some(ServerMessage::Pong));
    let text = r#"{"type":"ping","v":"1","to":7,"payload":{},"room":0,"secret":[]}"#;
    assert_eq!(ClientMessage::from_json(text), Ok(ClientMessage::Ping));
}

#[test]
fn a_whole_number_is_read_in_any_spelling() {
    for (text, number) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("1.0", 1),
        ("1e0", 1),
        ("10E-1", 1),
        ("4294967295", (1 << 32) - 1),
        ("4294967296", 1 << 32),
        ("1732627839123", 1_732_627_839_123),
        ("9007199254740991", (1 << 53) - 1),
        ("9007199254740991.0", (1 << 53) - 1),
        ("9007199254740992", 1 << 53),
    ] {
        let read = |fields: &str| from_json::<PeerMessage>(fields.replace('N', text).as_bytes());
        let hang_up = PeerMessage::HangUp { revision: number };
        assert_eq!(read(r#"{"type":"hang_up","revision":N}"#), Some(hang_up), "{text}");
        let invite = PeerMessage::Ring(RingMessage::Invite { ring: RingId(number) });
        assert_eq!(read(r#"{"type":"invite","ring":N}"#), Some(invite), "{text}");
        let answer = PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
            connection: ConnectionId(number),
            negotiation: NegotiationId(number),
            voids: Some(NegotiationId(number)),
            sdp: String::new(),
        }));
        let text = r#"{"type":"answer","connection":N,"negotiation":N,"voids":N,"sdp":""}"#;
        assert_eq!(read(text), Some(answer), "{text}");
    }
    for text in ["-1", "1.5", "1e-1", "\"1\"", "true", "null", "[1]", "1e400"] {
        let text = format!(r#"{{"type":"hang_up","revision":{text}}}"#);
        assert_eq!(from_json::<PeerMessage>(text.as_bytes()), None, "{text}");
    }
    // A number beyond the range of the field counts as the largest.
    let viewport = from_json(br#"{"type":"viewport","revision":1,"camera":1e3,"screen":1e12}"#);
    let screen = u32::MAX;
    assert_eq!(
        viewport,
        Some(PeerMessage::Feature(FeatureMessage::Viewport { revision: 1, camera: 1000, screen }))
    );
    let join = br#"{"type":"join","v":1e0,"room":"AAAAAAAAAAAAAAAAAAAAAA",
        "secret":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
    assert!(client(join).is_some());
}

#[test]
fn output_of_encoders_of_other_languages_is_read() {
    let state = |name: &str| {
        PeerMessage::State(PeerState {
            revision: 1,
            name: Name::new(name),
            in_call: true,
            sources: SourceStates { microphone: SourceState::On, ..SourceStates::default() },
            machine: None,
        })
    };
    for (text, name) in [
        // Python's json.dumps, which escapes all but ASCII.
        (
            r#"{"type": "state", "revision": 1, "name": "Zo\u00eb \ud83d\udc4b",
                "in_call": true, "sources": {"microphone": "on"}, "machine": null}"#,
            "Zoë 👋",
        ),
        // Go's encoding/json, which escapes characters that are special in HTML.
        (
            r#"{"in_call":true,"name":"\u003cAda \u0026 Bob\u003e\u2028","revision":1,
                "sources":{"microphone":"on"},"type":"state"}"#,
            "<Ada & Bob>\u{2028}",
        ),
        // Java's org.json, which escapes the slash; JavaScript's, of a name cut within a surrogate
        // pair.
        (
            r#"{"name":"a\/b \ud83d","type":"state","sources":{"microphone":"on"},
                "in_call":true,"revision":1.0}"#,
            "a/b \u{fffd}",
        ),
        // Escapes where none are needed, in upper and lower case.
        (
            r#"{"\u0074ype":"\u0073tate","revision":1,"name":"\u004A\u004a","in_call":true,
                "\u0073ources":{"micro\u0070hone":"o\u006e"}}"#,
            "JJ",
        ),
    ] {
        assert_eq!(from_json(text.as_bytes()), Some(state(name)), "{text}");
    }
}

#[test]
fn unknown_sources_are_ignored() {
    let state = |sources: &str| {
        let text = format!(r#"{{"type":"state","revision":1,"name":"","in_call":false{sources}}}"#);
        match from_json(text.as_bytes()) {
            Some(PeerMessage::State(PeerState { sources, .. })) => sources,
            other => panic!("{other:?} of {text}"),
        }
    };
    let on = SourceStates { microphone: SourceState::On, ..SourceStates::default() };
    for value in ["7", "1.5", "null", "true", "{}", "[[]]", "\"on\"", "\"\\ud800\""] {
        for known in ["camera", "hologram"] {
            if known == "camera" && value == "\"on\"" {
                continue;
            }
            let sources = format!(r#","sources":{{"{known}":{value},"microphone":"on"}}"#);
            assert_eq!(state(&sources), on, "{sources}");
        }
    }
    for missing in ["", r#","sources":null"#, r#","sources":[]"#, r#","sources":{}"#] {
        assert_eq!(state(missing), SourceStates::default(), "{missing}");
    }
    assert_eq!(state(r#","sources":{"microphone":"off","microphone":"on"}"#), on);

    let text = br#"{"type":"offer","connection":1,"negotiation":1,"sdp":"",
        "sources":{"0":"camera","1":7,"2":null,"3":{},"4":"hologram"}}"#;
    let Some(PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { sources, .. }))) =
        from_json(text)
    else {
        panic!()
    };
    assert_eq!(sources, MidSources::from([("0".into(), Source::Camera)]));
    let text = br#"{"type":"offer","connection":1,"negotiation":1,"sdp":""}"#;
    let Some(PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { sources, .. }))) =
        from_json(text)
    else {
        panic!()
    };
    assert_eq!(sources, MidSources::new());
}

#[test]
fn the_last_of_duplicate_fields_counts() {
    let text = br#"{"type":"dance","type":"hang_up","revision":"x","revision":1,"revision":2}"#;
    assert_eq!(from_json(text), Some(PeerMessage::HangUp { revision: 2 }));
    assert_eq!(
        ClientMessage::from_json(r#"{"type":"ping","type":"dance"}"#),
        Err(ErrorCode::UnknownType)
    );
}

#[test]
fn a_candidate_is_read_as_browsers_write_it() {
    for (text, candidate) in [
        (
            r#"{"candidate":"c","sdpMid":"0","sdpMLineIndex":0.0,"usernameFragment":"u","x":[]}"#,
            Candidate {
                candidate: "c".into(),
                sdp_mid: Some("0".into()),
                sdp_m_line_index: Some(0),
                username_fragment: Some("u".into()),
            },
        ),
        (
            r#"{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}"#,
            Candidate {
                candidate: String::new(),
                sdp_mid: None,
                sdp_m_line_index: None,
                username_fragment: None,
            },
        ),
    ] {
        let message = format!(r#"{{"type":"candidate","connection":1,"candidate":{text}}}"#);
        let expected = PeerMessage::Negotiation(NegotiationMessage::Candidate {
            connection: ConnectionId(1),
            candidate,
        });
        assert_eq!(from_json(message.as_bytes()), Some(expected), "{text}");
    }
}
