//! Perfect negotiation: the effect of each message in each state.

use crate::support::{
    Bench, CallIs, both_devices, candidate, offer_created, offers, operations, track,
};
use tincan_call::protocol::{
    Answer, Candidate, ConnectionId, MAX_MESSAGE_BURST, NegotiationId, NegotiationMessage, Offer,
    PeerMessage, PeerState, ServerMessage, Source,
};
use tincan_call::{
    CaptureEvent, CaptureId, Command, ConnectionEvent, ConnectionState, Effect, Input, LinkState,
    Operation, RecoveryStage, StreamId,
};

fn creates_offer(effects: &[Effect]) -> Option<(u64, Vec<Source>, bool)> {
    operations(effects).into_iter().find_map(|operation| match operation {
        Operation::CreateOffer { negotiation, sections, ice_restart, .. } => {
            Some((negotiation.0, sections.clone(), *ice_restart))
        }
        _ => None,
    })
}

fn accepts_offer(effects: &[Effect]) -> Option<u64> {
    operations(effects).into_iter().find_map(|operation| match operation {
        Operation::AcceptOffer { negotiation, .. } => Some(negotiation.0),
        _ => None,
    })
}

fn accepts_answer(effects: &[Effect]) -> bool {
    operations(effects).iter().any(|operation| matches!(operation, Operation::AcceptAnswer { .. }))
}

fn share_screen(bench: &mut Bench) -> Vec<Effect> {
    bench.command(Command::SetScreen(true));
    bench.input(Input::Capture(CaptureEvent::Captured {
        capture: CaptureId(2),
        tracks: vec![track(Source::Screen, 3)],
    }))
}

#[test]
fn the_impolite_peer_offers_at_once_and_the_polite_one_waits() {
    let (_, effects) = Bench::in_call(CallIs::Impolite);
    let sections = vec![Source::Microphone, Source::Camera];
    assert_eq!(creates_offer(&effects), Some((1, sections.clone(), false)));

    let (mut bench, effects) = Bench::in_call(CallIs::Polite);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. })));
    assert_eq!(creates_offer(&effects), None);
    assert_eq!(creates_offer(&bench.wait(2)), None);
    assert_eq!(creates_offer(&bench.wait(1)), Some((1, sections, false)), "but not forever");
}

#[test]
fn an_offer_is_answered_and_the_answer_completes_it() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    let effects = bench.event(offer_created(1));
    let sent = bench.sent(&effects);
    assert_eq!(offers(&sent), [NegotiationId(1)]);
    assert!(
        matches!(sent[0], PeerMessage::State(PeerState { in_call: true, .. })),
        "the state comes first"
    );
    assert!(accepts_answer(&bench.answer(1)));
    assert!(!accepts_answer(&bench.answer(1)), "once is enough");

    let (mut bench, _) = Bench::in_call(CallIs::Polite);
    assert_eq!(accepts_offer(&bench.offer(1, None, 1)), Some(1));
    let effects = bench.answered(1, 1);
    let sent = bench.sent(&effects);
    assert!(
        matches!(
            &sent[..],
            [PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                negotiation: NegotiationId(1),
                ..
            }))]
        ),
        "{sent:?}"
    );
}

#[test]
fn a_stale_answer_or_result_is_dropped() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    assert!(bench.event(offer_created(9)).is_empty(), "the result of another operation");
    assert!(!accepts_answer(&bench.answer(1)), "an answer before the offer is out");
    bench.event(offer_created(1));
    assert!(!accepts_answer(&bench.answer(2)), "the answer to another offer");
    assert!(accepts_answer(&bench.answer(1)));
    bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(7) });
    assert_eq!(creates_offer(&share_screen(&mut bench)), None, "it is not stable yet");
    let effects = bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(1) });
    assert!(creates_offer(&effects).is_some());
}

#[test]
fn the_impolite_peers_offer_wins_a_collision() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    assert_eq!(accepts_offer(&bench.offer(1, None, 1)), None, "while the browser makes ours");
    bench.event(offer_created(1));
    assert_eq!(accepts_offer(&bench.offer(1, None, 1)), None, "while ours is on its way");
    assert!(accepts_answer(&bench.answer(1)));
}

#[test]
fn the_polite_peers_offer_is_rolled_back_and_repeated_if_still_needed() {
    let mut bench = Bench::connected(CallIs::Polite);
    assert!(creates_offer(&share_screen(&mut bench)).is_some());
    bench.event(offer_created(2));
    assert_eq!(accepts_offer(&bench.offer(1, Some(1), 5)), Some(5));
    assert!(!accepts_answer(&bench.answer(2)), "ours is rolled back");
    let effects = bench.answered(1, 5);
    let sent = bench.sent(&effects);
    assert!(
        sent.iter().any(|message| matches!(
            message,
            PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                voids: Some(NegotiationId(2)),
                ..
            }))
        )),
        "the answer says that ours is void: {sent:?}"
    );
    let (negotiation, sections, _) = creates_offer(&effects).expect("the screen is still wanted");
    assert_eq!(negotiation, 3);
    assert!(sections.contains(&Source::Screen));
}

#[test]
fn a_colliding_offer_keeps_ours_from_being_sent() {
    let mut bench = Bench::connected(CallIs::Polite);
    share_screen(&mut bench);
    assert_eq!(accepts_offer(&bench.offer(1, Some(1), 5)), None, "one operation at a time");
    let effects = bench.event(offer_created(2));
    assert_eq!(accepts_offer(&effects), Some(5));
    let sent = bench.sent(&effects);
    assert_eq!(offers(&sent), []);
}

#[test]
fn an_unanswered_offer_is_resent_with_backoff() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.event(offer_created(1));
    let mut times = Vec::new();
    for second in 1..=14 {
        let effects = bench.wait(1);
        let sent = bench.sent(&effects);
        if !offers(&sent).is_empty() {
            times.push(second);
        }
    }
    assert_eq!(times, [3, 9]);
}

#[test]
fn a_repeated_offer_gets_the_same_answer() {
    let (mut bench, _) = Bench::in_call(CallIs::Polite);
    bench.offer(1, None, 4);
    let first = bench.answered(1, 4);
    let again = bench.offer(1, None, 4);
    assert_eq!(accepts_offer(&again), None);
    let (first, again) = (bench.sent(&first), bench.sent(&again));
    assert_eq!(first, again);
    assert_eq!(accepts_offer(&bench.offer(1, Some(1), 3)), None, "an older one is void");
}

#[test]
fn a_voided_offer_is_dropped_even_if_it_arrives_later() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.event(offer_created(2));
    bench.receive(&PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
        connection: ConnectionId(1),
        negotiation: NegotiationId(2),
        voids: Some(NegotiationId(6)),
        sdp: "a=ice-ufrag:bob\n".to_owned(),
    })));
    assert_eq!(accepts_offer(&bench.offer(1, Some(1), 6)), None);
    let effects = bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(2) });
    assert_eq!(accepts_offer(&effects), None);
    assert_eq!(accepts_offer(&bench.offer(1, Some(1), 7)), Some(7));
}

#[test]
fn a_peer_with_a_new_connection_is_answered_by_a_new_one() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.offer(2, None, 8);
    assert!(
        effects
            .contains(&Effect::CloseConnection { peer: bench.peer, connection: ConnectionId(1) })
    );
    assert_eq!(accepts_offer(&effects), Some(8));
    let effects = bench.answered(2, 8);
    assert!(!effects.is_empty());
    assert!(bench.offer(1, Some(1), 9).is_empty(), "from and to connections that are gone");
    assert!(bench.offer(1, None, 9).is_empty(), "from a connection before the present one");
}

#[test]
fn candidates_wait_for_the_description_that_they_belong_to() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    let adds = |effects: &[Effect]| {
        operations(effects).iter().filter(|o| matches!(o, Operation::AddCandidate(_))).count()
    };
    assert_eq!(adds(&bench.candidate(1, "bob")), 0);
    bench.event(offer_created(1));
    bench.answer(1);
    assert_eq!(adds(&bench.candidate(1, "bob")), 0, "the description is not in force yet");
    let effects = bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(1) });
    assert_eq!(adds(&effects), 2);
    assert_eq!(adds(&bench.candidate(1, "bob")), 1);
    assert_eq!(adds(&bench.candidate(1, "later")), 0, "the next generation waits");
    assert_eq!(adds(&bench.candidate(2, "bob")), 0, "so does the next connection");
}

/// Lets some candidates be gathered within two seconds. Returns the numbers of the candidates in
/// each message of the page.
fn trickle(bench: &mut Bench, count: u64) -> Vec<Vec<u64>> {
    let mut effects = Vec::new();
    for n in 0..count {
        effects.extend(bench.event(ConnectionEvent::CandidateFound(Candidate {
            candidate: format!("candidate:{n} 1 udp 1 192.0.2.1 9 typ host"),
            ..candidate("ada")
        })));
        effects.extend(bench.wait_millis(2000 / count));
    }
    effects.extend(bench.wait(1));
    let number = |candidate: &Candidate| {
        let text =
            candidate.candidate.strip_prefix("candidate:").and_then(|text| text.split(' ').next());
        text.and_then(|text| text.parse().ok()).expect("a number")
    };
    let messages = bench.sent(&effects).into_iter().filter_map(|message| match message {
        PeerMessage::Negotiation(NegotiationMessage::Candidate { candidate, .. }) => {
            Some(vec![number(&candidate)])
        }
        PeerMessage::Negotiation(NegotiationMessage::Candidates { candidates, .. }) => {
            Some(candidates.iter().map(number).collect())
        }
        _ => None,
    });
    messages.collect()
}

#[test]
fn many_candidates_are_batched_without_loss() {
    for count in [1, 2, 10, 65, 500] {
        let (mut bench, _) = Bench::in_call(CallIs::Impolite);
        bench.event(offer_created(1));
        let messages = trickle(&mut bench, count);
        assert_eq!(messages[0], [0], "the first one is sent at once");
        assert_eq!(messages.concat(), (0..count).collect::<Vec<_>>());
        // A room of eight has seven links, and there are other messages, too.
        assert!(messages.len() * 7 < MAX_MESSAGE_BURST as usize / 2, "{count}: {}", messages.len());
    }
}

#[test]
fn a_candidate_after_a_pause_is_sent_at_once() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.event(offer_created(1));
    trickle(&mut bench, 65);
    bench.wait(2);
    let effects = bench.event(ConnectionEvent::CandidateFound(candidate("ada")));
    assert!(matches!(
        bench.sent(&effects)[..],
        [PeerMessage::Negotiation(NegotiationMessage::Candidate { .. })]
    ));
}

#[test]
fn single_and_batched_candidates_are_accepted() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.event(offer_created(1));
    bench.answer(1);
    bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(1) });
    let effects = bench.receive(&PeerMessage::Negotiation(NegotiationMessage::Candidates {
        connection: ConnectionId(1),
        candidates: vec![candidate("bob"), candidate("later"), candidate("bob")],
    }));
    let added = operations(&effects);
    assert_eq!(added.iter().filter(|o| matches!(o, Operation::AddCandidate(_))).count(), 2);
}

#[test]
fn a_returning_peer_is_sent_messages_it_may_have_missed() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.event(offer_created(1));
    bench.event(ConnectionEvent::CandidateFound(candidate("ada")));
    let peer = bench.peer;
    let effects = bench.server(tincan_call::protocol::ServerMessage::PeerJoined { peer });
    let sent = bench.sent(&effects);
    assert_eq!(offers(&sent), [NegotiationId(1)]);
    assert!(sent.iter().any(|message| matches!(
        message,
        PeerMessage::Negotiation(NegotiationMessage::Candidate { .. })
    )));
    assert!(sent.iter().any(|message| matches!(message, PeerMessage::State(PeerState { .. }))));
}

#[test]
fn a_screen_adds_a_section_and_a_device_needs_no_negotiation() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(Command::SetCamera(false));
    assert_eq!(creates_offer(&effects), None);
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Connection {
            operation: Operation::SendTrack { source: Source::Camera, track: None },
            ..
        }
    )));
    let (_, sections, _) = creates_offer(&share_screen(&mut bench)).expect("a new section");
    assert_eq!(sections, [Source::Microphone, Source::Camera, Source::Screen]);
}

#[test]
fn the_first_offer_of_a_connection_has_the_sections_of_the_devices_alone() {
    let mut bench = Bench::connected(CallIs::Impolite);
    share_screen(&mut bench);
    // A new connection, while the screen is shared.
    bench.event(ConnectionEvent::ClosedByPeer);
    let effects = bench.wait(2);
    let opened = effects.iter().find_map(|effect| match effect {
        Effect::OpenConnection { connection, .. } => Some(*connection),
        _ => None,
    });
    let (negotiation, sections, _) = creates_offer(&effects).expect("the first offer");
    assert_eq!(sections, [Source::Microphone, Source::Camera]);
    let on_connection =
        |bench: &mut Bench, event| bench.event_of(opened.expect("a new connection").0, event);
    on_connection(&mut bench, offer_created(negotiation));
    let effects = bench.answer(negotiation);
    assert!(accepts_answer(&effects));
    let accepted = ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(negotiation) };
    let effects = on_connection(&mut bench, accepted);
    let (_, sections, _) = creates_offer(&effects).expect("the screen follows");
    assert_eq!(sections, [Source::Microphone, Source::Camera, Source::Screen]);
}

#[test]
fn a_lost_path_restarts_ice_after_two_seconds_and_a_failed_one_at_once() {
    let mut bench = Bench::connected(CallIs::Polite);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    assert_eq!(creates_offer(&bench.wait(1)), None);
    assert_eq!(bench.view().peers[0].link, LinkState::Reconnecting(RecoveryStage::Wait));
    let (_, _, ice_restart) = creates_offer(&bench.wait(1)).expect("an offer");
    assert!(ice_restart);

    let mut bench = Bench::connected(CallIs::Polite);
    let effects = bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    assert!(creates_offer(&effects).is_some_and(|(_, _, ice_restart)| ice_restart));
}

#[test]
fn candidates_of_a_restart_are_resent_even_while_media_flows() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.offer_with(1, Some(1), 1, "bob's second");
    bench.answered(1, 1);
    bench.server(ServerMessage::PeerLeft { peer: bench.peer });
    let found = candidate("alice's second");
    assert_eq!(bench.event(ConnectionEvent::CandidateFound(found.clone())), []);
    let effects = bench.server(ServerMessage::PeerJoined { peer: bench.peer });
    let expected = PeerMessage::Negotiation(NegotiationMessage::Candidate {
        connection: ConnectionId(1),
        candidate: found,
    });
    assert!(bench.sent(&effects).contains(&expected));
}

#[test]
fn a_restart_requested_during_a_negotiation_follows_it() {
    let mut bench = Bench::connected(CallIs::Impolite);
    share_screen(&mut bench);
    bench.event(offer_created(2));
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.answer(2);
    let effects = bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(2) });
    let (_, _, ice_restart) = creates_offer(&effects).expect("an offer");
    assert!(ice_restart);
}

#[test]
fn a_rejected_description_leads_to_a_new_connection() {
    let (mut bench, _) = Bench::in_call(CallIs::Polite);
    bench.offer(1, None, 1);
    let failed = ConnectionEvent::NegotiationFailed { negotiation: NegotiationId(1) };
    let effects = bench.event(failed.clone());
    assert!(
        effects
            .contains(&Effect::CloseConnection { peer: bench.peer, connection: ConnectionId(1) })
    );
    assert!(creates_offer(&effects).is_some(), "this side starts over");
    assert!(bench.event(failed).is_empty(), "what is gone fails no more");
}

#[test]
fn sections_of_the_peer_are_negotiated_with_its_offer() {
    let (mut bench, _) = Bench::in_call(CallIs::Polite);
    let sources = both_devices();
    bench.receive(&PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
        connection: ConnectionId(1),
        to: None,
        negotiation: NegotiationId(1),
        sdp: "a=ice-ufrag:bob\n".to_owned(),
        sources,
    })));
    let effects = bench.answered(1, 1);
    assert_eq!(creates_offer(&effects), None, "nothing is left to agree on");
}

#[test]
fn the_peers_streams_are_shown() {
    let mut bench = Bench::connected(CallIs::Impolite);
    for (source, stream) in [
        (Source::Microphone, 70),
        (Source::Camera, 70),
        (Source::Screen, 71),
        (Source::ScreenAudio, 71),
    ] {
        let stream = StreamId(stream);
        bench.event(ConnectionEvent::TrackReceived { source, stream });
    }
    let peer = &bench.view().peers[0];
    assert_eq!(peer.person, Some(StreamId(70)));
    let shares = |bench: &Bench| bench.view().peers[0].screen;
    assert_eq!(shares(&bench), None, "they have not said that they share");
    bench.peer_shares();
    assert_eq!(shares(&bench), Some(StreamId(71)));
}

/// Returns the accepted offers.
fn accepts(effects: &[Effect]) -> Vec<u64> {
    operations(effects)
        .into_iter()
        .filter_map(|operation| match operation {
            Operation::AcceptOffer { negotiation, .. } => Some(negotiation.0),
            _ => None,
        })
        .collect()
}

#[test]
fn the_newest_offer_during_an_operation_counts() {
    for order in [[10, 11, 12], [12, 11, 10], [11, 12, 10]] {
        let mut bench = Bench::connected(CallIs::Polite);
        share_screen(&mut bench);
        for negotiation in order {
            assert!(accepts(&bench.offer(1, Some(1), negotiation)).is_empty());
        }
        assert_eq!(accepts(&bench.event(offer_created(2))), [12], "{order:?}");
    }
}

#[test]
fn a_restart_that_yielded_is_repeated_unless_the_peer_restarted() {
    for (fragment, again) in [("bob", true), ("bob, later", false)] {
        let mut bench = Bench::connected(CallIs::Polite);
        bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
        bench.event(offer_created(2));
        bench.event(ConnectionEvent::CandidateFound(candidate("ada")));
        // The two offers collide, and this one yields.
        bench.offer_with(1, Some(1), 10, fragment);
        let effects = bench.answered(1, 10);
        let restarts = creates_offer(&effects).is_some_and(|(_, _, restart)| restart);
        assert_eq!(restarts, again, "{fragment}");
        if again {
            continue;
        }
        // Candidates from before the peer's restart are obsolete.
        let effects = bench.server(ServerMessage::PeerJoined { peer: bench.peer });
        let sent = bench.sent(&effects);
        assert!(!sent.iter().any(|message| matches!(
            message,
            PeerMessage::Negotiation(NegotiationMessage::Candidate { .. })
        )));
    }
}

/// Fragments of two descriptions of one ICE generation, the second of which has one more section.
/// Browsers repeat the fragment in each section.
const SAME_GENERATION: [&str; 2] =
    ["bob\na=ice-ufrag:bob", "bob\na=ice-ufrag:bob\na=ice-ufrag:bob"];

#[test]
fn an_added_section_leaves_a_wanted_restart() {
    let [two, three] = SAME_GENERATION;
    let mut bench = Bench::connected(CallIs::Polite);
    bench.offer_with(1, Some(1), 10, two);
    bench.answered(1, 10);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.event(offer_created(2));
    // The restart yields to an offer with another section, and is repeated.
    bench.offer_with(1, Some(1), 11, three);
    let effects = bench.answered(1, 11);
    assert!(creates_offer(&effects).is_some_and(|(_, _, restart)| restart), "{effects:?}");
}

#[test]
fn an_added_section_loses_no_candidates() {
    let [two, three] = SAME_GENERATION;
    let (mut bench, _) = Bench::in_call(CallIs::Polite);
    bench.offer_with(1, None, 1, two);
    bench.answered(1, 1);
    // The first one is sent at once, and the second one is gathered.
    for fragment in ["first", "second"] {
        bench.event(ConnectionEvent::CandidateFound(candidate(fragment)));
    }
    bench.offer_with(1, Some(1), 2, three);
    bench.answered(1, 2);
    let effects = bench.wait(1);
    assert!(
        matches!(
            &bench.sent(&effects)[..],
            [PeerMessage::Negotiation(NegotiationMessage::Candidate { candidate: sent, .. })]
                if *sent == candidate("second")
        ),
        "{effects:?}"
    );
}

#[test]
fn an_answer_is_repeated_only_by_its_own_connection() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.offer(1, Some(1), 10);
    bench.answered(1, 10);
    let answers = |bench: &mut Bench| {
        let effects = bench.offer(1, Some(1), 10);
        bench.sent(&effects).iter().any(|message| {
            matches!(message, PeerMessage::Negotiation(NegotiationMessage::Answer(Answer { .. })))
        })
    };
    assert!(answers(&mut bench), "it got lost");
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.event(offer_created(2));
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    assert!(!answers(&mut bench));
}

#[test]
fn offers_are_not_repeated_to_an_absent_peer() {
    let (mut bench, _) = Bench::in_call(CallIs::Impolite);
    bench.event(offer_created(1));
    bench.server(ServerMessage::PeerLeft { peer: bench.peer });
    let effects = bench.wait(10);
    assert_eq!(offers(&bench.sent(&effects)), []);
}
