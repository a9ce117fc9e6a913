//! Measurements, the distribution of the uplink, and the viewports and volumes of peers.

use std::time::Duration;

use crate::support::{Bench, CallIs, operations, track};
use tincan_call::protocol::{
    FeatureMessage, MachineId, Name, NegotiationMessage, Offer, PeerMessage, PeerState, Source,
    SourceStates,
};
use tincan_call::{
    Call, CaptureEvent, CaptureId, Command, ConnectionEvent, ConnectionState, Effect, Encoding,
    FeatureCommand, Flow, Hearing, Input, Operation, Preferences, Sample, Section, Settings,
};

/// Returns the encodings of the sources among some effects.
fn encodings(effects: &[Effect]) -> Vec<(Source, Encoding)> {
    operations(effects)
        .into_iter()
        .filter_map(|operation| match operation {
            Operation::SetEncoding { source, encoding } => Some((*source, *encoding)),
            _ => None,
        })
        .collect()
}

fn measures(effects: &[Effect]) -> usize {
    let measure = |effect: &&Effect| {
        matches!(effect, Effect::Connection { operation: Operation::Measure, .. })
    };
    effects.iter().filter(measure).count()
}

fn on_event(bench: &mut Bench, event: ConnectionEvent) -> Vec<Effect> {
    let (peer, connection) = (bench.peer, tincan_call::protocol::ConnectionId(1));
    bench.everything(Input::Connection { peer, connection, event })
}

fn measured(bench: &mut Bench, sample: Sample) -> Vec<Effect> {
    on_event(bench, ConnectionEvent::Measured(sample))
}

fn receive(bench: &mut Bench, message: &PeerMessage) -> Vec<Effect> {
    let payload = bench.sealed(message);
    let from = bench.peer;
    let message = tincan_call::protocol::ServerMessage::Signal { from, payload };
    bench.everything(Input::Socket(tincan_call::SocketEvent::Received(message)))
}

#[test]
fn links_are_measured_every_two_seconds_while_there_are_any() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut count = 0;
    for _ in 0..10 {
        bench.now += Duration::from_secs(1);
        count += measures(&bench.everything(Input::Timeout));
    }
    assert_eq!(count, 5);
    bench.receive(&PeerMessage::HangUp { revision: 9 });
    bench.now += Duration::from_secs(9);
    assert_eq!(measures(&bench.everything(Input::Timeout)), 0);
}

#[test]
fn video_is_sent_as_large_as_it_is_shown() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = receive(
        &mut bench,
        &PeerMessage::Feature(FeatureMessage::Viewport { revision: 1, camera: 180, screen: 0 }),
    );
    let small = Encoding {
        active: true,
        max_bitrate: 120,
        scale_down: Some(400),
        max_frame_rate: Some(15),
    };
    assert_eq!(encodings(&effects), [(Source::Camera, small)]);
    let effects = receive(
        &mut bench,
        &PeerMessage::Feature(FeatureMessage::Viewport { revision: 2, camera: 0, screen: 0 }),
    );
    assert!(!encodings(&effects)[0].1.active, "nobody sees it");
}

#[test]
fn the_first_frames_of_each_connection_are_small() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let shows = |revision, camera| {
        PeerMessage::Feature(FeatureMessage::Viewport { revision, camera, screen: 0 })
    };
    let camera = |effects: &[Effect]| {
        let camera = encodings(effects).into_iter().find(|(source, _)| *source == Source::Camera);
        camera.map(|(_, encoding)| (encoding.max_bitrate, encoding.scale_down))
    };
    // 180 of 720 lines, at the rate of the size to come.
    let effects = receive(&mut bench, &shows(1, 360));
    assert_eq!(camera(&effects), Some((450, Some(400))));
    bench.now += Duration::from_millis(499);
    assert_eq!(camera(&bench.everything(Input::Timeout)), None);
    bench.now += Duration::from_millis(1);
    assert_eq!(bench.call.deadline(), Some(bench.now));
    assert_eq!(camera(&bench.everything(Input::Timeout)), Some((450, Some(200))));
    assert!(bench.call.deadline() > Some(bench.now), "they end once");

    // What is interrupted goes on as large as it was.
    bench.event(ConnectionEvent::StateChanged(ConnectionState::Disconnected));
    let connected = ConnectionEvent::StateChanged(ConnectionState::Connected);
    assert_eq!(camera(&on_event(&mut bench, connected)), None);
    // Another connection begins slowly, too.
    bench.event(ConnectionEvent::ClosedByPeer);
    let rebuilt = std::iter::from_fn(|| {
        bench.now = bench.call.deadline()?;
        Some(bench.everything(Input::Timeout))
    });
    let rebuilt = rebuilt.take(20).find(|effects| {
        effects.iter().any(|effect| matches!(effect, Effect::OpenConnection { .. }))
    });
    assert_eq!(camera(&rebuilt.unwrap()), Some((450, Some(400))));
}

#[test]
fn a_viewport_change_is_sent_once_and_to_returning_peers() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let shown = |peer, height| {
        Command::Feature(FeatureCommand::SetShown { peer, source: Source::Camera, height })
    };
    let peer = bench.peer;
    let effects = bench.command(shown(peer, 300));
    let message = |revision| {
        PeerMessage::Feature(FeatureMessage::Viewport { revision, camera: 360, screen: 0 })
    };
    assert_eq!(bench.sent(&effects), [message(1)]);
    assert_eq!(bench.command(shown(peer, 320)), []);
    bench.socket(tincan_call::SocketEvent::Closed);
    bench.wait(1);
    let effects = bench.join_room(vec![peer]);
    assert!(bench.sent(&effects).contains(&message(2)));
}

#[test]
fn a_source_that_the_peer_cannot_decode_takes_no_share() {
    let agreed = |camera, screen, screen_audio| {
        let flows = [
            (Source::Microphone, Flow::Open),
            (Source::Camera, camera),
            (Source::Screen, screen),
            (Source::ScreenAudio, screen_audio),
        ];
        let section = |(source, sending)| Section { source, sending, receiving: Flow::Open };
        ConnectionEvent::SectionsAgreed(flows.map(section).to_vec())
    };
    let active = |effects: &[Effect], source| {
        let encodings = encodings(effects);
        encodings
            .iter()
            .find(|(encodings, _)| *encodings == source)
            .map(|(_, encoding)| encoding.active)
    };
    for flow in [Flow::NoCodec, Flow::Closed] {
        let mut bench = Bench::connected(CallIs::Impolite);
        bench.command(Command::SetScreen(true));
        bench.input(Input::Capture(CaptureEvent::Captured {
            capture: CaptureId(2),
            tracks: vec![track(Source::Screen, 8), track(Source::ScreenAudio, 9)],
        }));
        on_event(&mut bench, agreed(Flow::Open, Flow::Open, Flow::Open));
        let effects = on_event(&mut bench, agreed(flow, Flow::Open, flow));
        assert_eq!(active(&effects, Source::Camera), Some(false), "{flow:?}");
        assert_eq!(active(&effects, Source::ScreenAudio), Some(false), "{flow:?}");
        assert_eq!(active(&effects, Source::Screen), None, "{flow:?}");
        let effects = on_event(&mut bench, agreed(Flow::Open, flow, Flow::Open));
        assert_eq!(active(&effects, Source::Screen), Some(false), "{flow:?}");
        assert_eq!(active(&effects, Source::Camera), Some(true), "{flow:?}");
        assert_eq!(active(&effects, Source::ScreenAudio), Some(true), "{flow:?}");
    }
}

#[test]
fn congestion_lowers_video_and_keeps_audio() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.first_frames_end();
    measured(&mut bench, Sample::default());
    bench.now += Duration::from_secs(2);
    let jam = Sample { available: Some(90), ..Sample::default() };
    assert_eq!(encodings(&measured(&mut bench, jam)), [], "a browser feels its way up at first");
    bench.now += Duration::from_secs(4);
    let effects = measured(&mut bench, Sample { available: Some(80), ..jam });
    let probe = encodings(&effects);
    let camera = probe.iter().find(|(source, _)| *source == Source::Camera);
    assert!(camera.is_some_and(|(_, sent)| sent.active && sent.max_bitrate == 60), "{probe:?}");
    bench.now += Duration::from_secs(8);
    let effects = measured(&mut bench, Sample { available: Some(80), ..jam });
    let encodings = encodings(&effects);
    assert!(
        encodings.iter().any(|(source, encoding)| *source == Source::Camera && !encoding.active)
    );
    assert!(encodings.iter().all(|(source, _)| *source != Source::Microphone), "{encodings:?}");
    let effects = (0..40).flat_map(|_| {
        bench.now += Duration::from_secs(2);
        measured(&mut bench, Sample { available: Some(4000), ..Sample::default() })
    });
    let effects: Vec<_> = effects.collect();
    let last = self::encodings(&effects).pop().unwrap();
    assert_eq!((last.0, last.1.max_bitrate), (Source::Camera, 1400), "and it comes back");
}

#[test]
fn a_path_that_carries_nothing_counts_as_interrupted() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let camera = |effects: &[Effect]| {
        let camera = encodings(effects).into_iter().find(|(source, _)| *source == Source::Camera);
        camera.map(|(_, encoding)| (encoding.active, encoding.max_bitrate))
    };
    let thin = |arrived| Sample { available: Some(170), arrived, ..Sample::default() };
    measured(&mut bench, thin(Some(1000)));
    bench.now += Duration::from_secs(6);
    assert_eq!(camera(&measured(&mut bench, thin(Some(2000)))), Some((true, 120)));
    bench.now += Duration::from_secs(2);
    assert_eq!(camera(&measured(&mut bench, thin(Some(2000)))), Some((true, 1400)));
    bench.now += Duration::from_secs(5);
    assert_eq!(
        camera(&measured(&mut bench, thin(Some(3000)))),
        None,
        "the browser feels its way up"
    );
    bench.now += Duration::from_secs(1);
    assert_eq!(camera(&measured(&mut bench, thin(Some(4000)))), Some((true, 120)));
    // If the browser provides no statistics, nothing follows from that.
    bench.now += Duration::from_secs(2);
    assert_eq!(camera(&measured(&mut bench, thin(None))), None);
    bench.now += Duration::from_secs(2);
    assert_eq!(camera(&measured(&mut bench, thin(None))), None);
}

/// Returns the sources for which a key frame is requested.
fn key_frames(effects: &[Effect]) -> Vec<Source> {
    operations(effects)
        .into_iter()
        .filter_map(|operation| match operation {
            Operation::SendKeyFrame(source) => Some(*source),
            _ => None,
        })
        .collect()
}

#[test]
fn a_key_frame_follows_an_outage_at_once() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let arrived = |arrived| Sample { arrived: Some(arrived), ..Sample::default() };
    let measured_after = |bench: &mut Bench, millis, sample| {
        bench.now += Duration::from_millis(millis);
        bench.everything(Input::Timeout);
        key_frames(&measured(bench, sample))
    };
    assert_eq!(measured_after(&mut bench, 2000, arrived(7)), []);
    assert_eq!(measured_after(&mut bench, 2000, arrived(8)), []);
    assert_eq!(measured_after(&mut bench, 2000, arrived(8)), []);
    assert_eq!(measured_after(&mut bench, 500, arrived(8)), []);
    let videos = [Source::Camera, Source::Screen];
    assert_eq!(measured_after(&mut bench, 500, arrived(9)), videos);
    // The path may have changed since then, and frames may have been lost on the old one.
    assert_eq!(measured_after(&mut bench, 500, arrived(10)), videos);
    assert_eq!(measured_after(&mut bench, 2000, arrived(11)), []);
}

#[test]
fn a_silent_link_is_measured_twice_a_second() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let silent = Sample { arrived: Some(7), ..Sample::default() };
    let mut counts = Vec::new();
    for sample in [silent, silent, Sample { arrived: Some(8), ..silent }] {
        measured(&mut bench, sample);
        let mut count = 0;
        for _ in 0..40 {
            bench.now += Duration::from_millis(100);
            count += measures(&bench.everything(Input::Timeout));
        }
        counts.push(count);
    }
    assert_eq!(counts, [2, 8, 2]);
}

#[test]
fn a_recovered_link_sends_key_frames() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let state = |bench: &mut Bench, state| {
        key_frames(&on_event(bench, ConnectionEvent::StateChanged(state)))
    };
    assert_eq!(state(&mut bench, ConnectionState::Connected), []);
    measured(&mut bench, Sample::default());
    assert_eq!(state(&mut bench, ConnectionState::Disconnected), []);
    let videos = [Source::Camera, Source::Screen];
    assert_eq!(state(&mut bench, ConnectionState::Connected), videos);
    let arrived = |arrived| Sample { arrived: Some(arrived), ..Sample::default() };
    bench.now += Duration::from_millis(500);
    assert_eq!(key_frames(&measured(&mut bench, arrived(1))), videos);
    bench.now += Duration::from_millis(500);
    assert_eq!(key_frames(&measured(&mut bench, arrived(2))), []);
}

#[test]
fn a_new_connection_gets_all_parameters_again() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let payload = PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
        connection: tincan_call::protocol::ConnectionId(2),
        to: None,
        negotiation: tincan_call::protocol::NegotiationId(9),
        sdp: String::new(),
        sources: crate::support::both_devices(),
    }));
    let effects = receive(&mut bench, &payload);
    let sources: Vec<_> = encodings(&effects).iter().map(|(source, _)| *source).collect();
    assert_eq!(sources, Source::ALL);
}

#[test]
fn volumes_are_applied_per_peer() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    let hearing = |bench: &Bench| (bench.view().peers[0].hearing, bench.view().peers[0].volume);
    assert_eq!(hearing(&bench), (Hearing::Heard, 100));
    bench.command(Command::Feature(FeatureCommand::SetVolume(peer, 30)));
    bench.command(Command::Feature(FeatureCommand::SetHeard(peer, false)));
    assert_eq!(hearing(&bench), (Hearing::Muted, 30));
    bench.command(Command::Feature(FeatureCommand::SetHeard(peer, true)));
    bench.command(Command::Feature(FeatureCommand::SetVolume(peer, 200)));
    assert_eq!(hearing(&bench), (Hearing::Heard, 100));
}

#[test]
fn a_page_on_the_same_machine_is_muted_until_requested() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let peer = bench.peer;
    measured(&mut bench, Sample { same_machine: true, ..Sample::default() });
    assert_eq!(bench.view().peers[0].hearing, Hearing::SameMachine);
    measured(&mut bench, Sample::default());
    assert_eq!(bench.view().peers[0].hearing, Hearing::SameMachine, "a machine does not move");
    bench.command(Command::Feature(FeatureCommand::SetHeard(peer, true)));
    assert_eq!(bench.view().peers[0].hearing, Hearing::Heard);
}

/// Returns the mark that a page with this token sends to others in the room.
fn mark(token: [u8; 16]) -> Option<MachineId> {
    let (mut bench, settings) = with_token(token);
    bench.call = Call::new(settings);
    bench.command(Command::Enter { microphone: false, camera: false });
    let effects = bench.join_room(vec![bench.peer]);
    bench.sent(&effects).into_iter().find_map(|message| match message {
        PeerMessage::State(PeerState { machine, .. }) => machine,
        _ => None,
    })
}

fn with_token(token: [u8; 16]) -> (Bench, Settings) {
    let settings = Settings { machine: Some(token), ..crate::support::settings() };
    (Bench::new(CallIs::Impolite), settings)
}

#[test]
fn two_pages_of_one_browser_recognise_each_other_before_any_audio() {
    let own = mark([1; 16]);
    assert!(own.is_some());
    assert_eq!(own, mark([1; 16]));
    assert_ne!(own, mark([2; 16]));
    assert_ne!(own, Some(MachineId::from_bytes([1; 16])), "the token itself is not told");
    for (machine, hearing) in [(own, Hearing::SameMachine), (mark([2; 16]), Hearing::Heard)] {
        let (mut bench, settings) = with_token([1; 16]);
        bench.call = Call::new(settings);
        bench.command(Command::Enter { microphone: false, camera: false });
        bench.join_room(vec![bench.peer]);
        bench.receive(&PeerMessage::State(PeerState {
            revision: 1,
            name: Name::new("Bob"),
            in_call: true,
            sources: SourceStates::default(),
            machine,
        }));
        assert_eq!(bench.view().peers[0].hearing, hearing);
    }
}

#[test]
fn the_captured_height_determines_the_scale_down() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let taller = Preferences { height: 1080, ..Preferences::default() };
    bench.command(Command::SetPreferences(taller));
    let mut tall = track(Source::Camera, 9);
    tall.height = 1080;
    let effects = bench.everything(Input::Capture(CaptureEvent::Captured {
        capture: CaptureId(2),
        tracks: vec![tall],
    }));
    assert_eq!(encodings(&effects)[0].1.max_bitrate, 2500);
}
