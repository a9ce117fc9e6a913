//! Recovery in a whole call: connections, messages, and the way back to the server.

use std::time::Duration;

use crate::support::{Bench, CallIs, offer_created, operations};
use tincan_call::protocol::{
    Candidate, ClientMessage, ConnectionId, ErrorCode, IDLE_TIMEOUT_SECONDS, IceServer,
    NegotiationId, NegotiationMessage, PeerMessage, ServerMessage, Source, VERSION,
};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Effect, Failure, Flow, Input, LinkState, Operation,
    Phase, RecoveryStage, Section, Signaling, SocketEvent, TransportPolicy,
};

fn turn() -> IceServer {
    IceServer {
        urls: vec!["stun:turn.example".to_owned(), "turn:turn.example".to_owned()],
        username: Some("user".to_owned()),
        credential: Some("secret".to_owned()),
    }
}

fn name_servers(bench: &mut Bench, ice_servers: Vec<IceServer>) -> Vec<Effect> {
    let message = ServerMessage::IceServers { ice_servers, expires_in: Some(600) };
    bench.server(message)
}

/// Returns the connections that are opened.
fn opens(effects: &[Effect]) -> Vec<TransportPolicy> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OpenConnection { transport, .. } => Some(*transport),
            _ => None,
        })
        .collect()
}

fn restarts(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::Connection { operation: Operation::CreateOffer { ice_restart: true, .. }, .. }
        )
    })
}

fn opens_socket(effects: &[Effect]) -> bool {
    effects.contains(&Effect::OpenSocket)
}

fn pings(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Send(ClientMessage::Ping))
}

fn link(bench: &Bench) -> LinkState {
    bench.view().peers[0].link
}

fn state(bench: &mut Bench, connection: u64, state: ConnectionState) -> Vec<Effect> {
    bench.event_of(connection, ConnectionEvent::StateChanged(state))
}

fn found(bench: &mut Bench, connection: u64, kind: &str) {
    bench.event_of(connection, ConnectionEvent::CandidateFound(candidate(kind)));
}

fn candidate(kind: &str) -> Candidate {
    Candidate {
        candidate: format!("candidate:1 1 udp 1 192.0.2.1 9 typ {kind}"),
        sdp_mid: Some("0".to_owned()),
        sdp_m_line_index: Some(0),
        username_fragment: None,
    }
}

fn pong(bench: &mut Bench) {
    bench.server(ServerMessage::Pong);
}

/// Lets time pass while the server answers pings.
fn live(bench: &mut Bench, seconds: u64) -> Vec<Effect> {
    let mut effects = Vec::new();
    for _ in 0..seconds {
        pong(bench);
        effects.extend(bench.wait(1));
    }
    effects
}

/// Lets the peer answer the first offer of a rebuilt connection.
fn answer_rebuilt(bench: &mut Bench, connection: u64, negotiation: u64, kinds: &[&str]) {
    bench.event_of(connection, offer_created(negotiation));
    bench.answer_from(connection + 7, negotiation);
    bench.event_of(
        connection,
        ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(negotiation) },
    );
    for kind in kinds {
        let candidate = candidate(kind);
        bench.receive(&PeerMessage::Negotiation(NegotiationMessage::Candidate {
            connection: ConnectionId(connection + 7),
            candidate,
        }));
    }
}

/// Goes through all recovery stages. Returns the failure, given the candidates that either side
/// gathers.
fn why(servers: Vec<IceServer>, ours: &[&str], theirs: &[&str]) -> Failure {
    let relayed = servers.iter().any(|server| server.credential.is_some());
    let mut bench = Bench::connected(CallIs::Impolite);
    name_servers(&mut bench, servers);
    state(&mut bench, 1, ConnectionState::Failed);
    bench.event(offer_created(2));
    let effects = state(&mut bench, 1, ConnectionState::Failed);
    assert_eq!(opens(&effects), [TransportPolicy::All]);
    assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild));
    for kind in ours {
        found(&mut bench, 2, kind);
    }
    answer_rebuilt(&mut bench, 2, 3, theirs);
    let effects = state(&mut bench, 2, ConnectionState::Failed);
    if relayed {
        assert_eq!(opens(&effects), [TransportPolicy::Relay]);
        assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::RelayOnly));
        answer_rebuilt(&mut bench, 3, 4, &[]);
        state(&mut bench, 3, ConnectionState::Failed);
    }
    match link(&bench) {
        LinkState::Failed(failure) => failure,
        other => panic!("recovery ends at {other:?}"),
    }
}

#[test]
fn a_failed_link_reports_its_reason() {
    let stun =
        IceServer { username: None, credential: None, urls: vec!["stun:a.example".to_owned()] };
    for (servers, ours, theirs, failure) in [
        (vec![], vec!["host"], vec!["host"], Failure::NoRelay),
        (vec![stun], vec!["host", "srflx"], vec!["host", "srflx"], Failure::NoRelay),
        (vec![turn()], vec!["host"], vec!["srflx", "relay"], Failure::UdpBlocked),
        (vec![turn()], vec!["srflx"], vec!["srflx", "relay"], Failure::RelayUnreachable),
        (vec![turn()], vec!["srflx", "relay"], vec!["srflx"], Failure::RelayUnreachableThere),
        (vec![turn()], vec!["srflx", "relay"], vec!["relay"], Failure::NoPath),
    ] {
        assert_eq!(why(servers, &ours, &theirs), failure, "{ours:?} to {theirs:?}");
    }
}

#[test]
fn a_silent_peer_is_reported_as_the_reason() {
    let mut bench = Bench::connected(CallIs::Impolite);
    state(&mut bench, 1, ConnectionState::Failed);
    live(&mut bench, 34);
    assert_eq!(link(&bench), LinkState::Failed(Failure::NoAnswer));
}

#[test]
fn candidates_gathered_before_media_flowed_are_no_reason() {
    let mut bench = Bench::connected(CallIs::Impolite);
    name_servers(&mut bench, vec![turn()]);
    found(&mut bench, 1, "relay");
    state(&mut bench, 1, ConnectionState::Connected);
    state(&mut bench, 1, ConnectionState::Failed);
    for (connection, negotiation) in [(2, 3), (3, 4)] {
        state(&mut bench, connection - 1, ConnectionState::Failed);
        answer_rebuilt(&mut bench, connection, negotiation, &["relay"]);
    }
    state(&mut bench, 3, ConnectionState::Failed);
    assert_eq!(link(&bench), LinkState::Failed(Failure::UdpBlocked));
}

#[test]
fn a_failed_link_can_be_retried_and_retries_by_itself() {
    for again in ["person", "clock", "awake", "network", "peer"] {
        let mut bench = Bench::connected(CallIs::Impolite);
        state(&mut bench, 1, ConnectionState::Failed);
        bench.event(offer_created(2));
        state(&mut bench, 1, ConnectionState::Failed);
        state(&mut bench, 2, ConnectionState::Failed);
        assert_eq!(link(&bench), LinkState::Failed(Failure::NoAnswer));
        let effects = match again {
            "person" => bench.command(Command::RetryLink(bench.peer)),
            "clock" => live(&mut bench, 20),
            "awake" => bench.input(Input::Awake),
            "network" => bench.input(Input::NetworkChanged),
            _ => bench.server(ServerMessage::PeerJoined { peer: bench.peer }),
        };
        assert_eq!(opens(&effects), [TransportPolicy::All], "{again}");
        assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild), "{again}");
    }
}

#[test]
fn a_network_change_restarts_ice_once_the_server_is_back() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.input(Input::NetworkChanged);
    assert!(opens_socket(&effects), "the old socket went by way of the old network");
    assert!(!restarts(&effects), "an offer would reach nobody");
    assert_eq!(link(&bench), LinkState::Connected, "what flows goes on");
    assert_eq!(bench.view().signaling, Signaling::Reconnecting);
    let effects = bench.join_room(vec![bench.peer]);
    assert!(restarts(&effects));
    assert_eq!(link(&bench), LinkState::Connected);
}

#[test]
fn a_page_that_slept_assumes_a_network_change() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let deadline = bench.call.deadline().expect("a ping is due");
    bench.now = deadline + Duration::from_millis(9_999);
    let effects = bench.input(Input::Timeout);
    assert!(!opens_socket(&effects), "a timer may be late");

    let mut bench = Bench::connected(CallIs::Impolite);
    let deadline = bench.call.deadline().expect("a ping is due");
    bench.now = deadline + Duration::from_secs(10);
    let effects = bench.input(Input::Timeout);
    assert!(opens_socket(&effects));
    assert!(restarts(&bench.join_room(vec![bench.peer])));
}

#[test]
fn a_hidden_lobby_whose_timers_run_once_a_minute_stays_in_the_room() {
    let minute = Duration::from_mins(1);
    let idle = Duration::from_secs(u64::from(IDLE_TIMEOUT_SECONDS));
    assert!(minute < idle, "the server waits for such a page");
    let mut bench = Bench::in_lobby(CallIs::Polite);
    for _ in 0..10 {
        bench.now += minute;
        assert_eq!(bench.input(Input::Timeout), [Effect::Send(ClientMessage::Ping)]);
        assert_eq!(bench.server(ServerMessage::Pong), []);
    }
    assert_eq!(bench.view().signaling, Signaling::Online);
}

#[test]
fn waking_up_leaves_flowing_media_alone() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.input(Input::Awake);
    assert!(pings(&effects), "does the server still live?");
    assert!(!opens_socket(&effects) && !restarts(&effects));
}

#[test]
fn an_interrupted_call_detects_a_lost_server_sooner() {
    // After an interrupted call, a server that is silent for three seconds counts as lost.
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = state(&mut bench, 1, ConnectionState::Disconnected);
    assert!(pings(&effects));
    assert!(!opens_socket(&bench.wait(2)));
    assert!(opens_socket(&bench.wait(1)));
    // Without an interrupted call, it has ten seconds.
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.input(Input::Awake);
    assert!(!opens_socket(&bench.wait(9)));
    assert!(opens_socket(&bench.wait(1)));
    // If a ping is already pending, the deadline is near as well.
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.input(Input::Awake);
    state(&mut bench, 1, ConnectionState::Disconnected);
    assert!(!opens_socket(&bench.wait(2)));
    assert!(opens_socket(&bench.wait(1)));
}

fn until_it_opens(bench: &mut Bench) {
    while !opens_socket(&bench.wait_millis(10)) {}
}

/// Returns the delays between attempts, in milliseconds, from the loss of the server on.
fn waits(bench: &mut Bench) -> Vec<u128> {
    let mut waits = Vec::new();
    for _ in 0..9 {
        let effects = bench.socket(SocketEvent::Closed);
        let lost = bench.now;
        if !opens_socket(&effects) {
            until_it_opens(bench);
        }
        waits.push(bench.now.saturating_sub(lost).as_millis());
    }
    waits
}

fn looks(effects: &[Effect]) -> bool {
    effects.contains(&Effect::ProbeServer)
}

#[test]
fn attempts_back_off_to_a_maximum() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let waits = waits(&mut bench);
    assert_eq!(waits[0], 0, "the first is at once");
    assert!(waits.iter().any(|wait| (7_500..=15_000).contains(wait)), "{waits:?}");
}

/// Returns a call that waits for the server after a long outage, when attempts are far apart.
fn waiting_for_the_server() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    state(&mut bench, 1, ConnectionState::Disconnected);
    pong(&mut bench);
    waits(&mut bench);
    bench.socket(SocketEvent::Closed);
    bench
}

/// Returns the milliseconds until the next probe. The socket stays closed.
fn until_probe(bench: &mut Bench) -> u128 {
    let began = bench.now;
    loop {
        let effects = bench.wait_millis(10);
        assert!(!opens_socket(&effects));
        if looks(&effects) {
            return bench.now.saturating_sub(began).as_millis();
        }
    }
}

/// Returns the same whatever the socket does; `None` if it takes longer.
fn probes_within(bench: &mut Bench, millis: usize) -> Option<usize> {
    (0..millis / 10).position(|_| looks(&bench.wait_millis(10))).map(|at| 10 * at)
}

#[test]
fn an_interrupted_call_probes_the_server_between_attempts() {
    let mut bench = waiting_for_the_server();
    assert!((490..=1010).contains(&until_probe(&mut bench)));
    // It is not available: retry after a second. No result: retry after three.
    assert_eq!(bench.input(Input::ServerProbed(false)), []);
    assert!((490..=1010).contains(&until_probe(&mut bench)));
    assert_eq!(until_probe(&mut bench), 3_000);
    // It is available.
    assert!(opens_socket(&bench.input(Input::ServerProbed(true))));
    assert_eq!(bench.input(Input::ServerProbed(true)), [], "the socket is on its way");
    assert!(!looks(&bench.wait(2)));
}

#[test]
fn probes_of_a_server_that_admits_nobody_back_off() {
    let mut bench = waiting_for_the_server();
    for full in [1_000, 1_000, 1_000, 2_000, 4_000, 8_000] {
        let pause = probes_within(&mut bench, 20_000);
        assert!(pause.is_some_and(|pause| (full / 2 - 10..=full).contains(&pause)), "{pause:?}");
        assert!(opens_socket(&bench.input(Input::ServerProbed(true))));
        bench.socket(SocketEvent::Closed);
    }
    // Once it has let the page in, it is probed frequently again.
    while !opens_socket(&bench.wait_millis(10)) {}
    bench.join_room(vec![bench.peer]);
    bench.socket(SocketEvent::Closed);
    bench.socket(SocketEvent::Closed);
    let looked = probes_within(&mut bench, 2000);
    assert!(looked.is_some_and(|millis| millis <= 1010), "{looked:?}");
}

#[test]
fn a_failed_negotiation_replaces_the_connection_once_even_after_the_last_stage() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    for (connection, is_last) in [(1, false), (2, true)] {
        let negotiation = NegotiationId(connection);
        let failed = ConnectionEvent::NegotiationFailed { negotiation };
        assert_eq!(opens(&bench.event_of(connection, failed)), [TransportPolicy::All]);
        assert_eq!(link(&bench) == LinkState::Failed(Failure::Incompatible), is_last);
    }
}

#[test]
fn a_connected_call_is_not_ended_by_the_server() {
    let refusals = |bench: &Bench| {
        let error = |code| ServerMessage::Error { code, message: String::new() };
        let joined = ServerMessage::Joined {
            v: VERSION,
            peer: bench.peer,
            peers: vec![],
            ice_servers: vec![],
            expires_in: None,
        };
        [error(ErrorCode::Version), error(ErrorCode::Replaced), joined]
    };
    for number in 0..3 {
        let mut bench = Bench::connected(CallIs::Impolite);
        let refusal = refusals(&bench)[number].clone();
        let effects = bench.server(refusal.clone());
        assert!(effects.contains(&Effect::CloseSocket));
        assert_eq!((bench.view().phase, link(&bench)), (Phase::InCall, LinkState::Connected));
        assert!((0..20).any(|_| opens_socket(&bench.wait(1))), "it is tried again");
        // If media has stopped, this is the end. But a peer that was replaced by itself may come
        // back.
        state(&mut bench, 1, ConnectionState::Disconnected);
        bench.server(refusal.clone());
        assert_eq!(bench.view().phase == Phase::InCall, number == 1);
        // A link that cannot be recovered has no second chance.
        for connection in [1, 1, 2] {
            state(&mut bench, connection, ConnectionState::Failed);
        }
        bench.server(refusal);
        assert!(matches!(bench.view().phase, Phase::Ended(_)));
    }
}

#[test]
fn a_connected_call_does_not_probe_the_server() {
    let mut bench = Bench::connected(CallIs::Impolite);
    for _ in 0..6 {
        bench.socket(SocketEvent::Closed);
        for _ in 0..30 {
            assert!(!looks(&bench.wait_millis(500)));
        }
    }
    // Until it is interrupted.
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    assert!(looks(&state(&mut bench, 1, ConnectionState::Disconnected)));
}

#[test]
fn an_interrupted_call_gives_up_an_unopened_socket_sooner() {
    for (urgent, tried, seconds) in [(false, 0, 10), (true, 0, 3), (true, 1, 6), (true, 2, 9)] {
        let mut bench = Bench::connected(CallIs::Impolite);
        if urgent {
            state(&mut bench, 1, ConnectionState::Disconnected);
            pong(&mut bench);
        }
        bench.input(Input::NetworkChanged);
        for _ in 0..tried {
            if !opens_socket(&bench.socket(SocketEvent::Closed)) {
                until_it_opens(&mut bench);
            }
        }
        let began = bench.now;
        let limit = Duration::from_secs(seconds);
        while bench.now + Duration::from_millis(150) < began + limit {
            assert!(!bench.wait_millis(100).contains(&Effect::CloseSocket), "{urgent} {tried}");
        }
        let effects = [bench.wait_millis(100), bench.wait_millis(100)].concat();
        assert!(effects.contains(&Effect::CloseSocket), "{urgent} {tried}");
    }
}

#[test]
fn new_credentials_reach_open_and_future_connections() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = name_servers(&mut bench, vec![turn()]);
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Connection { operation: Operation::SetIceServers(servers), .. }
            if *servers == [turn()]
    )));
    assert!(name_servers(&mut bench, vec![turn()]).is_empty(), "nothing is new");
    state(&mut bench, 1, ConnectionState::Failed);
    bench.event(offer_created(2));
    let effects = state(&mut bench, 1, ConnectionState::Failed);
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::OpenConnection { ice_servers, .. } if *ice_servers == [turn()]
    )));
}

/// Makes the browser reject every description from here on. Returns the number of requested offers.
fn refuse_all(bench: &mut Bench, effects: Vec<Effect>) -> usize {
    let mut offers = 0;
    let mut effects = std::collections::VecDeque::from(effects);
    while let Some(effect) = effects.pop_front() {
        let Effect::Connection { connection, operation, .. } = effect else { continue };
        let negotiation = match operation {
            Operation::CreateOffer { negotiation, .. } => {
                offers += 1;
                negotiation
            }
            Operation::AcceptOffer { negotiation, .. } => negotiation,
            _ => continue,
        };
        effects.extend(
            bench.event_of(connection.0, ConnectionEvent::NegotiationFailed { negotiation }),
        );
    }
    offers
}

#[test]
fn incompatible_browsers_are_not_retried_forever() {
    for call_is in [CallIs::Polite, CallIs::Impolite] {
        let (mut bench, effects) = Bench::in_call(call_is);
        let mut offers = refuse_all(&mut bench, effects);
        // The peer has the same problem, and offers from one new connection after another.
        for round in 0..60 {
            let effects = bench.wait(10);
            offers += refuse_all(&mut bench, effects);
            bench.server(ServerMessage::Pong);
            let effects = bench.offer(round + 1, None, round + 1);
            offers += refuse_all(&mut bench, effects);
            if round > 2 {
                assert_eq!(link(&bench), LinkState::Failed(Failure::Incompatible), "{round}");
            }
        }
        assert!(offers < 15, "{offers} offers in ten minutes");
        // The person may retry.
        let peer = bench.peer;
        let effects = bench.command(Command::RetryLink(peer));
        assert!(!operations(&effects).is_empty());
    }
}

#[test]
fn a_missing_common_codec_is_reported() {
    let nothing = |source| {
        let (sending, receiving) = (Flow::NoCodec, Flow::NoCodec);
        Section { source, sending, receiving }
    };
    let camera = Section { sending: Flow::Open, ..nothing(Source::Camera) };
    for (camera, failure) in
        [(nothing(Source::Camera), Failure::Incompatible), (camera, Failure::NoRelay)]
    {
        let (mut bench, _) = Bench::in_call(CallIs::Impolite);
        for connection in 1..=2 {
            bench.event_of(connection, offer_created(connection));
            bench.answer_from(connection, connection);
            let negotiation = NegotiationId(connection);
            bench.event_of(connection, ConnectionEvent::AnswerAccepted { negotiation });
            let sections = vec![nothing(Source::Microphone), camera];
            bench.event_of(connection, ConnectionEvent::SectionsAgreed(sections));
            bench.wait(8);
            bench.server(ServerMessage::Pong);
            bench.wait(8);
        }
        assert_eq!(link(&bench), LinkState::Failed(failure));
    }
}
