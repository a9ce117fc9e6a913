//! Candidates that arrive early, and those that are sent.

use super::*;

fn policy() -> NegotiationPolicy {
    NegotiationPolicy::default()
}

fn candidate(text: &str, fragment: Option<&str>) -> Candidate {
    Candidate {
        candidate: text.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: fragment.map(str::to_owned),
    }
}

#[test]
fn a_candidate_waits_for_its_connection_and_generation() {
    let mut early = RemoteCandidates::default();
    early.push(ConnectionId(1), candidate("gone", Some("u1")), &policy());
    early.push(ConnectionId(2), candidate("now", Some("u2")), &policy());
    early.push(ConnectionId(2), candidate("later", Some("u3")), &policy());
    early.push(ConnectionId(3), candidate("next", Some("u2")), &policy());
    let generations = Generations::of("v=0\r\na=ice-ufrag:u2\r\na=ice-pwd:x\r\n");
    let fitting = early.take_fitting(ConnectionId(2), |c| generations.fit(c));
    assert_eq!(fitting, [candidate("now", Some("u2"))]);
    assert_eq!(early.len(), 2, "the one of a connection that is gone is forgotten");
}

#[test]
fn the_queue_is_bounded_and_of_equals_keeps_the_newest() {
    let mut early = RemoteCandidates::default();
    for n in 0..1000 {
        early.push(ConnectionId(1), candidate(&n.to_string(), None), &policy());
    }
    assert_eq!(early.len(), policy().max_candidates);
    let fitting = early.take_fitting(ConnectionId(1), |_| true);
    assert_eq!(fitting.last(), Some(&candidate("999", None)));
}

/// More candidates than are kept, with those in between that must not be lost.
fn many() -> Vec<Candidate> {
    let host = |n: usize, network: usize, transport: &str| {
        let address = format!("192.168.{network}.{}", n % 250);
        candidate(&format!("candidate:{n} 1 {transport} 1 {address} 9 typ host"), None)
    };
    let mut many = vec![
        candidate("candidate:r 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0", None),
        candidate("candidate:s 1 udp 1 192.0.2.9 9 typ srflx raddr 0.0.0.0 rport 0", None),
    ];
    many.extend((0..5).map(|network| host(1, 100 + network, "udp")));
    many.extend((0..500).map(|n| host(n, n % 3, if n % 2 == 0 { "udp" } else { "tcp" })));
    many
}

#[test]
fn relays_and_distinct_networks_are_kept_when_there_are_too_many() {
    let must_stay = many().into_iter().take(7).collect::<Vec<_>>();
    let mut early = RemoteCandidates::default();
    let mut found = LocalCandidates::default();
    // The peer may name connections of any number.
    early.push(ConnectionId(1), must_stay[0].clone(), &policy());
    for candidate in many() {
        early.push(ConnectionId(2), candidate.clone(), &policy());
        found.push(candidate, &policy());
    }
    assert_eq!((early.len(), found.kept.len()), (policy().max_candidates, policy().max_candidates));
    let early = early.take_fitting(ConnectionId(2), |_| true);
    assert_eq!(early.len(), policy().max_candidates, "the one of the oldest connection has gone");
    assert_eq!((&early[..7], &found.kept[..7]), (&must_stay[..], &must_stay[..]));
    assert!(!early.iter().any(|candidate| candidate.candidate.contains(" tcp ")));
}

#[test]
fn a_network_is_told_by_its_address() {
    for (one, other, same) in [
        ("192.0.2.1", "192.0.2.200", true),
        ("192.0.2.1", "192.0.3.1", false),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:7:8:9:a", true),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:3:3:4:5:6", false),
        ("a.local", "b.local", false),
    ] {
        let of = |address| candidate(&format!("candidate:1 1 udp 1 {address} 9 typ host"), None);
        assert_eq!(network(&of(one)) == network(&of(other)), same, "{one} {other}");
    }
}

#[test]
fn a_message_with_many_candidates_fits_into_a_frame() {
    let long = candidate(&"x".repeat(700), Some("u"));
    let mut found = LocalCandidates::default();
    (0..policy().max_candidates).for_each(|_| found.push(long.clone(), &policy()));
    let messages = found.due(Duration::ZERO, ConnectionId(1), &policy());
    assert_eq!(messages.len(), policy().max_candidates / policy().max_candidates_per_message);
    let limit = tincan_protocol::MAX_PAYLOAD_CHARS / 4 * 3 - 100;
    for message in messages {
        assert!(tincan_protocol::to_json(&message).is_some_and(|text| text.len() < limit));
    }
}

#[test]
fn a_candidate_without_a_generation_fits_any_description_but_none() {
    assert!(Generations::of("a=ice-ufrag:u").fit(&candidate("c", None)));
    assert!(!Generations::default().fit(&candidate("c", None)));
}
