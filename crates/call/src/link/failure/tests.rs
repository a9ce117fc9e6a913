//! The rule as tables.

use std::time::Duration;

use tincan_protocol::{Candidate, IceServer};

use super::*;

const START: Duration = Duration::from_secs(100);

fn candidate(text: &str) -> Candidate {
    Candidate {
        candidate: text.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

fn of_kind(kind: &str) -> Candidate {
    candidate(&["candidate:1 1 udp 1 192.0.2.1 9 typ ", kind, " raddr 0.0.0.0 rport 0"].concat())
}

fn servers(urls: &[&str]) -> IceServerKinds {
    let urls = urls.iter().map(|url| (*url).to_owned()).collect();
    IceServerKinds::of(&[IceServer { urls, username: None, credential: None }])
}

const STUN: &str = "stun:relay.example";
const UDP: &str = "turn:relay.example:3478?transport=udp";
const TCP: &str = "turn:relay.example:3478?transport=tcp";
const TLS: &str = "turns:relay.example:5349";

/// Evidence of these candidates and errors.
fn evidence(ours: &[&str], theirs: &[&str], errors: &[(&str, u16)]) -> Evidence {
    let mut evidence = Evidence::new(START);
    for kind in ours {
        evidence.found(START, &of_kind(kind));
    }
    for kind in theirs {
        evidence.received(START, &of_kind(kind));
    }
    for (url, code) in errors {
        let server = IceServerKind::of_url(url).unwrap();
        evidence.server_failed(START, IceServerError { server, code: *code });
    }
    evidence
}

#[test]
fn a_url_names_a_kind_of_server() {
    use IceServerKind::{Stun, TurnTcp, TurnTls, TurnUdp};
    for (url, kind) in [
        ("stun:a.example", Some(Stun)),
        ("stuns:a.example:5349", Some(Stun)),
        ("turn:a.example", Some(TurnUdp)),
        ("turn:[2001:db8::1]:3478?transport=udp", Some(TurnUdp)),
        ("turn:a.example?transport=tcp", Some(TurnTcp)),
        ("turn:transport=tcp.example", Some(TurnUdp)),
        ("turns:a.example?transport=tcp", Some(TurnTls)),
        ("turns:a.example", Some(TurnTls)),
        ("https://a.example", None),
        ("turn", None),
        ("", None),
    ] {
        assert_eq!(IceServerKind::of_url(url), kind, "{url}");
    }
}

#[test]
fn a_candidate_is_of_one_class() {
    let all = |text: &str| {
        let mut evidence = Evidence::new(START);
        evidence.found(START, &candidate(text));
        let attempt = evidence.failed(START, Failure::NoPath, IceServerKinds::default());
        let is_there = |class: &CandidateClass| attempt.evidence.ours.of(*class).count == 1;
        CandidateClass::ALL.into_iter().filter(is_there).collect::<Vec<_>>()
    };
    for (text, class) in [
        ("candidate:1 1 udp 1 192.0.2.1 9 typ host", Some(CandidateClass::HostUdp)),
        ("candidate:1 1 TCP 1 192.0.2.1 9 typ host tcptype active", Some(CandidateClass::HostTcp)),
        ("candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr ::", Some(CandidateClass::Reflexive)),
        ("candidate:1 1 udp 1 192.0.2.1 9 typ relay", Some(CandidateClass::Relayed)),
        ("candidate:1 1 udp 1 192.0.2.1 9 typ prflx", None),
        ("candidate:relay 1 udp 1 srflx 9 typ", None),
        ("typ", None),
        ("", None),
    ] {
        assert_eq!(all(text), class.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn the_reason_follows_from_candidates_and_errors() {
    use Failure::{
        NoPath, NoRelay, RelayFailing, RelayNotSecure, RelayRefused, RelayUnreachable,
        RelayUnreachableThere, UdpBlocked,
    };
    type Row = (
        &'static [&'static str],
        &'static [&'static str],
        &'static [&'static str],
        &'static [(&'static str, u16)],
        Failure,
    );
    let rows: &[Row] = &[
        // Servers, candidates of this side and of the peer, errors.
        (&[], &["host"], &["host"], &[], NoRelay),
        (&[STUN], &["host", "srflx"], &["host"], &[], NoRelay),
        (&[STUN], &["host"], &["host"], &[(STUN, 701)], NoRelay),
        (&[STUN, UDP], &["srflx", "relay"], &["relay"], &[], NoPath),
        (&[STUN, UDP, TCP], &["relay"], &["relay"], &[(UDP, 701)], NoPath),
        (&[UDP], &["srflx", "relay"], &["srflx"], &[(UDP, 401)], RelayUnreachableThere),
        // A refusal tells more than all else, whoever else is silent.
        (&[UDP, TCP], &["srflx"], &["relay"], &[(UDP, 401), (TCP, 401)], RelayRefused),
        (&[STUN, UDP, TCP], &["host"], &[], &[(UDP, 701), (TCP, 401)], RelayRefused),
        (&[TLS], &["srflx"], &[], &[(TLS, 403)], RelayRefused),
        (&[UDP], &["srflx"], &[], &[(UDP, 438)], RelayRefused),
        (&[UDP], &["srflx"], &[], &[(UDP, 441)], RelayRefused),
        (&[UDP, TCP], &["srflx"], &[], &[(UDP, 486), (TCP, 401)], RelayRefused),
        (&[UDP], &["srflx"], &[], &[(UDP, 486)], RelayFailing),
        (&[UDP, TCP], &["srflx"], &[], &[(TCP, 701), (UDP, 508)], RelayFailing),
        (&[UDP], &["srflx"], &[], &[(UDP, 437)], RelayFailing),
        (&[UDP], &["srflx"], &[], &[(UDP, 500)], RelayFailing),
        // What a STUN server answers says nothing about relays.
        (&[STUN, UDP], &["srflx"], &[], &[(STUN, 401)], RelayUnreachable),
        // Only TLS is left, and does not work.
        (&[TLS], &["srflx"], &[], &[(TLS, 701)], RelayNotSecure),
        (&[TLS], &["host"], &[], &[(TLS, 701)], RelayNotSecure),
        (&[STUN, UDP, TLS], &["host"], &[], &[(UDP, 701), (TLS, 701)], RelayNotSecure),
        (&[UDP, TLS], &["srflx"], &[], &[(UDP, 701), (TLS, 701)], RelayUnreachable),
        (&[TCP, TLS], &["host"], &[], &[(TCP, 701), (TLS, 701)], RelayUnreachable),
        (&[STUN, UDP, TCP], &["srflx"], &[], &[], RelayUnreachable),
        (&[STUN, UDP, TCP], &["host"], &[], &[(UDP, 701), (TCP, 701)], RelayUnreachable),
        (&[TLS], &["srflx"], &[], &[], RelayUnreachable),
        (&[TCP], &["host"], &[], &[], RelayUnreachable),
        // Nothing answers UDP, and there is nothing else, or nothing is known of it.
        (&[STUN, UDP], &["host"], &["srflx"], &[(STUN, 701), (UDP, 701)], UdpBlocked),
        (&[STUN, UDP, TCP], &["host"], &[], &[(STUN, 701), (UDP, 701)], UdpBlocked),
        (&[UDP], &["host"], &[], &[], UdpBlocked),
        (&[UDP], &[], &[], &[], UdpBlocked),
    ];
    for (urls, ours, theirs, errors, failure) in rows {
        let evidence = evidence(ours, theirs, errors);
        let what = format!("{urls:?}, {ours:?} to {theirs:?}, {errors:?}");
        assert_eq!(evidence.failure(true, servers(urls)), *failure, "{what}");
        assert_eq!(evidence.failure(false, servers(urls)), Failure::NoAnswer, "{what}");
    }
}

#[test]
fn evidence_is_counted_with_its_time() {
    let after = |seconds| START + Duration::from_secs(seconds);
    let mut evidence = Evidence::new(START);
    evidence.agreed(after(1));
    evidence.agreed(after(5));
    evidence.found(after(2), &of_kind("host"));
    evidence.found(after(3), &of_kind("host"));
    evidence.received(after(4), &of_kind("relay"));
    let error = IceServerError { server: IceServerKind::TurnUdp, code: 401 };
    evidence.server_failed(after(6), error);
    evidence.server_failed(after(7), error);
    let attempt = evidence.failed(after(45), Failure::RelayRefused, servers(&[UDP]));
    assert_eq!((attempt.took_ms, attempt.failure), (45_000, Failure::RelayRefused));
    assert!(attempt.servers.turn_udp && !attempt.servers.turn_tcp && !attempt.servers.stun);
    let found = &attempt.evidence;
    assert_eq!(found.agreed_ms, Some(1000));
    assert_eq!(found.errors, [CountedError { error, tally: Tally { count: 2, first_ms: 6000 } }]);
    assert_eq!(found.ours.of(CandidateClass::HostUdp), Tally { count: 2, first_ms: 2000 });
    assert_eq!(found.ours.of(CandidateClass::Relayed), Tally::default());
    assert_eq!(found.theirs.of(CandidateClass::Relayed), Tally { count: 1, first_ms: 4000 });
}

#[test]
fn evidence_is_bounded() {
    let mut evidence = Evidence::new(START);
    for code in 0..2000 {
        let server = IceServerKind::TurnUdp;
        evidence.server_failed(START, IceServerError { server, code });
    }
    for _ in 0..70_000 {
        evidence.found(START, &of_kind("host"));
    }
    let attempt = evidence.failed(START, Failure::NoPath, IceServerKinds::default());
    assert_eq!(attempt.evidence.errors.len(), 12);
    assert_eq!(attempt.evidence.ours.of(CandidateClass::HostUdp).count, u16::MAX);
}
