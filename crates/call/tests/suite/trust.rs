//! Security: nothing is sent too early, and nothing unauthenticated has an effect.

use crate::support::{Bench, CallIs, candidate, offer_created, room, state_named};
use tincan_call::protocol::{ClientMessage, PeerSecret, ServerMessage, VERSION};
use tincan_call::{Command, ConnectionEvent, Effect, EndReason, Envelopes, Phase, RoomSecret};

#[test]
fn no_message_opens_a_connection_in_the_lobby() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let mut effects = bench.offer(1, None, 1);
    effects.extend(bench.candidate(1, "bob"));
    effects.extend(bench.answer(1));
    effects.extend(bench.wait(10));
    assert_eq!(effects, [], "not even an answer");
    assert!(
        bench.command(Command::Join).iter().any(|e| matches!(e, Effect::OpenConnection { .. }))
    );
}

#[test]
fn a_peer_in_the_lobby_gets_no_candidate_either() {
    let mut bench = Bench::in_lobby(CallIs::Impolite);
    bench.peer_stands(false);
    let effects = bench.command(Command::Join);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. })));
    let effects = bench.peer_stands(true);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. })));
}

#[test]
fn altered_replayed_and_misdirected_payloads_are_ignored() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let stranger = PeerSecret::from_bytes([99; 16]).peer_id();
    let (me, peer) = (bench.me, bench.peer);
    let sealed = |room: &RoomSecret, from, to| {
        Envelopes::new(room, from).seal_with([1; 16], to, &state_named(9, "Mallory")).unwrap()
    };
    let genuine = bench.sealed(&state_named(2, "Bobby"));
    let mut altered = genuine.clone();
    altered.replace_range(40..41, if &genuine[40..41] == "A" { "B" } else { "A" });
    let other_room = RoomSecret::from_bytes([4; 16]);

    let before = bench.view();
    for (what, from, payload) in [
        ("altered", peer, altered),
        ("from someone else", stranger, genuine.clone()),
        ("sealed by someone else", peer, sealed(&room(), stranger, me)),
        ("sealed for someone else", peer, sealed(&room(), peer, stranger)),
        ("sealed in another room", peer, sealed(&other_room, peer, me)),
        ("reflected", me, sealed(&room(), me, peer)),
        ("noise", peer, "noise".to_owned()),
    ] {
        assert_eq!(bench.server(ServerMessage::Signal { from, payload }), [], "{what}");
        assert_eq!(bench.view(), before, "{what}");
    }
    bench.server(ServerMessage::Signal { from: peer, payload: genuine.clone() });
    assert_eq!(bench.view().peers[0].name.as_str(), "Bobby");
    bench.receive(&state_named(3, "Robert"));
    bench.server(ServerMessage::Signal { from: peer, payload: genuine });
    assert_eq!(bench.view().peers[0].name.as_str(), "Robert", "a replay is refused");
    bench.receive(&state_named(1, "Bob"));
    assert_eq!(bench.view().peers[0].name.as_str(), "Robert", "an older state is no news");
}

#[test]
fn all_payloads_are_encrypted() {
    let (mut bench, mut effects) = Bench::in_call(CallIs::Impolite);
    effects.extend(bench.event(offer_created(1)));
    effects.extend(bench.event(ConnectionEvent::CandidateFound(candidate("ada"))));
    let payloads: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(ClientMessage::Signal { payload, .. }) => Some(payload.as_str()),
            _ => None,
        })
        .collect();
    assert!(payloads.len() >= 3);
    for payload in payloads {
        assert!(payload.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        for secret in ["Ada", "ice-ufrag", "candidate", "192.0.2.1"] {
            assert!(!payload.contains(secret));
        }
    }
}

#[test]
fn key_and_room_id_derive_from_the_secret_and_links_round_trip() {
    let fragment = room().to_fragment();
    assert_eq!(fragment.len(), 22);
    assert_eq!(RoomSecret::from_fragment(&format!("#{fragment}")), Some(room()));
    for broken in ["", "#", "AAAA", &fragment[1..], &format!("{fragment}A"), "#####"] {
        assert_eq!(RoomSecret::from_fragment(broken), None, "{broken}");
    }
    assert_ne!(room().room_id().to_string(), fragment);
    assert_ne!(room().room_id(), RoomSecret::from_bytes([4; 16]).room_id());
    assert_eq!(format!("{:?}", room()), "RoomSecret(…)");
}

#[test]
fn a_server_that_assigns_another_id_is_not_trusted() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(crate::support::enter());
    bench.socket(tincan_call::SocketEvent::Opened);
    bench.server(ServerMessage::Joined {
        v: VERSION,
        peer: PeerSecret::from_bytes([99; 16]).peer_id(),
        peers: vec![],
        ice_servers: vec![],
        expires_in: None,
    });
    assert_eq!(bench.view().phase, Phase::Ended(EndReason::Refused));
}
