//! A peer whose page is killed, and a peer that closes its end while the server is away.

use std::time::Duration;

use crate::support::{Bench, CallIs, offer_created};
use tincan_call::protocol::{
    Answer, ConnectionId, Name, NegotiationId, NegotiationMessage, PeerMessage, PeerState,
    ServerMessage, SourceState, SourceStates,
};
use tincan_call::{
    ConnectionEvent, ConnectionState, Effect, Input, LinkState, Operation, RecoveryStage, Sample,
    SocketEvent,
};

/// What a browser counts.
#[derive(Debug, Clone, Copy)]
enum Counts {
    /// All that arrives.
    Everything,
    /// Media alone.
    Media,
}

fn sample(counts: Counts, bytes: u64) -> Sample {
    let arrived = match counts {
        Counts::Everything => Some(bytes),
        Counts::Media => None,
    };
    Sample { bytes_received: bytes, arrived, ..Sample::default() }
}

/// Lets two seconds pass with a measurement at each half, of `bytes` more each time.
fn pass(bench: &mut Bench, counts: Counts, from: u64, bytes: u64) {
    for count in 0..4 {
        bench.now += Duration::from_millis(500);
        bench.input(Input::Timeout);
        bench.event(ConnectionEvent::Measured(sample(counts, from + bytes * count)));
    }
}

fn leaves(bench: &mut Bench) {
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
}

fn link(bench: &Bench) -> LinkState {
    bench.view().peers[0].link
}

fn peer_sends(bench: &mut Bench, sources: SourceStates) {
    let (revision, name) = (50, Name::new("Bob"));
    bench.says(&PeerMessage::State(PeerState {
        revision,
        name,
        in_call: true,
        sources,
        machine: None,
    }));
}

fn opens(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. }))
}

fn closed_by_peer(bench: &mut Bench, connection: u64) -> Vec<Effect> {
    bench.event_of(connection, ConnectionEvent::ClosedByPeer)
}

const LOST: LinkState = LinkState::Reconnecting(RecoveryStage::Wait);

#[test]
fn a_peer_is_lost_once_it_is_gone_from_the_server_and_nothing_arrives() {
    for counts in [Counts::Everything, Counts::Media] {
        for (gone, bytes, expected) in [
            (true, 0, LOST),
            (true, 1, LinkState::Connected), // A server that restarts loses sight of everyone.
            (false, 0, LinkState::Connected), // A silent path may come back.
            (false, 1, LinkState::Connected),
        ] {
            let mut bench = Bench::connected(CallIs::Impolite);
            pass(&mut bench, counts, 1000, 100);
            if gone {
                leaves(&mut bench);
            }
            pass(&mut bench, counts, 1400, bytes);
            assert_eq!(link(&bench), expected, "{counts:?} {gone} {bytes}");
        }
    }
}

#[test]
fn silence_counts_only_of_a_peer_that_sends_without_a_pause() {
    let (on, muted) = (SourceState::On, SourceState::Muted);
    let none = SourceStates::default();
    for (sources, expected) in [
        (none, LinkState::Connected),
        (SourceStates { screen: on, ..none }, LinkState::Connected),
        (SourceStates { microphone: on, ..none }, LOST),
        (SourceStates { microphone: muted, ..none }, LOST),
        (SourceStates { camera: on, ..none }, LOST),
    ] {
        let mut bench = Bench::connected(CallIs::Impolite);
        peer_sends(&mut bench, sources);
        pass(&mut bench, Counts::Everything, 1000, 100);
        leaves(&mut bench);
        pass(&mut bench, Counts::Everything, 1400, 0);
        assert_eq!(link(&bench), expected, "{sources:?}");
    }
}

#[test]
fn a_peer_that_is_gone_is_measured_twice_a_second() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    let measures = |effects: &[Effect]| {
        let measure = |effect: &&Effect| {
            matches!(effect, Effect::Connection { operation: Operation::Measure, .. })
        };
        effects.iter().filter(measure).count()
    };
    let mut count = 0;
    for _ in 0..8 {
        bench.now += Duration::from_millis(250);
        count += measures(&bench.everything(Input::Timeout));
    }
    assert_eq!(count, 4);
}

#[test]
fn a_peer_that_was_taken_for_lost_too_soon_is_connected_again() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    pass(&mut bench, Counts::Everything, 1400, 0);
    assert_eq!(link(&bench), LOST);
    pass(&mut bench, Counts::Everything, 1400, 100);
    assert_eq!(link(&bench), LinkState::Connected);
    // And if it is lost after all it goes after its time.
    pass(&mut bench, Counts::Everything, 1800, 0);
    assert_eq!(link(&bench), LOST);
    for _ in 0..15 {
        bench.server(ServerMessage::Pong);
        bench.wait(1);
    }
    assert_eq!(bench.view().peers, []);
}

#[test]
fn what_the_browser_says_later_of_a_lost_peer_changes_nothing() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    pass(&mut bench, Counts::Everything, 1400, 0);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    assert_eq!(link(&bench), LOST);
    // From then on it is the browser that says when it is back.
    bench.event(ConnectionEvent::Measured(sample(Counts::Everything, 1500)));
    assert_eq!(link(&bench), LOST);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Connected));
    assert_eq!(link(&bench), LinkState::Connected);
}

#[test]
fn a_peer_that_was_lost_and_is_met_again_is_mended_at_once() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    pass(&mut bench, Counts::Everything, 1400, 0);
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    let restarts = |effect: &Effect| {
        let Effect::Connection { operation, .. } = effect else { return false };
        matches!(operation, Operation::CreateOffer { ice_restart: true, .. })
    };
    assert!(effects.iter().any(restarts));
}

#[test]
fn a_peer_that_closes_its_end_while_no_word_can_come_is_gone_at_once() {
    let server_goes = |bench: &mut Bench| bench.socket(SocketEvent::Closed);
    let peer_goes = |bench: &mut Bench| {
        let peer = bench.peer;
        bench.server(ServerMessage::PeerLeft { peer })
    };
    for away in [server_goes, peer_goes] {
        let mut bench = Bench::connected(CallIs::Impolite);
        away(&mut bench);
        assert_eq!(link(&bench), LinkState::Connected, "that alone is no end");
        let effects = closed_by_peer(&mut bench, 1);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::CloseConnection { .. })));
        assert_eq!(bench.view().peers, []);
        // The same in the other order.
        let mut bench = Bench::connected(CallIs::Impolite);
        closed_by_peer(&mut bench, 1);
        away(&mut bench);
        assert_eq!(bench.view().peers, []);
    }
}

#[test]
fn a_peer_that_only_made_a_new_connection_while_the_server_was_away_is_met_again() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    assert_eq!(bench.view().peers, []);
    bench.wait(1);
    let effects = bench.join_room(vec![peer]);
    assert!(opens(&effects), "they were in the call");
    assert_eq!(bench.view().peers.len(), 1);
    // One that has left is not in the room.
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    bench.wait(1);
    bench.join_room(vec![]);
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_hang_up_that_comes_a_moment_later_is_shown_as_nothing_else() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = closed_by_peer(&mut bench, 1);
    assert!(!opens(&effects));
    bench.wait_millis(1999);
    assert_eq!(link(&bench), LinkState::Connected, "not a word of trouble");
    let peer = bench.peer;
    bench.says(&PeerMessage::HangUp { revision: 9 });
    bench.server(ServerMessage::PeerLeft { peer });
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_peers_new_connection_is_not_taken_for_its_end() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    bench.wait_millis(500);
    let effects = bench.offer(2, None, 7);
    assert!(opens(&effects));
    assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild));
    // What the old connection closed with is no matter of the new one.
    bench.socket(SocketEvent::Closed);
    assert_eq!(bench.view().peers.len(), 1);
}

#[test]
fn a_peer_that_says_nothing_after_it_closed_its_end_gets_a_new_connection() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    let effects = bench.wait(2);
    assert!(opens(&effects), "ICE cannot bring it back");
    assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild));
    // The server was frozen, as shows now: the peer may have said that it leaves.
    let effects = bench.wait(1);
    assert!(effects.contains(&Effect::CloseSocket));
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_peer_that_answers_is_there_whatever_it_closed_before() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    bench.wait(2);
    bench.event_of(2, offer_created(2));
    bench.says(&PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
        connection: ConnectionId(5),
        negotiation: NegotiationId(2),
        voids: None,
        sdp: "a=ice-ufrag:bob\n".to_owned(),
    })));
    bench.socket(SocketEvent::Closed);
    assert_eq!(bench.view().peers.len(), 1);
}

#[test]
fn a_connection_that_was_replaced_closes_nothing() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    assert_eq!(bench.view().peers.len(), 1);
}

/// Lets so many seconds pass in silence, measured twice a second.
fn silence(bench: &mut Bench, seconds: u64) {
    for _ in 0..2 * seconds {
        bench.now += Duration::from_millis(500);
        bench.input(Input::Timeout);
        bench.event(ConnectionEvent::Measured(sample(Counts::Everything, 1400)));
    }
}

#[test]
fn a_peer_whose_page_was_killed_is_removed_after_three_seconds() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    silence(&mut bench, 0);
    leaves(&mut bench);
    silence(&mut bench, 2);
    assert_eq!(link(&bench), LOST);
    silence(&mut bench, 2);
    assert_eq!(bench.view().peers, [], "their new page stands alone");

    // Of a peer that sends nothing, the browser notices it.
    let mut bench = Bench::connected(CallIs::Impolite);
    peer_sends(&mut bench, SourceStates::default());
    leaves(&mut bench);
    silence(&mut bench, 7);
    assert_eq!(link(&bench), LinkState::Connected);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    silence(&mut bench, 1);
    assert_eq!(bench.view().peers.len(), 1);
    silence(&mut bench, 1);
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_peer_that_the_server_only_forgot_is_kept_for_longer() {
    // The server restarts, and the peer comes back to it later than this page.
    for named in [true, false] {
        let mut bench = Bench::connected(CallIs::Impolite);
        pass(&mut bench, Counts::Everything, 1000, 100);
        if named {
            leaves(&mut bench);
        }
        bench.socket(SocketEvent::Closed);
        bench.wait(1);
        bench.join_room(vec![]);
        silence(&mut bench, 15);
        assert_eq!(bench.view().peers.len(), 1, "{named}");
        silence(&mut bench, 3);
        assert_eq!(bench.view().peers, [], "{named}");
    }
}

#[test]
fn a_peer_that_was_removed_too_soon_is_connected_with_anew() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    silence(&mut bench, 4);
    assert_eq!(bench.view().peers, []);
    let effects = bench.server(ServerMessage::PeerJoined { peer });
    assert!(opens(&effects));
    assert_eq!(bench.view().peers.len(), 1);
}
