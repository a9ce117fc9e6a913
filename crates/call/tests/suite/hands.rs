//! Raised hands: their order, and their persistence.

use std::rc::Rc;

use tincan_call::features::RaisedHand;
use tincan_call::protocol::{
    FeatureMessage, PeerMessage, PeerSecret, RingId, RingMessage, ServerMessage,
};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Effect, Envelopes, FeatureCommand, Phase,
    SocketEvent,
};

use crate::support::{Bench, CallIs, enter, room};

const RAISE: Command = Command::Feature(FeatureCommand::SetHand(true));
const LOWER: Command = Command::Feature(FeatureCommand::SetHand(false));

fn hand(revision: u64, order: Option<u64>) -> PeerMessage {
    PeerMessage::Feature(FeatureMessage::Hand { revision, order })
}

/// Receives a hand of the other page, and waits until batched changes are shown.
fn peer_tells(bench: &mut Bench, revision: u64, order: Option<u64>) {
    bench.receive(&hand(revision, order));
    bench.wait(1);
}

/// Returns the positions of this page's hand and the peer's.
fn places(bench: &Bench) -> [Option<usize>; 2] {
    let view = bench.view();
    let peer = view.peers.first().and_then(|peer| peer.features.hand);
    [view.me.features.hand, peer].map(|hand| hand.map(|hand| hand.place))
}

/// Returns the hand messages to the other page among some effects.
fn told(bench: &mut Bench, effects: &[Effect]) -> Vec<PeerMessage> {
    let mut messages = bench.sent(effects);
    messages.retain(|message| matches!(message, PeerMessage::Feature(FeatureMessage::Hand { .. })));
    messages
}

#[test]
fn a_hand_is_up_until_its_owner_lowers_it() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(RAISE);
    assert_eq!(told(&mut bench, &effects), [hand(1, Some(1))]);
    for _ in 0..60 {
        bench.server(ServerMessage::Pong);
        bench.wait(1);
    }
    let alone = Some(RaisedHand { place: 1, count: 1, is_announced: false });
    assert_eq!(bench.view().me.features.hand, alone);
    assert_eq!(bench.command(RAISE), [], "it is up");
    let effects = bench.command(LOWER);
    assert_eq!(told(&mut bench, &effects), [hand(2, None)]);
    assert_eq!(bench.view().me.features.hand, None);
    assert_eq!(bench.command(LOWER), [], "it is down");
}

#[test]
fn a_hand_is_ordered_after_all_known_hands() {
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_tells(&mut bench, 1, Some(7));
    let effects = bench.command(RAISE);
    assert_eq!(told(&mut bench, &effects), [hand(1, Some(8))]);
    assert_eq!(places(&bench), [Some(2), Some(1)]);
    assert_eq!(bench.view().me.features.hand.map(|hand| hand.count), Some(2));
    peer_tells(&mut bench, 2, None);
    assert_eq!(places(&bench), [Some(1), None]);
    peer_tells(&mut bench, 3, Some(9));
    assert_eq!(places(&bench), [Some(1), Some(2)]);
}

#[test]
fn simultaneous_hands_are_ordered_by_peer_id() {
    // The polite page has the smaller id.
    for (call_is, expected) in
        [(CallIs::Polite, [Some(1), Some(2)]), (CallIs::Impolite, [Some(2), Some(1)])]
    {
        let mut bench = Bench::connected(call_is);
        bench.command(RAISE);
        peer_tells(&mut bench, 1, Some(1));
        assert_eq!(places(&bench), expected, "{call_is:?}");
    }
}

#[test]
fn the_largest_number_is_one_that_json_can_hold() {
    for largest in [(1 << 53) - 1, u64::MAX] {
        let mut bench = Bench::connected(CallIs::Impolite);
        peer_tells(&mut bench, 1, Some(largest));
        let effects = bench.command(RAISE);
        assert_eq!(told(&mut bench, &effects), [hand(1, Some((1 << 53) - 1))]);
    }
}

#[test]
fn a_number_above_the_largest_counts_as_the_largest() {
    // The polite page has the smaller id, and hands that share a number are ordered by it.
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_tells(&mut bench, 1, Some(u64::MAX));
    bench.command(RAISE);
    assert_eq!(places(&bench), [Some(2), Some(1)]);
}

#[test]
fn a_hand_that_goes_up_and_down_is_announced_now_and_then() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut announced = 0;
    for round in 0..20 {
        peer_tells(&mut bench, 2 * round + 1, Some(1));
        let hand = bench.view().peers[0].features.hand.unwrap();
        announced += usize::from(hand.is_announced);
        peer_tells(&mut bench, 2 * round + 2, None);
        assert_eq!(places(&bench), [None, None]);
    }
    assert_eq!(announced, 4, "once in ten of forty seconds");
}

#[test]
fn whoever_comes_and_goes_under_new_ids_lowers_no_hand() {
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_tells(&mut bench, 1, Some(1));
    let lin = bench.peer;
    for number in 100..200 {
        let from = PeerSecret::from_bytes([number; 16]).peer_id();
        let payload = Envelopes::new(&room(), from).seal_with([1; 16], bench.me, &hand(1, None));
        bench.server(ServerMessage::PeerJoined { peer: from });
        bench.server(ServerMessage::Signal { from, payload: payload.unwrap() });
        bench.server(ServerMessage::PeerLeft { peer: from });
    }
    bench.wait(1);
    let view = bench.view();
    let hand = view.peers.iter().find(|peer| peer.id == lin).and_then(|peer| peer.features.hand);
    assert_eq!(hand.map(|hand| hand.place), Some(1));
}

#[test]
fn an_old_message_neither_raises_nor_lowers_a_hand() {
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_tells(&mut bench, 2, None);
    peer_tells(&mut bench, 1, Some(1));
    assert_eq!(places(&bench), [None, None]);
    peer_tells(&mut bench, 4, Some(3));
    peer_tells(&mut bench, 3, None);
    assert_eq!(places(&bench), [None, Some(1)]);

    // The peer leaves for good, and an earlier message arrives late.
    let peer = bench.peer;
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    bench.server(ServerMessage::PeerLeft { peer });
    assert_eq!(bench.view().peers, []);
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peers_revision(9);
    bench.peer_stands(true);
    peer_tells(&mut bench, 5, None);
    peer_tells(&mut bench, 4, Some(3));
    assert_eq!(places(&bench), [None, None]);
}

#[test]
fn the_hand_is_sent_to_new_and_returning_peers() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let (me, peer) = (bench.me, bench.peer);
    bench.command(RAISE);
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    assert_eq!(told(&mut bench, &effects), [hand(1, Some(1))], "a new connection of the peer");

    // The server restarts.
    let mut effects = bench.socket(SocketEvent::Closed);
    effects.extend(bench.command(LOWER));
    effects.extend(bench.command(RAISE));
    effects.extend(bench.wait(2));
    assert_eq!(told(&mut bench, &effects), [], "it reaches nobody");
    bench.socket(SocketEvent::Opened);
    let joined = |peers| ServerMessage::Joined {
        v: tincan_call::protocol::VERSION,
        peer: me,
        peers,
        ice_servers: vec![],
        expires_in: None,
    };
    bench.server(joined(vec![]));
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    assert_eq!(told(&mut bench, &effects), [hand(3, Some(1))]);
    assert_eq!(places(&bench), [Some(1), None]);
}

#[test]
fn the_hand_of_a_peer_survives_a_restart_of_the_server_and_a_new_connection() {
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_tells(&mut bench, 1, Some(1));
    bench.socket(SocketEvent::Closed);
    bench.wait(1);
    assert_eq!(places(&bench), [None, Some(1)]);
    bench.join_room(vec![]);
    assert_eq!(places(&bench), [None, Some(1)], "the peer is still on its way to the server");
    let peer = bench.peer;
    bench.server(ServerMessage::PeerJoined { peer });
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.offer(2, None, 9);
    assert_eq!(places(&bench), [None, Some(1)]);
}

#[test]
fn the_hand_of_a_peer_that_leaves_is_removed() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.command(RAISE);
    peer_tells(&mut bench, 1, Some(2));
    assert_eq!(places(&bench), [Some(1), Some(2)]);
    bench.receive(&PeerMessage::HangUp { revision: 5 });
    assert_eq!(places(&bench), [Some(1), None]);
    assert_eq!(
        bench.view().me.features.hand,
        Some(RaisedHand { place: 1, count: 1, is_announced: false })
    );

    // It was away until it was removed, and comes back with its hand still raised.
    bench.server(ServerMessage::PeerLeft { peer });
    bench.server(ServerMessage::PeerJoined { peer });
    bench.peers_revision(5);
    bench.peer_stands(true);
    assert_eq!(places(&bench), [Some(1), None]);
    peer_tells(&mut bench, 1, Some(2));
    assert_eq!(places(&bench), [Some(1), Some(2)], "it tells its hand again");
}

#[test]
fn a_hand_that_overtakes_the_news_of_its_peers_return_is_shown() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    bench.receive(&hand(1, Some(1)));
    bench.event(ConnectionEvent::ClosedByPeer);
    bench.wait_millis(2500);
    assert_eq!(bench.view().peers, []);
    bench.server(ServerMessage::PeerJoined { peer });
    assert_eq!(places(&bench), [None, None], "a newer hand may be on its way");
    bench.wait(1);
    assert_eq!(places(&bench), [None, Some(1)]);
}

#[test]
fn leaving_the_call_lowers_the_hand() {
    for command in [Command::HangUp, Command::Leave, Command::Suspend] {
        let mut bench = Bench::connected(CallIs::Impolite);
        bench.command(RAISE);
        bench.command(command);
        assert_eq!(bench.view().me.features.hand, None);
        assert_eq!(bench.call.deadline(), None, "nothing goes on");
        bench.command(Command::Resume);
        bench.command(enter());
        let effects = bench.join_room(vec![bench.peer]);
        // Greater than the revision that the peer may remember.
        assert_eq!(told(&mut bench, &effects), [hand(2, None)]);
        bench.command(Command::Join);
        assert_eq!(places(&bench), [None, None]);
    }
}

#[test]
fn returning_to_the_lobby_lowers_the_hand() {
    let ring = RingId(1);
    let mut bench = Bench::accepting(ring);
    bench.command(RAISE);
    bench.wait(1);
    let effects = bench.receive(&PeerMessage::Ring(RingMessage::Cancel { ring }));
    assert_eq!(bench.view().phase, Phase::Lobby);
    assert_eq!(told(&mut bench, &effects), [hand(2, None)]);
    assert_eq!(bench.view().me.features.hand, None);
}

#[test]
fn only_those_in_the_call_have_a_hand() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    assert_eq!(bench.command(RAISE), []);
    assert_eq!(places(&bench), [None, None]);
    // The lobby shows the hands in the call.
    peer_tells(&mut bench, 1, Some(1));
    assert_eq!(places(&bench), [None, Some(1)]);
    bench.peer_stands(false);
    assert_eq!(places(&bench), [None, None]);
    bench.peer_stands(true);
    bench.command(Command::Join);
    let effects = bench.command(RAISE);
    assert_eq!(told(&mut bench, &effects), [hand(1, Some(2))]);
}

#[test]
fn the_last_of_many_changes_is_sent_after_a_delay() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut effects = Vec::new();
    for _ in 0..50 {
        effects.extend(bench.command(RAISE));
        effects.extend(bench.command(LOWER));
    }
    effects.extend(bench.command(RAISE));
    assert_eq!(told(&mut bench, &effects), [hand(1, Some(1))]);
    assert_eq!(places(&bench), [Some(1), None], "one's own hand is shown as it is");
    let effects = bench.wait(1);
    assert_eq!(told(&mut bench, &effects), [hand(101, Some(1))]);
}

#[test]
fn updates_of_a_flooding_peer_are_batched() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.receive(&hand(1, Some(1)));
    assert_eq!(places(&bench), [None, Some(1)], "at once");
    let view = bench.view();
    for revision in 2..100 {
        let effects = bench.receive(&hand(revision, (revision % 2 == 1).then_some(revision)));
        assert_eq!(effects, []);
        assert!(Rc::ptr_eq(&view, &bench.view()), "nothing is drawn again");
    }
    bench.receive(&hand(100, None));
    bench.wait(1);
    assert_eq!(places(&bench), [None, None], "the last one counts");
}
