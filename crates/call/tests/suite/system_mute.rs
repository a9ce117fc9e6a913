//! Tracks that the system mutes or resizes without ending them.

use tincan_call::protocol::{
    FeatureMessage, PeerMessage, PeerState, Source, SourceState, SourceStates,
};
use tincan_call::{
    CaptureError, CaptureEvent, CaptureTarget, Command, DeviceId, Effect, Input, Local, LocalTrack,
    Operation, Preferences, Quality, StreamId, TrackId,
};

use crate::support::capture::{captured, captures, devices, failed, gives};
use crate::support::{Bench, CallIs, track};

fn system_mutes(bench: &mut Bench, id: u32, muted: bool) -> Vec<Effect> {
    bench.input(Input::Capture(CaptureEvent::SystemMuted { track: TrackId(id), muted }))
}

/// Returns the states that are sent to the other page among some effects.
fn told(bench: &mut Bench, effects: &[Effect]) -> Vec<SourceStates> {
    let messages = bench.sent(effects);
    let states = messages.into_iter().filter_map(|message| match message {
        PeerMessage::State(PeerState { sources, .. }) => Some(sources),
        _ => None,
    });
    states.collect()
}

/// Returns a page that shares its screen with audio in a call: tracks 1 to 4, by source.
fn sharing() -> Bench {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.command(Command::SetScreen(true));
    captured(&mut bench, 2, &[(Source::Screen, 3), (Source::ScreenAudio, 4)]);
    bench
}

fn local(bench: &Bench, source: Source) -> Local {
    let me = &bench.view().me;
    match source {
        Source::Microphone => me.microphone,
        Source::Camera => me.camera,
        Source::Screen => me.screen,
        Source::ScreenAudio => me.screen_audio,
    }
}

fn state(states: SourceStates, source: Source) -> SourceState {
    match source {
        Source::Microphone => states.microphone,
        Source::Camera => states.camera,
        Source::Screen => states.screen,
        Source::ScreenAudio => states.screen_audio,
    }
}

#[test]
fn a_muted_track_is_shown_and_sent_until_it_unmutes() {
    for (id, source) in (1..).zip(Source::ALL) {
        let mut bench = sharing();
        let stream = StreamId(id);
        assert_eq!(system_mutes(&mut bench, id, true), [], "{source:?}: it may pass");
        let effects = bench.wait_millis(2900);
        assert_eq!(told(&mut bench, &effects), []);
        assert_eq!(local(&bench, source), Local::On(stream));

        let effects = bench.wait_millis(200);
        let told_muted = told(&mut bench, &effects);
        assert_eq!(told_muted.len(), 1);
        for other in Source::ALL {
            let expected = if other == source { SourceState::Muted } else { SourceState::On };
            assert_eq!(state(told_muted[0], other), expected, "{source:?} is silent: {other:?}");
        }
        assert_eq!(local(&bench, source), Local::Silenced(stream));
        let effects = bench.wait(5);
        assert_eq!(told(&mut bench, &effects), [], "once");

        let effects = system_mutes(&mut bench, id, false);
        let told_on = told(&mut bench, &effects);
        assert_eq!(told_on.len(), 1);
        assert_eq!(state(told_on[0], source), SourceState::On);
        assert_eq!(local(&bench, source), Local::On(stream));
    }
}

#[test]
fn brief_mutes_are_ignored() {
    let mut bench = sharing();
    let view = bench.view();
    let mut effects = Vec::new();
    for turn in 0..20 {
        effects.extend(system_mutes(&mut bench, 1 + turn % 4, true));
        effects.extend(bench.wait_millis(100));
        effects.extend(system_mutes(&mut bench, 1 + turn % 4, false));
        effects.extend(bench.wait_millis(if turn % 2 == 0 { 1 } else { 900 }));
    }
    assert_eq!(told(&mut bench, &effects), []);
    assert_eq!(view, bench.view());
}

#[test]
fn a_repeated_mute_does_not_extend_the_delay() {
    let mut bench = sharing();
    system_mutes(&mut bench, 1, true);
    bench.wait(2);
    system_mutes(&mut bench, 1, true);
    bench.wait(1);
    assert_eq!(devices(&bench).0, Local::Silenced(StreamId(1)));
}

#[test]
fn a_track_captured_muted_has_the_same_delay() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetScreen(true));
    let silent = LocalTrack { muted: true, ..track(Source::Screen, 3) };
    gives(&mut bench, 2, vec![silent]);
    assert_eq!(bench.view().me.screen, Local::On(StreamId(3)));
    bench.wait(3);
    assert_eq!(bench.view().me.screen, Local::Silenced(StreamId(3)));
}

#[test]
fn a_system_mute_is_not_shown_to_a_muted_person() {
    let mut bench = Bench::connected(CallIs::Impolite);
    system_mutes(&mut bench, 1, true);
    bench.wait(3);
    let effects = bench.command(Command::SetMicrophone(false));
    assert!(effects.contains(&Effect::EnableTrack { track: TrackId(1), enabled: false }));
    assert_eq!(told(&mut bench, &effects), [], "it is muted either way");
    assert_eq!(devices(&bench).0, Local::Muted(StreamId(1)));
    bench.command(Command::SetMicrophone(true));
    assert_eq!(devices(&bench).0, Local::Silenced(StreamId(1)), "and this is why nobody hears");
    bench.command(Command::SetMicrophone(false));
    system_mutes(&mut bench, 1, false);
    bench.command(Command::SetMicrophone(true));
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
}

#[test]
fn retrying_captures_a_muted_device_again() {
    for (id, command, target, source) in [
        (1, Command::SetMicrophone(true), CaptureTarget::Microphone, Source::Microphone),
        (2, Command::SetCamera(true), CaptureTarget::Camera, Source::Camera),
    ] {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        system_mutes(&mut bench, id, true);
        bench.wait(3);
        let effects = bench.command(command.clone());
        assert_eq!(captures(&effects), [(2, target, Quality::Preferred)]);
        assert_eq!(local(&bench, source), Local::Silenced(StreamId(id)), "until it has started");
        captured(&mut bench, 2, &[(source, 9)]);
        assert_eq!(local(&bench, source), Local::On(StreamId(9)));
        assert_eq!(captures(&bench.command(command)), [], "it is on");
    }
}

/// Returns a command that selects another microphone.
fn another() -> Command {
    let microphone = Some(DeviceId("usb".to_owned()));
    Command::SetPreferences(Preferences { microphone, ..Preferences::default() })
}

#[test]
fn switching_a_muted_device_restarts_the_delay() {
    for (muted, at_once, later) in [
        (false, Local::On(StreamId(9)), Local::On(StreamId(9))),
        (true, Local::Silenced(StreamId(9)), Local::Silenced(StreamId(9))),
    ] {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        system_mutes(&mut bench, 1, true);
        bench.wait(3);
        bench.command(another());
        gives(&mut bench, 2, vec![LocalTrack { muted, ..track(Source::Microphone, 9) }]);
        assert_eq!(devices(&bench).0, at_once, "captured muted: {muted}");
        system_mutes(&mut bench, 1, false);
        system_mutes(&mut bench, 1, true);
        bench.wait(9);
        assert_eq!(devices(&bench).0, later, "the old track says nothing of the new one");
        system_mutes(&mut bench, 9, false);
        assert_eq!(devices(&bench).0, Local::On(StreamId(9)));
    }
}

#[test]
fn a_muted_device_that_ends_is_replaced() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    system_mutes(&mut bench, 1, true);
    bench.wait(9);
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(1))));
    captured(&mut bench, 2, &[(Source::Microphone, 9)]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(9)));
}

#[test]
fn a_failed_switch_keeps_the_device_muted() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    system_mutes(&mut bench, 1, true);
    bench.wait(3);
    bench.command(another());
    failed(&mut bench, 2, tincan_call::CaptureError::NotFound);
    assert_eq!(devices(&bench).0, Local::Silenced(StreamId(1)));
}

#[test]
fn turning_off_a_muted_device_leaves_no_deadline() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: true });
    captured(&mut bench, 1, &[(Source::Camera, 2)]);
    let before = bench.call.deadline();
    system_mutes(&mut bench, 2, true);
    assert_ne!(bench.call.deadline(), before);
    bench.command(Command::SetCamera(false));
    assert_eq!(bench.call.deadline(), before);
    bench.wait(3);
    assert_eq!(bench.view().me.camera, Local::Off);
}

/// Returns the bitrate and the scale-down of a source after its size changed.
fn resized(bench: &mut Bench, id: u32, height: u32) -> Option<(u32, Option<u32>)> {
    let event = CaptureEvent::Resized { track: TrackId(id), height };
    let effects = bench.everything(Input::Capture(event));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Connection { operation: Operation::SetEncoding { encoding, .. }, .. } => {
            Some((encoding.max_bitrate, encoding.scale_down))
        }
        _ => None,
    })
}

#[test]
fn encodings_follow_the_captured_size() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.first_frames_end();
    bench.receive(&PeerMessage::Feature(FeatureMessage::Viewport {
        revision: 1,
        camera: 439,
        screen: 439,
    }));
    // From 720 lines to the 439 shown: a little more than two thirds.
    assert_eq!(resized(&mut bench, 2, 1280), Some((800, Some(237))));
    assert_eq!(resized(&mut bench, 2, 1280), None, "nothing has changed");
    assert_eq!(resized(&mut bench, 2, 720), Some((800, Some(133))));
    assert_eq!(resized(&mut bench, 2, 360), Some((450, Some(100))));
    assert_eq!(resized(&mut bench, 7, 1080), None, "a track that is no longer captured");
}

#[test]
fn a_shared_window_that_grows_gets_a_higher_bitrate() {
    let mut bench = Bench::connected(CallIs::Impolite);
    bench.first_frames_end();
    let motion = Preferences { share: tincan_call::ShareStyle::Motion, ..Preferences::default() };
    bench.command(Command::SetPreferences(motion));
    bench.command(Command::SetScreen(true));
    gives(&mut bench, 2, vec![LocalTrack { height: 300, ..track(Source::Screen, 3) }]);
    assert_eq!(resized(&mut bench, 3, 1080), Some((2500, Some(100))));
}

#[test]
fn sizes_are_measured_with_the_links() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let mut count = 0;
    for _ in 0..10 {
        bench.now += std::time::Duration::from_secs(1);
        let effects = bench.everything(Input::Timeout);
        count += effects.iter().filter(|effect| **effect == Effect::MeasureTracks).count();
    }
    assert_eq!(count, 5);
}

#[test]
fn a_failed_retry_of_both_devices_tries_each_of_them_alone() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    // The camera is lost, and the system mutes the microphone.
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(2))));
    failed(&mut bench, 2, CaptureError::NotFound);
    system_mutes(&mut bench, 1, true);
    bench.wait(5);
    assert_eq!(
        devices(&bench),
        (Local::Silenced(StreamId(1)), Local::Failed(CaptureError::NotFound))
    );
    let effects = bench.command(Command::RetryDevices);
    assert_eq!(captures(&effects), [(3, CaptureTarget::MicrophoneAndCamera, Quality::Preferred)]);
    let effects = failed(&mut bench, 3, CaptureError::NotReadable);
    assert_eq!(
        captures(&effects),
        [
            (4, CaptureTarget::Microphone, Quality::Preferred),
            (5, CaptureTarget::Camera, Quality::Preferred)
        ]
    );
    // The camera is busy, which is no reason for the microphone to fail.
    captured(&mut bench, 4, &[(Source::Microphone, 3)]);
    failed(&mut bench, 5, CaptureError::NotReadable);
    assert_eq!(devices(&bench), (Local::On(StreamId(3)), Local::Failed(CaptureError::NotReadable)));
}
