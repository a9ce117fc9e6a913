//! A peer that returns after this page has removed it: its settings are still in force.

use crate::support::{Bench, CallIs, enter};
use tincan_call::protocol::{FeatureMessage, PeerMessage, ServerMessage, Source};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Effect, FeatureCommand, Hearing, Held,
    PlaybackState, StreamId,
};

/// Lets the peer sleep until it is removed.
fn forget(bench: &mut Bench, connection: u64) {
    let peer = bench.peer;
    bench.server(ServerMessage::PeerLeft { peer });
    let lost = ConnectionEvent::StateChanged(ConnectionState::Disconnected);
    bench.event_of(connection, lost);
    for _ in 0..15 {
        bench.server(ServerMessage::Pong);
        bench.wait(1);
    }
    assert_eq!(bench.view().peers, []);
}

/// Wakes the peer up, which sends its last state again.
fn come_back(bench: &mut Bench) -> Vec<Effect> {
    let peer = bench.peer;
    let mut effects = bench.server(ServerMessage::PeerJoined { peer });
    effects.extend(bench.peer_stands(true));
    effects
}

#[test]
fn mute_and_volume_of_a_peer_last_for_the_call() {
    for (heard, volume, expected) in [
        (Some(false), None, (Hearing::Muted, 100)),
        (None, Some(30), (Hearing::Heard, 30)),
        (Some(false), Some(0), (Hearing::Muted, 0)),
        (Some(true), Some(99), (Hearing::Heard, 99)),
    ] {
        let mut bench = Bench::connected(CallIs::Impolite);
        let peer = bench.peer;
        if let Some(heard) = heard {
            bench.command(Command::Feature(FeatureCommand::SetHeard(peer, heard)));
        }
        if let Some(volume) = volume {
            bench.command(Command::Feature(FeatureCommand::SetVolume(peer, volume)));
        }
        for connection in [1, 2] {
            forget(&mut bench, connection);
            come_back(&mut bench);
            let view = bench.view();
            assert_eq!((view.peers[0].hearing, view.peers[0].volume), expected);
        }
        // It hangs up and rejoins the same call.
        bench.receive(&PeerMessage::HangUp { revision: 9 });
        bench.server(ServerMessage::PeerLeft { peer });
        assert_eq!(bench.view().peers, []);
        bench.server(ServerMessage::PeerJoined { peer });
        assert_eq!((bench.view().peers[0].hearing, bench.view().peers[0].volume), expected);
        // In another call everything is at its default.
        bench.command(Command::HangUp);
        bench.command(enter());
        bench.join_room(vec![peer]);
        let fresh = (Hearing::Heard, 100);
        assert_eq!((bench.view().peers[0].hearing, bench.view().peers[0].volume), fresh);
    }
}

#[test]
fn a_returning_peer_gets_viewports_with_newer_revisions() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    let shown =
        |source, height| Command::Feature(FeatureCommand::SetShown { peer, source, height });
    for height in [90, 180] {
        bench.command(shown(Source::Camera, height));
        bench.wait(1);
    }
    let effects = bench.command(shown(Source::Screen, 720));
    let viewport = |revision, camera, screen| {
        PeerMessage::Feature(FeatureMessage::Viewport { revision, camera, screen })
    };
    assert_eq!(bench.sent(&effects), [viewport(3, 180, 720)]);
    forget(&mut bench, 1);
    // The page's layout is the same, so the page does not report it again.
    let effects = come_back(&mut bench);
    assert!(bench.sent(&effects).contains(&viewport(4, 180, 720)));
    bench.wait(1);
    let effects = bench.command(shown(Source::Camera, 0));
    assert_eq!(bench.sent(&effects), [viewport(5, 0, 720)]);
}

#[test]
fn a_returning_peer_does_not_wait_for_another_click() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    let source = Source::Camera;
    bench.event_of(1, ConnectionEvent::TrackReceived { source, stream: StreamId(1) });
    let playback = Some(PlaybackState::Stopped);
    bench.command(Command::Feature(FeatureCommand::ReportPlayback { peer, source, playback }));
    assert_eq!(bench.view().peers[0].held, Some(Held::Audio));
    forget(&mut bench, 1);
    come_back(&mut bench);
    bench.event_of(2, ConnectionEvent::TrackReceived { source, stream: StreamId(2) });
    assert_eq!(bench.view().peers[0].held, None, "the element that played it is gone");
}

#[test]
fn revisions_continue_after_a_hang_up() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    let shown = |height| {
        Command::Feature(FeatureCommand::SetShown { peer, source: Source::Camera, height })
    };
    bench.command(shown(90));
    bench.wait(1);
    bench.command(shown(180));
    bench.command(Command::HangUp);
    bench.command(enter());
    bench.join_room(vec![peer]);
    bench.peer_stands(true);
    bench.command(Command::Join);
    let effects = bench.command(shown(360));
    let message =
        PeerMessage::Feature(FeatureMessage::Viewport { revision: 3, camera: 360, screen: 0 });
    assert_eq!(bench.sent(&effects), [message]);
}
