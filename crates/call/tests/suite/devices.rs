//! Microphone, camera and screen: requests to the browser, and the handling of their results.

use crate::support::capture::{captured, captures, devices, failed, gives};
use crate::support::{Bench, CallIs, enter, track};
use tincan_call::protocol::Source;
use tincan_call::{
    CaptureError, CaptureEvent, CaptureTarget, Command, DeviceId, DeviceInfo, DeviceKind, Effect,
    Facing, Input, Local, LocalTrack, Notice, Operation, Preferences, Quality, ShareStyle,
    StreamId, TrackId,
};

#[test]
fn both_devices_start_with_one_prompt() {
    let mut bench = Bench::new(CallIs::Polite);
    let effects = bench.command(enter());
    let both = CaptureTarget::MicrophoneAndCamera;
    assert_eq!(captures(&effects), [(1, both, Quality::Preferred)]);
    assert_eq!(devices(&bench), (Local::Starting, Local::Starting));
    captured(&mut bench, 1, &[(Source::Microphone, 1), (Source::Camera, 2)]);
    assert_eq!(devices(&bench), (Local::On(StreamId(1)), Local::On(StreamId(2))));
}

#[test]
fn each_error_of_both_devices_leads_to_its_fallback() {
    use CaptureTarget::{Camera, Microphone, MicrophoneAndCamera};
    use Quality::{Any, Preferred};
    let each = vec![(2, Microphone, Preferred), (3, Camera, Preferred)];
    for (error, next) in [
        (CaptureError::NotFound, each.clone()),
        (CaptureError::NotReadable, each.clone()),
        (CaptureError::Other, each),
        (CaptureError::NotAllowed, vec![(2, Microphone, Preferred)]),
        (CaptureError::OverConstrained, vec![(2, MicrophoneAndCamera, Any)]),
        (CaptureError::InsecureContext, vec![]),
        (CaptureError::NotSupported, vec![]),
    ] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(enter());
        let effects = failed(&mut bench, 1, error);
        assert_eq!(captures(&effects), next, "{error:?}");
    }
}

#[test]
fn one_missing_device_does_not_affect_the_other() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    failed(&mut bench, 1, CaptureError::NotFound);
    captured(&mut bench, 2, &[(Source::Microphone, 1)]);
    failed(&mut bench, 3, CaptureError::NotFound);
    assert_eq!(devices(&bench), (Local::On(StreamId(1)), Local::Failed(CaptureError::NotFound)));
}

#[test]
fn a_second_overconstrained_error_is_final() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: true });
    let effects = failed(&mut bench, 1, CaptureError::OverConstrained);
    assert_eq!(captures(&effects), [(2, CaptureTarget::Camera, Quality::Any)]);
    assert_eq!(captures(&failed(&mut bench, 2, CaptureError::OverConstrained)), []);
    assert_eq!(devices(&bench).1, Local::Failed(CaptureError::OverConstrained));
}

#[test]
fn tracks_that_are_no_longer_wanted_are_stopped_on_arrival() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    bench.command(Command::SetCamera(false));
    let effects = captured(&mut bench, 1, &[(Source::Microphone, 1), (Source::Camera, 2)]);
    assert!(effects.contains(&Effect::StopTrack(TrackId(2))));
    assert_eq!(devices(&bench), (Local::On(StreamId(1)), Local::Off));
    let effects = captured(&mut bench, 1, &[(Source::Microphone, 3)]);
    assert_eq!(effects, [Effect::StopTrack(TrackId(3))], "an answer that came twice");
}

#[test]
fn turning_off_mutes_the_microphone_and_releases_the_camera() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetMicrophone(false));
    let effects = bench.command(Command::SetCamera(false));
    assert!(effects.contains(&Effect::StopTrack(TrackId(2))));
    assert_eq!(devices(&bench), (Local::Muted(StreamId(1)), Local::Off));
    let effects = bench.command(Command::SetMicrophone(true));
    assert!(effects.contains(&Effect::EnableTrack { track: TrackId(1), enabled: true }));
    let effects = bench.command(Command::SetCamera(true));
    assert_eq!(captures(&effects), [(2, CaptureTarget::Camera, Quality::Preferred)]);
    assert_eq!(captures(&bench.command(Command::SetCamera(true))), [], "it is on its way");
}

#[test]
fn a_screen_share_starts_and_stops_with_its_audio() {
    for (tracks, stopped) in
        [(&[(Source::Screen, 3)][..], 1), (&[(Source::Screen, 3), (Source::ScreenAudio, 4)][..], 2)]
    {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        let effects = bench.command(Command::SetScreen(true));
        assert_eq!(captures(&effects), [(2, CaptureTarget::Screen, Quality::Preferred)]);
        captured(&mut bench, 2, tracks);
        assert_eq!(bench.view().me.screen, Local::On(StreamId(3)));
        let effects = bench.command(Command::SetScreen(false));
        let stops = effects.iter().filter(|effect| matches!(effect, Effect::StopTrack(_))).count();
        assert_eq!(stops, stopped);
        assert_eq!(bench.view().me.screen, Local::Off);
    }
}

#[test]
fn a_screen_share_stopped_by_the_browser_is_off_with_its_audio() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetScreen(true));
    captured(&mut bench, 2, &[(Source::Screen, 3), (Source::ScreenAudio, 4)]);
    let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(3))));
    assert!(effects.contains(&Effect::StopTrack(TrackId(4))));
    assert_eq!(bench.view().me.screen, Local::Off);
}

#[test]
fn closing_the_screen_picker_is_not_an_error() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetScreen(true));
    failed(&mut bench, 2, CaptureError::NotAllowed);
    assert_eq!(bench.view().me.screen, Local::Off);
    bench.command(Command::SetScreen(true));
    failed(&mut bench, 3, CaptureError::NotSupported);
    assert_eq!(bench.view().me.screen, Local::Failed(CaptureError::NotSupported));
    assert_eq!(bench.view().me.screen_audio, Local::Off, "one failure is reported once");
}

#[test]
fn an_unplugged_device_is_replaced_once() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let unplug = |bench: &mut Bench, track| {
        let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(track))));
        captures(&effects)
    };
    assert_eq!(unplug(&mut bench, 2), [(2, CaptureTarget::Camera, Quality::Any)]);
    captured(&mut bench, 2, &[(Source::Camera, 3)]);
    assert_eq!(
        unplug(&mut bench, 3),
        [],
        "the replacement had hardly started: it may fail again and again"
    );
    assert_eq!(devices(&bench).1, Local::Failed(CaptureError::NotReadable));
    assert_eq!(unplug(&mut bench, 1), [(3, CaptureTarget::Microphone, Quality::Any)]);
    captured(&mut bench, 3, &[(Source::Microphone, 4)]);
    bench.wait(5);
    assert_eq!(unplug(&mut bench, 4), [(4, CaptureTarget::Microphone, Quality::Any)]);
    assert_eq!(devices(&bench).0, Local::Starting);
}

fn microphone(id: &str) -> DeviceInfo {
    let (kind, label) = (DeviceKind::Microphone, ["The ", id].concat());
    DeviceInfo { kind, id: DeviceId(id.to_owned()), label }
}

fn speaker(id: &str) -> DeviceInfo {
    DeviceInfo { kind: DeviceKind::Speaker, ..microphone(id) }
}

fn likes(microphone: &str) -> Preferences {
    Preferences { microphone: Some(DeviceId(microphone.to_owned())), ..Preferences::default() }
}

/// Returns the device of a track.
fn device(id: u32) -> Option<DeviceId> {
    track(Source::Microphone, id).device
}

#[test]
fn switching_devices_keeps_the_old_one_until_the_new_one_starts() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let effects = bench.command(Command::SetPreferences(likes("usb")));
    assert_eq!(captures(&effects), [(2, CaptureTarget::Microphone, Quality::Preferred)]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)), "no gap");
    let effects = captured(&mut bench, 2, &[(Source::Microphone, 9)]);
    assert!(effects.contains(&Effect::StopTrack(TrackId(1))));
    assert_eq!(devices(&bench).0, Local::On(StreamId(9)));
    assert_eq!(bench.view().me.microphone_device, device(9));
    // The track is replaced in its section, without a negotiation.
    let operations: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Connection { operation, .. } => Some(operation),
            _ => None,
        })
        .collect();
    assert_eq!(
        operations,
        [&Operation::SendTrack { source: Source::Microphone, track: Some(TrackId(9)) }]
    );
}

#[test]
fn a_muted_microphone_stays_muted_after_a_switch_or_loss() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetMicrophone(false));
    bench.command(Command::SetPreferences(likes("usb")));
    let effects = captured(&mut bench, 2, &[(Source::Microphone, 9)]);
    assert!(effects.contains(&Effect::EnableTrack { track: TrackId(9), enabled: false }));
    assert_eq!(devices(&bench).0, Local::Muted(StreamId(9)));
    bench.wait(5);
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(9))));
    let effects = captured(&mut bench, 3, &[(Source::Microphone, 10)]);
    assert!(effects.contains(&Effect::EnableTrack { track: TrackId(10), enabled: false }));
    assert_eq!(devices(&bench).0, Local::Muted(StreamId(10)));
}

#[test]
fn a_failed_switch_keeps_the_old_device_and_reports_the_error() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetPreferences(likes("broken")));
    failed(&mut bench, 2, CaptureError::NotFound);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
    let notice = Notice::NotTaken(DeviceKind::Microphone, CaptureError::NotFound);
    assert_eq!(bench.view().notice, Some(notice));
    bench.command(Command::DismissNotice);
    assert_eq!(bench.view().notice, None);
}

/// Returns a page whose person switches to the back camera, which cannot be opened while the front
/// camera is in use: capture 3 asks for it alone.
fn switching_cameras() -> Bench {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let back = Preferences { facing: Facing::Environment, ..Preferences::default() };
    bench.command(Command::SetPreferences(back));
    let effects = failed(&mut bench, 2, CaptureError::NotReadable);
    assert!(effects.contains(&Effect::StopTrack(TrackId(2))));
    assert_eq!(captures(&effects), [(3, CaptureTarget::Camera, Quality::Preferred)]);
    bench
}

#[test]
fn the_old_camera_is_released_if_only_one_can_be_open() {
    let mut bench = switching_cameras();
    captured(&mut bench, 3, &[(Source::Camera, 9)]);
    assert_eq!(devices(&bench).1, Local::On(StreamId(9)));
    assert_eq!(bench.view().notice, None, "the person chose it");
}

#[test]
fn a_camera_unplugged_right_after_a_switch_is_replaced() {
    let mut bench = switching_cameras();
    captured(&mut bench, 3, &[(Source::Camera, 9)]);
    bench.wait(1);
    let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(9))));
    assert_eq!(captures(&effects), [(4, CaptureTarget::Camera, Quality::Any)]);
}

/// Returns the camera that a capture asks for by its id.
fn asked_camera(effects: &[Effect]) -> Option<DeviceId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Capture { preferences, .. } => preferences.camera.clone(),
        _ => None,
    })
}

#[test]
fn a_failed_camera_switch_restores_the_old_camera() {
    let mut bench = switching_cameras();
    let effects = failed(&mut bench, 3, CaptureError::NotReadable);
    assert_eq!(captures(&effects), [(4, CaptureTarget::Camera, Quality::Preferred)]);
    assert_eq!(asked_camera(&effects), device(2), "the one that gave way");
    let old = LocalTrack { device: device(2), ..track(Source::Camera, 9) };
    gives(&mut bench, 4, vec![old]);
    assert_eq!(devices(&bench).1, Local::On(StreamId(9)));
    let notice = Notice::NotTaken(DeviceKind::Camera, CaptureError::NotReadable);
    assert_eq!(bench.view().notice, Some(notice));
}

#[test]
fn an_old_camera_that_cannot_be_restored_is_reported_as_failed() {
    let mut bench = switching_cameras();
    failed(&mut bench, 3, CaptureError::NotReadable);
    let effects = failed(&mut bench, 4, CaptureError::NotReadable);
    assert_eq!(captures(&effects), []);
    assert_eq!(devices(&bench).1, Local::Failed(CaptureError::NotReadable));
    assert_eq!(bench.view().notice, None, "no camera is in use");
}

#[test]
fn a_device_ended_by_a_switch_does_not_count_as_unplugged() {
    // Safari on a phone ends the camera in use as soon as another one is requested.
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let back = Preferences { facing: Facing::Environment, ..Preferences::default() };
    bench.command(Command::SetPreferences(back));
    let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(2))));
    assert_eq!(captures(&effects), [], "its successor is on its way");
    assert_eq!(devices(&bench).1, Local::Starting);
    captured(&mut bench, 2, &[(Source::Camera, 9)]);
    assert_eq!(devices(&bench).1, Local::On(StreamId(9)));
    assert_eq!(bench.view().notice, None);
}

#[test]
fn only_changed_devices_are_captured_again() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let quiet = Preferences { noise_suppression: false, ..Preferences::default() };
    let effects = bench.command(Command::SetPreferences(quiet.clone()));
    assert_eq!(captures(&effects), [(2, CaptureTarget::Microphone, Quality::Preferred)]);
    assert_eq!(bench.command(Command::SetPreferences(quiet.clone())), []);
    let small = Preferences { height: 360, ..quiet };
    let effects = bench.command(Command::SetPreferences(small.clone()));
    assert_eq!(captures(&effects), [(3, CaptureTarget::Camera, Quality::Preferred)]);
    let speaker = Preferences { speaker: Some(DeviceId("headset".to_owned())), ..small };
    assert_eq!(captures(&bench.command(Command::SetPreferences(speaker))), []);
}

#[test]
fn a_source_that_is_off_stays_off_when_its_device_changes() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: false });
    assert_eq!(bench.command(Command::SetPreferences(likes("usb"))), []);
    let effects = bench.command(Command::SetMicrophone(true));
    let preferred = effects.iter().find_map(|effect| match effect {
        Effect::Capture { preferences, .. } => preferences.microphone.clone(),
        _ => None,
    });
    assert_eq!(preferred, Some(DeviceId("usb".to_owned())), "but it is the preferred one then");
}

#[test]
fn a_lost_device_falls_back_and_names_the_replacement() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.wait(5);
    let id = device(9).unwrap();
    let other = DeviceInfo { id: id.clone(), ..microphone("headset") };
    bench.input(Input::Devices(vec![microphone("usb"), other.clone()]));
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(1))));
    captured(&mut bench, 2, &[(Source::Microphone, 9)]);
    let notice = Notice::FellBack(DeviceKind::Microphone, other);
    assert_eq!(bench.view().notice, Some(notice));
}

#[test]
fn a_plugged_in_device_is_offered_with_its_companions() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![microphone("usb"), speaker("desk")]));
    assert_eq!(bench.view().notice, None, "they were there before the page might see them");
    let all = vec![microphone("usb"), speaker("desk"), microphone("head"), speaker("head")];
    bench.input(Input::Devices(all));
    assert_eq!(bench.view().notice, Some(Notice::Offered(microphone("head"))));
    let effects = bench.command(Command::UseOffered);
    assert_eq!(captures(&effects), [(2, CaptureTarget::Microphone, Quality::Preferred)]);
    let head = Some(DeviceId("head".to_owned()));
    let preferences = Preferences::clone(&bench.view().me.preferences);
    assert_eq!((preferences.microphone, preferences.speaker), (head.clone(), head));
    assert_eq!(bench.view().notice, None);
}

#[test]
fn the_offer_of_a_device_ends_when_it_is_unplugged() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![microphone("usb")]));
    bench.input(Input::Devices(vec![microphone("usb"), microphone("head")]));
    bench.input(Input::Devices(vec![microphone("usb")]));
    assert_eq!(bench.view().notice, None);
    assert_eq!(bench.command(Command::UseOffered), [], "there is nothing to use");
}

#[test]
fn the_first_device_of_its_kind_is_offered_if_it_was_missing() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: true, camera: false });
    failed(&mut bench, 1, CaptureError::NotFound);
    bench.input(Input::Devices(vec![]));
    bench.input(Input::Devices(vec![microphone("usb")]));
    assert_eq!(bench.view().notice, Some(Notice::Offered(microphone("usb"))));
    let effects = bench.command(Command::UseOffered);
    assert_eq!(captures(&effects), [(2, CaptureTarget::Microphone, Quality::Preferred)]);
}

#[test]
fn a_shared_screen_changes_its_style_at_once() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let motion = Preferences { share: ShareStyle::Motion, ..Preferences::default() };
    assert_eq!(bench.command(Command::SetPreferences(Preferences::default())), []);
    bench.command(Command::SetScreen(true));
    captured(&mut bench, 2, &[(Source::Screen, 3)]);
    let effects = bench.command(Command::SetPreferences(motion));
    assert_eq!(effects, [Effect::HintTrack { track: TrackId(3), style: ShareStyle::Motion }]);
}

#[test]
fn devices_listed_for_the_first_time_were_not_plugged_in() {
    // It knew of no speaker, so a new one is no news. It knew a microphone, and now there is
    // another one.
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![microphone("usb")]));
    bench.input(Input::Devices(vec![microphone("usb"), speaker("desk")]));
    assert_eq!(bench.view().notice, None);
}

#[test]
fn devices_in_use_are_not_offered() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    let used = DeviceInfo { id: device(1).unwrap(), ..microphone("of the lobby") };
    bench.input(Input::Devices(vec![microphone("usb")]));
    bench.input(Input::Devices(vec![microphone("usb"), used]));
    assert_eq!(bench.view().notice, None);
}

#[test]
fn other_notices_stay_when_devices_change() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![microphone("usb")]));
    bench.wait(5);
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(1))));
    captured(&mut bench, 2, &[(Source::Microphone, 9)]);
    let notice = bench.view().notice.clone();
    assert!(matches!(notice, Some(Notice::FellBack(DeviceKind::Microphone, _))));
    bench.input(Input::Devices(vec![]));
    assert_eq!(bench.view().notice, notice);
}

#[test]
fn audio_of_a_screen_is_accepted_only_with_its_video() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetCamera(false));
    bench.command(Command::SetScreen(true));
    let audio = track(Source::ScreenAudio, 5);
    // Of the earlier capture, whose result is no longer needed.
    let effects = gives(&mut bench, 1, vec![audio.clone()]);
    assert_eq!(effects, [Effect::StopTrack(TrackId(5))]);
    let effects = gives(&mut bench, 2, vec![track(Source::Camera, 7), track(Source::Screen, 6)]);
    assert_eq!(effects[0], Effect::StopTrack(TrackId(7)), "nobody asked for a camera");
    assert_eq!(devices(&bench).1, Local::Off);
}

#[test]
fn a_camera_never_restarts_muted() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.wait(5);
    bench.command(Command::SetMicrophone(false));
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(2))));
    let effects = captured(&mut bench, 2, &[(Source::Camera, 9)]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::EnableTrack { .. })));
    assert_eq!(devices(&bench).1, Local::On(StreamId(9)));
}

#[test]
fn an_overconstrained_switch_is_retried_once_with_other_settings() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.command(Command::SetPreferences(likes("usb")));
    let effects = failed(&mut bench, 2, CaptureError::OverConstrained);
    assert_eq!(captures(&effects), [(3, CaptureTarget::Microphone, Quality::Any)]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
    let effects = failed(&mut bench, 3, CaptureError::OverConstrained);
    assert_eq!(captures(&effects), []);
    let notice = Notice::NotTaken(DeviceKind::Microphone, CaptureError::OverConstrained);
    assert_eq!(bench.view().notice, Some(notice));
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
}

#[test]
fn a_device_turned_off_during_the_prompt_is_not_requested_again() {
    for error in [CaptureError::NotAllowed, CaptureError::NotFound, CaptureError::OverConstrained] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(enter());
        bench.command(Command::SetMicrophone(false));
        bench.command(Command::SetCamera(false));
        assert_eq!(captures(&failed(&mut bench, 1, error)), [], "{error:?}");
        assert_eq!(devices(&bench), (Local::Off, Local::Off));
    }
    // Only the camera is still wanted: a prompt for the microphone would be unexpected.
    for error in [CaptureError::NotAllowed, CaptureError::NotFound] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(enter());
        bench.command(Command::SetMicrophone(false));
        let effects = failed(&mut bench, 1, error);
        assert_eq!(captures(&effects), [(2, CaptureTarget::Camera, Quality::Preferred)]);
    }
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    bench.command(Command::SetMicrophone(false));
    let effects = failed(&mut bench, 1, CaptureError::OverConstrained);
    assert_eq!(captures(&effects), [(2, CaptureTarget::Camera, Quality::Any)]);
    assert_eq!(devices(&bench), (Local::Off, Local::Starting));
}

#[test]
fn a_replacement_that_fails_at_once_is_given_up() {
    for (source, id, seconds, target) in [
        (Source::Microphone, 1, 1, None),
        (Source::Camera, 2, 1, None),
        (Source::Microphone, 1, 60, Some(CaptureTarget::Microphone)),
        (Source::Camera, 2, 60, Some(CaptureTarget::Camera)),
    ] {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        bench.wait(5);
        bench.input(Input::Capture(CaptureEvent::Ended(TrackId(id))));
        captured(&mut bench, 2, &[(source, 9)]);
        bench.wait(seconds);
        let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(9))));
        let again: Vec<_> = target.into_iter().map(|target| (3, target, Quality::Any)).collect();
        assert_eq!(captures(&effects), again, "{source:?} after {seconds} s");
    }
}

#[test]
fn push_to_talk_starts_a_microphone_that_is_off() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: false });
    let effects = bench.command(Command::Talk(true));
    assert_eq!(captures(&effects), [(1, CaptureTarget::Microphone, Quality::Preferred)]);
    captured(&mut bench, 1, &[(Source::Microphone, 1)]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
    bench.command(Command::Talk(false));
    assert_eq!(devices(&bench).0, Local::Muted(StreamId(1)));
}

#[test]
fn a_microphone_that_starts_after_push_to_talk_is_muted() {
    for (held, microphone) in [
        (&[true, false][..], Local::Muted(StreamId(1))),
        (&[true, false, true], Local::On(StreamId(1))),
    ] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(Command::Enter { microphone: false, camera: false });
        for held in held {
            bench.command(Command::Talk(*held));
        }
        let effects = captured(&mut bench, 1, &[(Source::Microphone, 1)]);
        let silenced = Effect::EnableTrack { track: TrackId(1), enabled: false };
        assert_eq!(effects.contains(&silenced), held.ends_with(&[false]));
        assert_eq!(devices(&bench).0, microphone, "{held:?}");
    }
}

#[test]
fn the_button_overrides_push_to_talk() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: false });
    bench.command(Command::Talk(true));
    bench.command(Command::SetMicrophone(true));
    bench.command(Command::Talk(false));
    captured(&mut bench, 1, &[(Source::Microphone, 1)]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
}

#[test]
fn push_to_talk_reports_why_a_microphone_does_not_start() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::Enter { microphone: false, camera: false });
    for capture in [1, 2] {
        bench.command(Command::Talk(true));
        failed(&mut bench, capture, CaptureError::NotAllowed);
        bench.command(Command::Talk(false));
        assert_eq!(devices(&bench).0, Local::Failed(CaptureError::NotAllowed));
    }
}
