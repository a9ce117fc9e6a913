//! Links that are prepared while one of two people is in the call and the other in the lobby.

use crate::support::{Bench, CallIs, candidate, offer_created, offers, operations};
use tincan_call::protocol::{
    Answer, ConnectionId, IceServer, NegotiationId, NegotiationMessage, PeerMessage, ServerMessage,
    Source,
};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Effect, Input, LinkState, OfferApplied, Operation,
    StreamId,
};

/// Returns a page in the lobby that prepares a link with the peer in the call.
fn in_lobby(call_is: CallIs) -> (Bench, Vec<Effect>) {
    let mut bench = Bench::in_lobby(call_is);
    let effects = bench.input(Input::ConnectionsLoaded);
    (bench, effects)
}

/// Returns a page in the lobby that has the peer's answer.
fn answered(call_is: CallIs) -> Bench {
    let (mut bench, _) = in_lobby(call_is);
    bench.event(offer_created(1));
    bench.answer(1);
    bench
}

/// Returns a page in the call while the peer is in the lobby.
fn in_call(call_is: CallIs) -> Bench {
    let mut bench = Bench::in_lobby(call_is);
    bench.peer_stands(false);
    bench.command(Command::Join);
    bench
}

/// Returns a page in the call that has answered the peer in the lobby.
fn answering(call_is: CallIs) -> Bench {
    let mut bench = in_call(call_is);
    bench.offer(1, None, 1);
    bench.event(answer_created());
    bench
}

fn answer_created() -> ConnectionEvent {
    let sdp = "a=ice-ufrag:ada\n".to_owned();
    ConnectionEvent::AnswerCreated { negotiation: NegotiationId(1), sdp }
}

fn opens(effects: &[Effect]) -> Vec<u64> {
    let opens = |effect: &Effect| match effect {
        Effect::OpenConnection { connection, .. } => Some(connection.0),
        _ => None,
    };
    effects.iter().filter_map(opens).collect()
}

fn closes(effects: &[Effect]) -> Vec<u64> {
    let closes = |effect: &Effect| match effect {
        Effect::CloseConnection { connection, .. } => Some(connection.0),
        _ => None,
    };
    effects.iter().filter_map(closes).collect()
}

fn has(effects: &[Effect], operation: &Operation) -> bool {
    operations(effects).contains(&operation)
}

/// Returns `true` if the browser would gather candidates after one of these.
fn gathers(effects: &[Effect]) -> bool {
    operations(effects).into_iter().any(|operation| match operation {
        Operation::CreateOffer { applied, .. } => *applied == OfferApplied::AtOnce,
        Operation::ApplyAnswer { .. } | Operation::AcceptAnswer { .. } => true,
        _ => false,
    })
}

const BOTH: [CallIs; 2] = [CallIs::Polite, CallIs::Impolite];

#[test]
fn the_lobby_offers_as_soon_as_it_can_connect() {
    for call_is in BOTH {
        let mut bench = Bench::in_lobby(call_is);
        assert!(opens(&bench.wait(5)).is_empty(), "the code is not there");
        let effects = bench.input(Input::ConnectionsLoaded);
        assert_eq!(opens(&effects), [1]);
        let expected = Operation::CreateOffer {
            negotiation: NegotiationId(1),
            applied: OfferApplied::WithAnswer,
            sections: vec![Source::Microphone, Source::Camera],
            ice_restart: false,
        };
        assert!(has(&effects, &expected), "{effects:?}");
        let effects = bench.event(offer_created(1));
        assert_eq!(offers(&bench.sent(&effects)), [NegotiationId(1)]);
        assert!(bench.wait(5).iter().all(|effect| matches!(effect, Effect::Send(_))));
        assert_eq!(bench.view().peers[0].link, LinkState::None);
    }
}

#[test]
fn nobody_in_the_lobby_prepares_for_the_lobby() {
    let mut bench = Bench::in_lobby(CallIs::Impolite);
    bench.peer_stands(false);
    assert!(opens(&bench.input(Input::ConnectionsLoaded)).is_empty());
    assert!(opens(&bench.offer(1, None, 1)).is_empty(), "nor answers");
    assert_eq!(opens(&bench.peer_stands(true)), [1]);
}

#[test]
fn joining_takes_the_answer_that_waits() {
    for call_is in BOTH {
        let (mut bench, _) = in_lobby(call_is);
        bench.event(offer_created(1));
        assert!(!gathers(&bench.answer(1)), "before the click");
        let effects = bench.command(Command::Join);
        let accepted = operations(&effects).into_iter().any(|operation| {
            matches!(operation, Operation::AcceptAnswer { negotiation: NegotiationId(1), .. })
        });
        assert!(accepted, "{effects:?}");
        let sent = bench.sent(&effects);
        assert!(matches!(sent[0], PeerMessage::State(ref state) if state.in_call), "{sent:?}");
        assert!(offers(&sent).is_empty(), "no other offer");
        assert!(opens(&effects).is_empty());
        bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(1) });
        bench.event(ConnectionEvent::StateChanged(ConnectionState::Connected));
        assert_eq!(bench.view().peers[0].link, LinkState::Connected);
        assert!(offers(&bench.sent(&[])).is_empty());
    }
}

#[test]
fn joining_offers_again_what_has_no_answer() {
    let (mut bench, _) = in_lobby(CallIs::Polite);
    bench.event(offer_created(1));
    let effects = bench.command(Command::Join);
    assert_eq!(offers(&bench.sent(&effects)), [NegotiationId(1)]);
    assert!(gathers(&bench.answer(1)));
    // The same while the browser still makes it.
    let (mut bench, _) = in_lobby(CallIs::Impolite);
    let effects = bench.command(Command::Join);
    assert!(offers(&bench.sent(&effects)).is_empty());
    let effects = bench.event(offer_created(1));
    assert_eq!(offers(&bench.sent(&effects)), [NegotiationId(1)]);
}

#[test]
fn the_call_answers_and_applies_the_answer_when_they_join() {
    for call_is in BOTH {
        let mut bench = in_call(call_is);
        let effects = bench.offer(1, None, 1);
        assert_eq!(opens(&effects), [1]);
        assert!(!gathers(&effects));
        let (source, stream) = (Source::Camera, StreamId(70));
        bench.event(ConnectionEvent::TrackReceived { source, stream });
        let effects = bench.event(answer_created());
        assert!(!gathers(&effects), "before they join");
        let sent = bench.sent(&effects);
        let is_answer = |message: &PeerMessage| {
            matches!(message, PeerMessage::Negotiation(NegotiationMessage::Answer(Answer { .. })))
        };
        assert!(sent.iter().any(is_answer), "{sent:?}");
        // It was lost on the way.
        let again = bench.offer(1, None, 1);
        assert!(bench.sent(&again).iter().any(is_answer));

        let effects = bench.peer_stands(true);
        assert!(has(&effects, &Operation::ApplyAnswer { negotiation: NegotiationId(1) }));
        assert!(opens(&effects).is_empty());
        assert!(offers(&bench.sent(&effects)).is_empty());
        assert_eq!(bench.view().peers[0].person, Some(stream));
    }
}

#[test]
fn who_joins_before_the_answer_is_made_gets_it_all_the_same() {
    let mut bench = in_call(CallIs::Impolite);
    bench.offer(1, None, 1);
    assert!(!gathers(&bench.peer_stands(true)));
    let effects = bench.event(answer_created());
    assert!(has(&effects, &Operation::ApplyAnswer { negotiation: NegotiationId(1) }));
}

#[test]
fn candidates_wait_for_both_to_be_in_the_call() {
    let mut bench = answering(CallIs::Impolite);
    // A peer that is in no hurry to follow the protocol.
    bench.candidate(1, "bob");
    assert_eq!(bench.event(ConnectionEvent::CandidateFound(candidate("ada"))), []);
    assert!(bench.wait(5).iter().all(|effect| matches!(effect, Effect::Send(_))));
}

#[test]
fn it_ends_with_its_reason() {
    type End = fn(&mut Bench) -> Vec<Effect>;
    let ends: [(&str, End); 5] = [
        ("they hang up", |bench| bench.peer_stands(false)),
        ("they leave", |bench| bench.server(ServerMessage::PeerLeft { peer: bench.peer })),
        ("the server is gone", |bench| bench.socket(tincan_call::SocketEvent::Closed)),
        ("the person leaves", |bench| bench.command(Command::HangUp)),
        ("the page is put aside", |bench| bench.command(Command::Suspend)),
    ];
    for (why, end) in ends {
        let mut bench = answered(CallIs::Polite);
        assert_eq!(closes(&end(&mut bench)), [1], "{why}");
    }
    // On the other side.
    let ends: [(&str, End); 3] = [
        ("they leave", |bench| bench.server(ServerMessage::PeerLeft { peer: bench.peer })),
        ("the server is gone", |bench| bench.socket(tincan_call::SocketEvent::Closed)),
        ("the person hangs up", |bench| bench.command(Command::HangUp)),
    ];
    for (why, end) in ends {
        let mut bench = answering(CallIs::Polite);
        assert_eq!(closes(&end(&mut bench)), [1], "{why}");
    }
}

#[test]
fn a_peer_that_is_present_again_is_offered_anew() {
    let mut bench = answered(CallIs::Polite);
    let effects = bench.server(ServerMessage::PeerJoined { peer: bench.peer });
    assert_eq!((closes(&effects), opens(&effects)), (vec![1], vec![2]));
    // On the other side the offer makes the new one.
    let mut bench = answering(CallIs::Impolite);
    let effects = bench.offer(2, None, 2);
    assert_eq!((closes(&effects), opens(&effects)), (vec![1], vec![2]));
    assert!(bench.offer(1, None, 1).is_empty(), "one from before");
}

#[test]
fn what_cannot_be_prepared_begins_as_any_other() {
    let failures = [
        ConnectionEvent::StateChanged(ConnectionState::Failed),
        ConnectionEvent::NegotiationFailed { negotiation: NegotiationId(1) },
    ];
    for failure in failures {
        let (mut bench, _) = in_lobby(CallIs::Impolite);
        assert_eq!(closes(&bench.event(failure.clone())), [1], "{failure:?}");
        assert!(opens(&bench.wait(5)).is_empty(), "{failure:?}: it is not tried for ever");
        assert!(closes(&bench.server(ServerMessage::Pong)).is_empty(), "{failure:?}");
        let effects = bench.command(Command::Join);
        assert_eq!((closes(&effects), opens(&effects)), (vec![], vec![2]), "{failure:?}");

        let mut bench = answering(CallIs::Impolite);
        assert_eq!(closes(&bench.event(failure.clone())), [1], "{failure:?}");
        assert!(opens(&bench.offer(1, None, 2)).is_empty(), "{failure:?}");
        let effects = bench.peer_stands(true);
        assert_eq!((closes(&effects), opens(&effects)), (vec![], vec![2]), "{failure:?}");
    }
}

#[test]
fn the_lobby_takes_no_offer() {
    let (mut bench, _) = in_lobby(CallIs::Polite);
    bench.event(offer_created(1));
    // Sent before this page was in the lobby.
    assert!(bench.offer(1, None, 1).is_empty());
}

#[test]
fn new_credentials_reach_what_is_prepared() {
    let mut bench = answered(CallIs::Polite);
    let ice_servers = vec![IceServer {
        urls: vec!["turn:turn.example".to_owned()],
        username: Some("ada".to_owned()),
        credential: Some("secret".to_owned()),
    }];
    let effects = bench
        .server(ServerMessage::IceServers { ice_servers: ice_servers.clone(), expires_in: None });
    let operation = Operation::SetIceServers(ice_servers);
    let connection = ConnectionId(1);
    assert!(effects.contains(&Effect::Connection { peer: bench.peer, connection, operation }));
}
