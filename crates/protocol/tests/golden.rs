//! Golden texts of every message, in `golden/`. A change of a golden file is a change of the
//! protocol: pages of the last version would not understand it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tincan_protocol::feature::Reaction;
use tincan_protocol::{
    Answer, Candidate, ChannelMessage, ClientMessage, ConnectionId, ErrorCode, FeatureMessage,
    FileAnswer, FileDigest, FileMessage, FileName, IceServer, MachineId, MidSources, Name,
    NegotiationId, NegotiationMessage, Offer, PeerId, PeerMessage, PeerSecret, PeerState, RingId,
    RingMessage, RoomId, ServerMessage, Source, SourceState, SourceStates, TransferId,
};

fn directory(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Checks each message against the file of its name, and that no file is left over.
fn check<T>(directory_name: &str, messages: Vec<(String, T)>)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let mut names = BTreeSet::new();
    for (name, message) in messages {
        let text = fs::read_to_string(directory(directory_name).join(format!("{name}.json")))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = text.strip_suffix('\n').expect("a file ends in a newline");
        assert_eq!(serde_json::to_string(&message).unwrap(), text, "{name}");
        assert_eq!(serde_json::from_str::<T>(text).unwrap(), message, "{name}");

        let from_the_future = text.replacen('{', r#"{"new":[{"type":"x"}],"#, 1);
        assert_eq!(serde_json::from_str::<T>(&from_the_future).unwrap(), message, "{name}");
        assert!(names.insert(format!("{name}.json")), "{name} is there twice");
    }
    let files: BTreeSet<_> = fs::read_dir(directory(directory_name))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, names);
}

/// Prefixes the variants of the messages, so that the names show the coverage.
fn named<T>(messages: Vec<(&str, T)>, variant: fn(&T) -> &'static str) -> Vec<(String, T)> {
    messages
        .into_iter()
        .map(|(case, message)| {
            let variant = variant(&message);
            let name = if case.is_empty() { variant.into() } else { format!("{variant}_{case}") };
            (name, message)
        })
        .collect()
}

fn room() -> RoomId {
    RoomId::from_bytes(*b"0123456789abcdef")
}

fn own_id() -> PeerId {
    PeerId::from_bytes(*b"0123456789abcdef")
}

fn other_id() -> PeerId {
    PeerId::from_bytes([1; 16])
}

// The next three functions have no wildcard arm: a new variant does not compile until it is listed
// here, and then needs a golden file.

fn client_variant(message: &ClientMessage) -> &'static str {
    match message {
        ClientMessage::Join { .. } => "join",
        ClientMessage::Signal { .. } => "signal",
        ClientMessage::Leave => "leave",
        ClientMessage::Ping => "ping",
    }
}

fn server_variant(message: &ServerMessage) -> &'static str {
    match message {
        ServerMessage::Joined { .. } => "joined",
        ServerMessage::Signal { .. } => "signal",
        ServerMessage::PeerJoined { .. } => "peer_joined",
        ServerMessage::PeerLeft { .. } => "peer_left",
        ServerMessage::Pong => "pong",
        ServerMessage::IceServers { .. } => "ice_servers",
        ServerMessage::Error { code, .. } => match code {
            ErrorCode::Version => "error_version",
            ErrorCode::Malformed => "error_malformed",
            ErrorCode::UnknownType => "error_unknown_type",
            ErrorCode::TooLarge => "error_too_large",
            ErrorCode::TooManyMessages => "error_too_many_messages",
            ErrorCode::TooSlow => "error_too_slow",
            ErrorCode::RoomFull => "error_room_full",
            ErrorCode::OutOfOrder => "error_out_of_order",
            ErrorCode::Replaced => "error_replaced",
            ErrorCode::Idle => "error_idle",
            ErrorCode::ShuttingDown => "error_shutting_down",
            ErrorCode::Unknown => panic!("this is never sent"),
        },
        ServerMessage::Unknown => panic!("this is never sent"),
    }
}

fn peer_variant(message: &PeerMessage) -> &'static str {
    match message {
        PeerMessage::State(PeerState { .. }) => "state",
        PeerMessage::Ring(RingMessage::Invite { .. }) => "invite",
        PeerMessage::Ring(RingMessage::Accept { .. }) => "accept",
        PeerMessage::Ring(RingMessage::Decline { .. }) => "decline",
        PeerMessage::Ring(RingMessage::Cancel { .. }) => "cancel",
        PeerMessage::Ring(RingMessage::Busy { .. }) => "busy",
        PeerMessage::Feature(FeatureMessage::Viewport { .. }) => "viewport",
        PeerMessage::Feature(FeatureMessage::Hand { .. }) => "hand",
        PeerMessage::Feature(FeatureMessage::Reaction { reaction }) => match reaction {
            Reaction::ThumbsUp => "reaction_thumbs_up",
            Reaction::Heart => "reaction_heart",
            Reaction::Laugh => "reaction_laugh",
            Reaction::Clap => "reaction_clap",
            Reaction::Surprise => "reaction_surprise",
            Reaction::Party => "reaction_party",
        },
        PeerMessage::Feature(FeatureMessage::Chat { .. }) => "chat",
        PeerMessage::Feature(FeatureMessage::FileOffer { .. }) => "file_offer",
        PeerMessage::Feature(FeatureMessage::FileWithdrawn { .. }) => "file_withdrawn",
        PeerMessage::Feature(FeatureMessage::FileAnswer { answer, .. }) => match answer {
            FileAnswer::Accepted => "file_answer_accepted",
            FileAnswer::Declined => "file_answer_declined",
            FileAnswer::Cancelled => "file_answer_cancelled",
            FileAnswer::Failed => "file_answer_failed",
            FileAnswer::Received => "file_answer_received",
        },
        PeerMessage::HangUp { .. } => "hang_up",
        PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { .. })) => "offer",
        PeerMessage::Negotiation(NegotiationMessage::Answer(Answer { .. })) => "answer",
        PeerMessage::Negotiation(NegotiationMessage::Candidate { .. }) => "candidate",
        PeerMessage::Negotiation(NegotiationMessage::Candidates { .. }) => "candidates",
    }
}

fn transfer() -> TransferId {
    TransferId::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap()))
}

#[test]
fn messages_of_the_channel_of_a_file() {
    let digest = FileDigest(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    let messages = [
        ("want", FileMessage::Want { piece: 2 }),
        ("have", FileMessage::Have { pieces: 3 }),
        ("piece", FileMessage::Piece { piece: 2, digest }),
        ("end", FileMessage::End { digest }),
    ];
    check("file", messages.map(|(name, message)| (name.to_owned(), message)).to_vec());
    for text in [
        r#"{"type":"piece","piece":2,"digest":"AAEC"}"#,
        r#"{"type":"end","digest":7}"#,
        r#"{"type":"want","piece":-1}"#,
        r#"{"type":"thing","piece":1}"#,
    ] {
        assert!(serde_json::from_str::<FileMessage>(text).is_err(), "{text}");
    }
}

#[test]
fn channel_messages() {
    check("channel", vec![("hello".to_owned(), ChannelMessage::Hello)]);
}

#[test]
fn a_data_channel_carries_messages_of_features_and_no_others() {
    for entry in fs::read_dir(directory("peer")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let message = serde_json::from_str::<PeerMessage>(&text).unwrap();
        let on_channel = serde_json::from_str::<ChannelMessage>(&text).ok();
        let expected = match message {
            PeerMessage::Feature(message) => Some(ChannelMessage::Feature(message)),
            PeerMessage::State(_)
            | PeerMessage::HangUp { .. }
            | PeerMessage::Ring(_)
            | PeerMessage::Negotiation(_) => None,
        };
        assert_eq!(on_channel, expected, "{text}");
        if let Some(message) = on_channel {
            assert_eq!(serde_json::to_string(&message).unwrap(), text.trim_end());
        }
    }
}

#[test]
fn client_messages() {
    let messages = vec![
        ("", ClientMessage::Join { v: 1, room: room(), secret: PeerSecret::from_bytes([2; 16]) }),
        ("", ClientMessage::Signal { to: other_id(), payload: "c2VhbGVk".into() }),
        ("", ClientMessage::Leave),
        ("", ClientMessage::Ping),
    ];
    check("client", named(messages, client_variant));
}

#[test]
fn server_messages() {
    let stun =
        IceServer { urls: vec!["stun:stun.example".into()], username: None, credential: None };
    let turn = IceServer {
        urls: vec!["turn:turn.example:3478?transport=udp".into(), "turns:turn.example".into()],
        username: Some("user".into()),
        credential: Some("password".into()),
    };
    let mut messages = vec![
        (
            "",
            ServerMessage::Joined {
                v: 1,
                peer: own_id(),
                peers: vec![other_id()],
                ice_servers: vec![stun.clone(), turn],
                expires_in: Some(600),
            },
        ),
        (
            "alone",
            ServerMessage::Joined {
                v: 1,
                peer: own_id(),
                peers: vec![],
                ice_servers: vec![],
                expires_in: None,
            },
        ),
        ("", ServerMessage::Signal { from: other_id(), payload: "c2VhbGVk".into() }),
        ("", ServerMessage::PeerJoined { peer: other_id() }),
        ("", ServerMessage::PeerLeft { peer: other_id() }),
        ("", ServerMessage::Pong),
        ("", ServerMessage::IceServers { ice_servers: vec![stun], expires_in: Some(600) }),
        ("lasting", ServerMessage::IceServers { ice_servers: vec![], expires_in: None }),
    ];
    for code in [
        ErrorCode::Version,
        ErrorCode::Malformed,
        ErrorCode::UnknownType,
        ErrorCode::TooLarge,
        ErrorCode::TooManyMessages,
        ErrorCode::TooSlow,
        ErrorCode::RoomFull,
        ErrorCode::OutOfOrder,
        ErrorCode::Replaced,
        ErrorCode::Idle,
        ErrorCode::ShuttingDown,
    ] {
        messages.push(("", ServerMessage::Error { code, message: "in words".into() }));
    }
    check("server", named(messages, server_variant));
}

fn candidate_of(kind: &str) -> Candidate {
    Candidate {
        candidate: format!("candidate:1 1 udp 1 192.0.2.1 9 typ {kind}"),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: None,
        username_fragment: Some("u".into()),
    }
}

#[test]
fn peer_messages() {
    let connection = ConnectionId(1);
    let reactions = Reaction::ALL
        .map(|reaction| ("", PeerMessage::Feature(FeatureMessage::Reaction { reaction })));
    let answers = FileAnswer::ALL.map(|answer| {
        let transfer = transfer();
        ("", PeerMessage::Feature(FeatureMessage::FileAnswer { transfer, answer }))
    });
    let mut messages = vec![
        (
            "",
            PeerMessage::State(PeerState {
                revision: 3,
                name: Name::new("Ada"),
                in_call: true,
                sources: SourceStates {
                    microphone: SourceState::On,
                    camera: SourceState::Muted,
                    screen: SourceState::Off,
                    screen_audio: SourceState::Off,
                },
                machine: Some(MachineId::from_bytes(*b"0123456789abcdef")),
            }),
        ),
        (
            "nowhere",
            PeerMessage::State(PeerState {
                revision: 1,
                name: Name::default(),
                in_call: false,
                sources: SourceStates::default(),
                machine: None,
            }),
        ),
        ("", PeerMessage::Ring(RingMessage::Invite { ring: RingId(1) })),
        ("", PeerMessage::Ring(RingMessage::Accept { ring: RingId(1) })),
        ("", PeerMessage::Ring(RingMessage::Decline { ring: RingId(1) })),
        ("", PeerMessage::Ring(RingMessage::Cancel { ring: RingId(1) })),
        ("", PeerMessage::Ring(RingMessage::Busy { ring: RingId(1) })),
        (
            "",
            PeerMessage::Feature(FeatureMessage::Viewport { revision: 2, camera: 360, screen: 0 }),
        ),
        ("", PeerMessage::Feature(FeatureMessage::Hand { revision: 3, order: Some(2) })),
        ("lowered", PeerMessage::Feature(FeatureMessage::Hand { revision: 4, order: None })),
        (
            "",
            PeerMessage::Feature(FeatureMessage::Chat {
                received: 7,
                first: 3,
                messages: vec!["Look: https://example.org/".into(), "two\nlines \u{1f44b}".into()],
            }),
        ),
        (
            "received",
            PeerMessage::Feature(FeatureMessage::Chat { received: 9, first: 5, messages: vec![] }),
        ),
        (
            "",
            PeerMessage::Feature(FeatureMessage::FileOffer {
                transfer: transfer(),
                name: FileName::new("holiday photo.jpg"),
                size: 5_242_881,
            }),
        ),
        ("", PeerMessage::Feature(FeatureMessage::FileWithdrawn { transfer: transfer() })),
        ("", PeerMessage::HangUp { revision: 4 }),
        (
            "",
            PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
                connection,
                to: Some(ConnectionId(2)),
                negotiation: NegotiationId(5),
                sdp: "v=0\r\n".into(),
                sources: MidSources::from([
                    ("0".into(), Source::Microphone),
                    ("1".into(), Source::Camera),
                    ("2".into(), Source::Screen),
                    ("3".into(), Source::ScreenAudio),
                ]),
            })),
        ),
        (
            "first",
            PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
                connection,
                to: None,
                negotiation: NegotiationId(1),
                sdp: "v=0\r\n".into(),
                sources: MidSources::new(),
            })),
        ),
        (
            "",
            PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                connection: ConnectionId(2),
                negotiation: NegotiationId(5),
                voids: None,
                sdp: "v=0\r\n".into(),
            })),
        ),
        (
            "voiding",
            PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                connection: ConnectionId(2),
                negotiation: NegotiationId(5),
                voids: Some(NegotiationId(4)),
                sdp: "v=0\r\n".into(),
            })),
        ),
        (
            "",
            PeerMessage::Negotiation(NegotiationMessage::Candidate {
                connection,
                candidate: Candidate {
                    candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".into(),
                    sdp_mid: Some("0".into()),
                    sdp_m_line_index: Some(0),
                    username_fragment: Some("u".into()),
                },
            }),
        ),
        (
            "",
            PeerMessage::Negotiation(NegotiationMessage::Candidates {
                connection,
                candidates: ["host", "srflx"].map(candidate_of).to_vec(),
            }),
        ),
        (
            "last",
            PeerMessage::Negotiation(NegotiationMessage::Candidate {
                connection,
                candidate: Candidate {
                    candidate: String::new(),
                    sdp_mid: None,
                    sdp_m_line_index: None,
                    username_fragment: None,
                },
            }),
        ),
    ];
    messages.extend(reactions);
    messages.extend(answers);
    check("peer", named(messages, peer_variant));
}

#[test]
fn messages_of_newer_versions_are_tolerated() {
    let text = r#"{"type":"dance","with":["fire"]}"#;
    assert_eq!(serde_json::from_str::<ServerMessage>(text).unwrap(), ServerMessage::Unknown);
    assert!(serde_json::from_str::<PeerMessage>(text).is_err(), "it is dropped");

    let text = r#"{"type":"error","code":"full_moon","message":"howl"}"#;
    let expected = ServerMessage::Error { code: ErrorCode::Unknown, message: "howl".into() };
    assert_eq!(serde_json::from_str::<ServerMessage>(text).unwrap(), expected);

    let text = r#"{"type":"reaction","reaction":"eye_roll"}"#;
    assert!(serde_json::from_str::<PeerMessage>(text).is_err(), "it is dropped");

    let text = r#"{"type":"chat","received":0,"first":1,"messages":[{"poll":[1]},"a",7,
        null]}"#;
    let PeerMessage::Feature(FeatureMessage::Chat { messages, .. }) =
        serde_json::from_str(text).unwrap()
    else {
        panic!()
    };
    assert_eq!(messages, ["", "a", "", ""], "what is unknown has a number, too");

    let text = r#"{"type":"offer","connection":1,"negotiation":1,"sdp":"",
        "sources":{"0":"hologram","1":"camera"}}"#;
    let PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { sources, .. })) =
        serde_json::from_str(text).unwrap()
    else {
        panic!()
    };
    let expected = MidSources::from([("1".into(), Source::Camera)]);
    assert_eq!(sources, expected);

    let text = r#"{"type":"state","revision":1,"name":"","in_call":true,
        "sources":{"microphone":"on","camera":"upside_down","hologram":"on"}}"#;
    let PeerMessage::State(PeerState { sources, .. }) = serde_json::from_str(text).unwrap() else {
        panic!()
    };
    let expected = SourceStates { microphone: SourceState::On, ..SourceStates::default() };
    assert_eq!(sources, expected);
}

#[test]
fn the_server_rejects_unknown_messages() {
    // A page skips unknown messages; the server answers with an error.
    serde_json::from_str::<ClientMessage>(r#"{"type":"dance"}"#).unwrap_err();
}

/// Generates values that hit the fields of the messages with unexpected types.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "(join|joined|signal|error|state|offer|candidate|on|camera|MDEyMzQ1Njc4OWFiY2RlZg)"
            .prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 8, |inner| {
        let key = "(type|v|room|secret|to|from|payload|peer|peers|code|message|ice_servers|urls|\
            revision|name|in_call|sources|machine|ring|camera|screen|order|reaction|received|first|messages|connection|negotiation|sdp|candidate|sdpMid|x)";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(key, inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Reads a text as each message. If it is one, it must survive a round trip.
fn read_as_all(text: &str) {
    fn read<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) {
        if let Ok(message) = serde_json::from_str::<T>(text) {
            let written = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<T>(&written).unwrap(), message);
        }
    }
    read::<ClientMessage>(text);
    read::<ServerMessage>(text);
    read::<PeerMessage>(text);
    read::<ChannelMessage>(text);
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        read_as_all(&text);
    }

    #[test]
    fn no_json_panics(value in json()) {
        read_as_all(&value.to_string());
    }

    #[test]
    fn no_cut_or_changed_message_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for directory_name in ["client", "server", "peer", "channel"] {
            for entry in fs::read_dir(directory(directory_name)).unwrap() {
                let mut bytes = fs::read(entry.unwrap().path()).unwrap();
                let at = at.index(bytes.len());
                read_as_all(&String::from_utf8_lossy(&bytes[..at]));
                bytes[at] = byte;
                read_as_all(&String::from_utf8_lossy(&bytes));
            }
        }
    }
}
