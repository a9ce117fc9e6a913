//! A peer whose page is killed, and a peer that closes its end during an outage of the server.

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

/// The statistics of a browser.
#[derive(Debug, Clone, Copy)]
enum Counts {
    /// Everything that arrives.
    Everything,
    /// Media only.
    Media,
}

fn sample(counts: Counts, bytes: u64) -> Sample {
    let arrived = match counts {
        Counts::Everything => Some(bytes),
        Counts::Media => None,
    };
    Sample { bytes_received: bytes, arrived, ..Sample::default() }
}

/// Lets two seconds pass, with two measurements that each count `bytes` more.
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
    bench.receive(&PeerMessage::State(PeerState {
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
fn a_peer_is_lost_once_it_left_the_server_and_nothing_arrives() {
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
fn silence_counts_only_for_peers_that_send_continuously() {
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
fn a_peer_that_left_the_server_is_measured_twice_a_second() {
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
fn a_peer_wrongly_considered_lost_is_connected_again() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    pass(&mut bench, Counts::Everything, 1400, 0);
    assert_eq!(link(&bench), LOST);
    pass(&mut bench, Counts::Everything, 1400, 100);
    assert_eq!(link(&bench), LinkState::Connected);
    // If the peer is lost after all, it is removed after the usual time.
    pass(&mut bench, Counts::Everything, 1800, 0);
    assert_eq!(link(&bench), LOST);
    for _ in 0..15 {
        bench.server(ServerMessage::Pong);
        bench.wait(1);
    }
    assert_eq!(bench.view().peers, []);
}

#[test]
fn later_browser_states_do_not_change_a_lost_peer() {
    let mut bench = Bench::connected(CallIs::Impolite);
    pass(&mut bench, Counts::Everything, 1000, 100);
    leaves(&mut bench);
    pass(&mut bench, Counts::Everything, 1400, 0);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    assert_eq!(link(&bench), LOST);
    // From then on the browser's state tells when it is back.
    bench.event(ConnectionEvent::Measured(sample(Counts::Everything, 1500)));
    assert_eq!(link(&bench), LOST);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Connected));
    assert_eq!(link(&bench), LinkState::Connected);
}

#[test]
fn a_lost_peer_that_returns_is_recovered_at_once() {
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
fn a_peer_that_closes_its_end_during_an_outage_is_removed_at_once() {
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
fn a_peer_that_reconnected_during_an_outage_is_connected_again() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    assert_eq!(bench.view().peers, []);
    bench.wait(1);
    let effects = bench.join_room(vec![peer]);
    assert!(opens(&effects), "they were in the call");
    assert_eq!(bench.view().peers.len(), 1);
    // A peer that has left is not in the room.
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    bench.wait(1);
    bench.join_room(vec![]);
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_hang_up_shortly_after_a_close_shows_no_other_state() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = closed_by_peer(&mut bench, 1);
    assert!(!opens(&effects));
    bench.wait_millis(1999);
    assert_eq!(link(&bench), LinkState::Connected, "not a word of trouble");
    let peer = bench.peer;
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    bench.server(ServerMessage::PeerLeft { peer });
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_new_connection_of_a_peer_does_not_count_as_leaving() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    bench.wait_millis(500);
    let effects = bench.offer(2, None, 7);
    assert!(opens(&effects));
    assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild));
    // The close of the old connection does not concern the new one.
    bench.socket(SocketEvent::Closed);
    assert_eq!(bench.view().peers.len(), 1);
}

#[test]
fn a_silent_peer_that_closed_its_end_gets_a_new_connection() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    let effects = bench.wait(2);
    assert!(opens(&effects), "ICE cannot bring it back");
    assert_eq!(link(&bench), LinkState::Reconnecting(RecoveryStage::Rebuild));
    // The server was frozen, as is now known: the peer may have sent a hang-up.
    let effects = bench.wait(1);
    assert!(effects.contains(&Effect::CloseSocket));
    assert_eq!(bench.view().peers, []);
}

#[test]
fn a_peer_that_answers_is_present_despite_an_earlier_close() {
    let mut bench = Bench::connected(CallIs::Impolite);
    closed_by_peer(&mut bench, 1);
    bench.wait(2);
    bench.event_of(2, offer_created(2));
    bench.receive(&PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
        connection: ConnectionId(5),
        negotiation: NegotiationId(2),
        voids: None,
        sdp: "a=ice-ufrag:bob\n".to_owned(),
    })));
    bench.socket(SocketEvent::Closed);
    assert_eq!(bench.view().peers.len(), 1);
}

#[test]
fn the_close_of_a_replaced_connection_is_ignored() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
    bench.socket(SocketEvent::Closed);
    closed_by_peer(&mut bench, 1);
    assert_eq!(bench.view().peers.len(), 1);
}

/// Lets some seconds pass in which nothing arrives, measured twice a second.
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

    // If a peer sends nothing, only the browser notices its loss.
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
fn a_peer_missing_after_a_server_restart_is_kept_for_longer() {
    // The server restarts, and the peer reconnects to it later than this page.
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
fn a_peer_removed_too_early_is_connected_again() {
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
