//! The reason of a failed link as a whole call finds it, and the report of it.

use serde_json::{Value, json};

use crate::support::{Bench, CallIs, offer_created};
use tincan_call::protocol::{
    Candidate, ConnectionId, IceServer, NegotiationId, NegotiationMessage, PeerMessage,
    ServerMessage,
};
use tincan_call::{
    Browser, CaptureError, ConnectionEvent, ConnectionState, EndReason, FailedAttempt, Failure,
    FailureReport, IceServerError, IceServerKind, LinkState,
};

/// Everything of a call that nobody else may learn.
const SECRETS: [&str; 9] = [
    "relay.secret.example",
    "user-7f3a",
    "password-9c1d",
    "192.0.2.77",
    "2001:db8::77",
    "5d3c9e7a-host.local",
    "ufrag-secret",
    "198.51.100.77",
    "Grace-Hopper",
];

fn name_servers(bench: &mut Bench, transports: &[&str]) {
    let urls = transports
        .iter()
        .map(|transport| ["turn:", SECRETS[0], ":3478?transport=", transport].concat());
    let servers = IceServer {
        urls: urls.collect(),
        username: Some(SECRETS[1].to_owned()),
        credential: Some(SECRETS[2].to_owned()),
    };
    bench.server(ServerMessage::IceServers { ice_servers: vec![servers], expires_in: Some(600) });
}

fn candidate(address: &str, kind: &str) -> Candidate {
    let candidate =
        format!("candidate:1 1 udp 1 {address} 9 typ {kind} raddr {} rport 9", SECRETS[3]);
    Candidate {
        candidate,
        sdp_mid: Some("0".to_owned()),
        sdp_m_line_index: Some(0),
        username_fragment: Some(SECRETS[6].to_owned()),
    }
}

fn state(bench: &mut Bench, connection: u64, state: ConnectionState) {
    bench.event_of(connection, ConnectionEvent::StateChanged(state));
}

/// Lets the peer answer the offer of a rebuilt connection.
fn answer(bench: &mut Bench, connection: u64, negotiation: u64) {
    bench.event_of(connection, offer_created(negotiation));
    bench.answer_from(connection + 7, negotiation);
    let negotiation = NegotiationId(negotiation);
    bench.event_of(connection, ConnectionEvent::AnswerAccepted { negotiation });
}

fn failed(bench: &Bench) -> Option<FailedAttempt> {
    bench.view().peers[0].failed.as_deref().cloned()
}

/// A connected call that fails in all stages while these errors occur in one of them.
fn fail(transports: &[&str], errors: &[(IceServerKind, u16)]) -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    name_servers(&mut bench, transports);
    state(&mut bench, 1, ConnectionState::Failed);
    bench.event(offer_created(2));
    state(&mut bench, 1, ConnectionState::Failed);
    for (address, kind) in [(SECRETS[4], "host"), (SECRETS[5], "host"), (SECRETS[7], "srflx")] {
        bench.event_of(2, ConnectionEvent::CandidateFound(candidate(address, kind)));
    }
    for (server, code) in errors {
        let error = IceServerError { server: *server, code: *code };
        bench.event_of(2, ConnectionEvent::ServerFailed(error));
    }
    answer(&mut bench, 2, 3);
    let candidate = candidate(SECRETS[7], "relay");
    let connection = ConnectionId(9);
    let message = NegotiationMessage::Candidate { connection, candidate };
    bench.receive(&PeerMessage::Negotiation(message));
    assert_eq!(failed(&bench), None);
    state(&mut bench, 2, ConnectionState::Failed);
    answer(&mut bench, 3, 4);
    state(&mut bench, 3, ConnectionState::Failed);
    bench
}

#[test]
fn errors_of_the_relay_are_the_reason() {
    use IceServerKind::{TurnTcp, TurnUdp};
    for (transports, errors, failure) in [
        (&["udp", "tcp"][..], &[(TurnUdp, 401), (TurnTcp, 401)][..], Failure::RelayRefused),
        (&["udp"], &[(TurnUdp, 486)], Failure::RelayFailing),
        (&["udp", "tcp"], &[(TurnUdp, 701), (TurnTcp, 701)], Failure::RelayUnreachable),
    ] {
        let bench = fail(transports, errors);
        assert_eq!(bench.view().peers[0].link, LinkState::Failed(failure));
        assert_eq!(failed(&bench).map(|attempt| attempt.failure), Some(failure));
    }
}

#[test]
fn an_error_of_an_earlier_attempt_is_no_reason() {
    let mut bench = fail(&["udp"], &[(IceServerKind::TurnUdp, 401)]);
    bench.command(tincan_call::Command::RetryLink(bench.peer));
    assert_eq!(failed(&bench), None, "it is tried again");
    for (connection, negotiation) in [(4, 5), (5, 6)] {
        answer(&mut bench, connection, negotiation);
        state(&mut bench, connection, ConnectionState::Failed);
    }
    let attempt = failed(&bench).expect("it failed again");
    assert_eq!((attempt.failure, &attempt.evidence.errors[..]), (Failure::UdpBlocked, &[][..]));
}

#[test]
fn an_error_of_a_connection_that_is_gone_is_ignored() {
    let mut bench = fail(&["udp"], &[]);
    bench.command(tincan_call::Command::RetryLink(bench.peer));
    let error = IceServerError { server: IceServerKind::TurnUdp, code: 401 };
    bench.event_of(3, ConnectionEvent::ServerFailed(error));
    for (connection, negotiation) in [(4, 5), (5, 6)] {
        answer(&mut bench, connection, negotiation);
        state(&mut bench, connection, ConnectionState::Failed);
    }
    assert_eq!(bench.view().peers[0].link, LinkState::Failed(Failure::UdpBlocked));
}

#[test]
fn a_report_holds_classes_and_nothing_else() {
    let bench =
        fail(&["udp", "tcp"], &[(IceServerKind::TurnUdp, 401), (IceServerKind::TurnTcp, 701)]);
    let attempt = failed(&bench).expect("it failed");
    let report = FailureReport::of_link(&attempt, Browser::Firefox).to_json();
    for secret in SECRETS {
        assert!(!report.contains(secret), "{secret} is in {report}");
    }
    assert!(!report.contains(&bench.peer.to_string()), "{report}");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let expected = json!({
        "tincan": env!("CARGO_PKG_VERSION"),
        "protocol": tincan_call::protocol::VERSION,
        "browser": "firefox",
        "reason": "relay-refused-credentials",
        "link": {
            "took_ms": 0,
            "agreed_ms": 0,
            "servers": ["turn-udp", "turn-tcp"],
            "errors": [
                { "server": "turn-udp", "code": 401, "count": 1, "first_ms": 0 },
                { "server": "turn-tcp", "code": 701, "count": 1, "first_ms": 0 },
            ],
            "candidates": [
                { "class": "host-udp", "count": 2, "first_ms": 0 },
                { "class": "srflx", "count": 1, "first_ms": 0 },
            ],
            "peer_candidates": [{ "class": "relay", "count": 1, "first_ms": 0 }],
        },
    });
    assert_eq!(report, expected);
}

#[test]
fn every_failure_has_a_word_of_its_own_in_a_report() {
    let attempt = failed(&fail(&["udp"], &[])).expect("it failed");
    let links = [
        Failure::NoAnswer,
        Failure::NoRelay,
        Failure::UdpBlocked,
        Failure::RelayRefused,
        Failure::RelayFailing,
        Failure::RelayNotSecure,
        Failure::RelayUnreachable,
        Failure::RelayUnreachableThere,
        Failure::NoPath,
        Failure::Incompatible,
    ];
    let links = links.map(|failure| {
        FailureReport::of_link(&FailedAttempt { failure, ..attempt.clone() }, Browser::Chromium)
    });
    let devices = [
        CaptureError::NotAllowed,
        CaptureError::BlockedBySystem,
        CaptureError::NotFound,
        CaptureError::NotReadable,
        CaptureError::OverConstrained,
        CaptureError::InsecureContext,
        CaptureError::NotSupported,
        CaptureError::Other,
    ];
    let devices = devices.map(|error| FailureReport::of_capture(error, Browser::Chromium));
    let ends = [
        EndReason::HungUp,
        EndReason::Left,
        EndReason::NoPeerConnections,
        EndReason::RoomFull,
        EndReason::Replaced,
        EndReason::Version,
        EndReason::Refused,
    ];
    let ends = ends.map(|reason| FailureReport::of_end(reason, Browser::Chromium));
    let all = links.iter().chain(&devices).chain(&ends);
    let mut words: Vec<String> = all
        .map(|report| {
            let report: Value = serde_json::from_str(&report.to_json()).expect("JSON");
            report["reason"].as_str().expect("a word").to_owned()
        })
        .collect();
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), count, "{words:?}");
}

#[test]
fn a_user_agent_belongs_to_a_family() {
    let webkit = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                  (KHTML, like Gecko)";
    for (text, browser) in [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            Browser::Firefox,
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            Browser::Chromium,
        ),
        (&format!("{webkit} Version/18.0 Mobile/15E148 Safari/604.1"), Browser::WebKit),
        (&format!("{webkit} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1"), Browser::WebKit),
        (&format!("{webkit} FxiOS/140.0 Mobile/15E148 Safari/605.1.15"), Browser::WebKit),
        ("Tincan by another client", Browser::Other),
        ("", Browser::Other),
    ] {
        assert_eq!(Browser::of_user_agent(text), browser, "{text}");
    }
}
