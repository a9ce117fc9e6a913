//! The displayed state of a peer's media, for every combination of facts.

use crate::support::{Bench, CallIs};
use tincan_call::protocol::{
    Name, PeerMessage, PeerState, ServerMessage, Source, SourceState, SourceStates,
};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, FeatureCommand, Flow, Held, PlaybackState, Remote,
    RemoteFacts, Section, StreamId, Unreached,
};

const ANNOUNCED: [SourceState; 3] = [SourceState::Off, SourceState::Muted, SourceState::On];
const RECEIVING: [Option<Flow>; 4] =
    [None, Some(Flow::Open), Some(Flow::NoCodec), Some(Flow::Closed)];
const PLAYBACK: [Option<PlaybackState>; 6] = [
    None,
    Some(PlaybackState::Starting),
    Some(PlaybackState::Playing),
    Some(PlaybackState::Waiting),
    Some(PlaybackState::Silenced),
    Some(PlaybackState::Stopped),
];

/// Returns every combination.
fn all_facts() -> impl Iterator<Item = RemoteFacts> {
    ANNOUNCED.into_iter().flat_map(|announced| {
        RECEIVING.into_iter().flat_map(move |receiving| {
            [false, true].into_iter().flat_map(move |is_received| {
                PLAYBACK.into_iter().map(move |playback| RemoteFacts {
                    announced,
                    receiving,
                    is_received,
                    playback,
                })
            })
        })
    })
}

#[test]
fn the_displayed_state_follows_from_all_facts() {
    assert_eq!(all_facts().count(), 144);
    for source in Source::ALL {
        let is_audio = matches!(source, Source::Microphone | Source::ScreenAudio);
        for facts in all_facts() {
            let RemoteFacts { announced, receiving, is_received, playback } = facts;
            // The first row that matches counts.
            let expected = match (announced, receiving, is_received, playback) {
                (SourceState::Off | SourceState::Muted, _, _, _) => Remote::Off,
                (_, Some(Flow::NoCodec), _, _) => Remote::NoCodec,
                (_, Some(Flow::Closed), _, _) => Remote::NotSent,
                (_, _, false, _) | (_, _, _, None) => Remote::Waiting,
                (_, _, _, Some(PlaybackState::Stopped)) => Remote::Held,
                (_, _, _, Some(PlaybackState::Silenced)) if is_audio => Remote::Held,
                (_, _, true, Some(_)) => Remote::Playing,
            };
            assert_eq!(facts.state(source), expected, "{source:?} {facts:?}");
        }
    }
}

/// Returns a call with a peer whose microphone and camera are on and have arrived.
fn talking() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    announce(&mut bench, 10, SourceState::On);
    for source in [Source::Microphone, Source::Camera] {
        bench.event(ConnectionEvent::TrackReceived { source, stream: StreamId(7) });
    }
    bench.event(agreed(Flow::Open, Flow::Open));
    report(&mut bench, Some(PlaybackState::Playing));
    bench
}

fn announce(bench: &mut Bench, revision: u64, state: SourceState) {
    let sources = SourceStates { microphone: state, camera: state, ..SourceStates::default() };
    let name = Name::new("Bob");
    bench.receive(&PeerMessage::State(PeerState {
        revision,
        name,
        in_call: true,
        sources,
        machine: None,
    }));
}

/// Returns the negotiated directions of the camera, with a microphone in both directions.
fn agreed(sending: Flow, receiving: Flow) -> ConnectionEvent {
    ConnectionEvent::SectionsAgreed(vec![
        Section { source: Source::Microphone, sending: Flow::Open, receiving: Flow::Open },
        Section { source: Source::Camera, sending, receiving },
    ])
}

fn report(bench: &mut Bench, playback: Option<PlaybackState>) {
    let (peer, source) = (bench.peer, Source::Camera);
    bench.command(Command::Feature(FeatureCommand::ReportPlayback { peer, source, playback }));
}

fn shown(bench: &Bench) -> (Remote, Remote) {
    let remote = bench.view().peers[0].remote;
    (remote.microphone, remote.camera)
}

#[test]
fn a_camera_without_a_common_codec_is_reported_until_it_has_one() {
    let mut bench = talking();
    assert_eq!(shown(&bench), (Remote::Playing, Remote::Playing));
    assert_eq!(bench.view().me.unreached, Unreached::default());
    bench.event(agreed(Flow::NoCodec, Flow::NoCodec));
    assert_eq!(shown(&bench), (Remote::Playing, Remote::NoCodec));
    let unseen = Unreached { camera: true, ..Unreached::default() };
    assert_eq!(bench.view().me.unreached, unseen);
    // One direction is enough to be visible.
    bench.event(agreed(Flow::Open, Flow::Closed));
    assert_eq!(shown(&bench), (Remote::Playing, Remote::NotSent));
    assert_eq!(bench.view().me.unreached, Unreached::default());
    bench.event(agreed(Flow::Closed, Flow::Open));
    assert_eq!(shown(&bench), (Remote::Playing, Remote::Playing));
    assert_eq!(bench.view().me.unreached, unseen);
    bench.event(agreed(Flow::Open, Flow::Open));
    assert_eq!(bench.view().me.unreached, Unreached::default());
}

#[test]
fn a_new_connection_resets_the_negotiated_codecs() {
    let mut bench = talking();
    bench.event(agreed(Flow::NoCodec, Flow::NoCodec));
    bench.offer(2, None, 1);
    assert_eq!(shown(&bench), (Remote::Waiting, Remote::Waiting));
    assert_eq!(bench.view().me.unreached, Unreached::default());
}

#[test]
fn held_back_audio_is_offered_only_while_its_peer_is_present() {
    for leave in [
        |bench: &mut Bench| {
            let peer = bench.peer;
            bench.server(ServerMessage::PeerLeft { peer });
            assert_eq!(bench.view().held(), Some(Held::Audio), "the media go on");
            bench.event(ConnectionEvent::StateChanged(ConnectionState::Failed));
            bench.wait(60);
        },
        |bench: &mut Bench| {
            bench.receive(&PeerMessage::HangUp { revision: 20 });
        },
        |bench: &mut Bench| {
            bench.command(Command::HangUp);
        },
        // A new connection, whose media has not arrived yet.
        |bench: &mut Bench| {
            bench.offer(2, None, 1);
        },
    ] {
        let mut bench = talking();
        assert_eq!(bench.view().held(), None);
        for (playback, held, microphone, camera) in [
            (PlaybackState::Silenced, Some(Held::Audio), Remote::Held, Remote::Playing),
            (PlaybackState::Stopped, Some(Held::Audio), Remote::Held, Remote::Held),
            (PlaybackState::Waiting, None, Remote::Playing, Remote::Playing),
            (PlaybackState::Silenced, Some(Held::Audio), Remote::Held, Remote::Playing),
        ] {
            report(&mut bench, Some(playback));
            assert_eq!(bench.view().held(), held);
            assert_eq!(shown(&bench), (microphone, camera));
        }
        // It is offered while the peer is muted, too: once they speak, it would be too late.
        announce(&mut bench, 11, SourceState::Muted);
        assert_eq!(bench.view().held(), Some(Held::Audio));
        leave(&mut bench);
        assert_eq!(bench.view().held(), None);
    }
}

#[test]
fn video_without_audio_is_not_offered_for_playback() {
    let mut bench = talking();
    report(&mut bench, Some(PlaybackState::Stopped));
    assert_eq!(bench.view().held(), Some(Held::Audio));
    announce(&mut bench, 11, SourceState::Off);
    assert_eq!(bench.view().held(), Some(Held::Video));
    let mut bench = talking();
    report(&mut bench, Some(PlaybackState::Stopped));
    let peer = bench.peer;
    bench.command(Command::Feature(FeatureCommand::SetHeard(peer, false)));
    assert_eq!(bench.view().held(), Some(Held::Video));
}

#[test]
fn reports_about_unknown_peers_are_ignored() {
    let mut bench = talking();
    let before = bench.view();
    let peer = bench.me;
    let playback = Some(PlaybackState::Stopped);
    bench.command(Command::Feature(FeatureCommand::ReportPlayback {
        peer,
        source: Source::Camera,
        playback,
    }));
    let peer = bench.peer;
    bench.command(Command::Feature(FeatureCommand::ReportPlayback {
        peer,
        source: Source::Screen,
        playback,
    }));
    assert!(std::rc::Rc::ptr_eq(&before, &bench.view()));
}
