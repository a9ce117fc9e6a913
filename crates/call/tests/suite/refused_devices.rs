//! Devices that the browser refuses together: the fallbacks for each, and the reported error.

use std::time::Duration;

use tincan_call::protocol::Source;
use tincan_call::{
    CaptureError, CaptureTarget, Command, DeviceId, DeviceInfo, DeviceKind, Input, Local, Notice,
    Permission, Permissions, Preferences, Quality, StreamId,
};

use crate::support::capture::{captured, captures, devices, failed};
use crate::support::{Bench, CallIs, enter};

const ON: Local = Local::On(StreamId(9));
const REFUSED: Local = Local::Failed(CaptureError::NotAllowed);

/// Returns a page that asks for both devices, and is refused both after this time.
fn refused(permissions: Permissions, after: Duration) -> (Bench, Vec<CaptureTarget>) {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    bench.now += after;
    bench.input(Input::Permissions(permissions));
    let effects = failed(&mut bench, 1, CaptureError::NotAllowed);
    let targets = captures(&effects).into_iter().map(|(_, target, _)| target).collect();
    (bench, targets)
}

const AT_ONCE: Duration = Duration::from_millis(50);
const BY_A_PERSON: Duration = Duration::from_secs(4);

/// Answers a capture: granted devices start, blocked ones are refused without a prompt, and if
/// there is a prompt, the person allows the device.
fn answer(bench: &mut Bench, capture: u32, target: CaptureTarget, permissions: Permissions) -> u32 {
    let (source, permission) = match target {
        CaptureTarget::Microphone => (Source::Microphone, permissions.microphone),
        CaptureTarget::Camera => (Source::Camera, permissions.camera),
        CaptureTarget::MicrophoneAndCamera | CaptureTarget::Screen => panic!("{target:?}"),
    };
    match permission {
        Permission::Denied => {
            failed(bench, capture, CaptureError::NotAllowed);
            0
        }
        Permission::Granted => {
            captured(bench, capture, &[(source, 9)]);
            0
        }
        Permission::Prompt | Permission::Unknown => {
            bench.now += BY_A_PERSON;
            captured(bench, capture, &[(source, 9)]);
            1
        }
    }
}

#[test]
fn allowed_devices_start_and_the_notice_names_blocked_ones() {
    use Permission::{Denied, Granted, Prompt};
    for (microphone, camera, expected) in [
        (Denied, Granted, (REFUSED, ON)),
        (Denied, Prompt, (REFUSED, ON)),
        (Denied, Denied, (REFUSED, REFUSED)),
        (Granted, Denied, (ON, REFUSED)),
        (Prompt, Denied, (ON, REFUSED)),
    ] {
        for after in [AT_ONCE, BY_A_PERSON] {
            let permissions = Permissions { microphone, camera };
            let (mut bench, targets) = refused(permissions, after);
            let mut prompts = 0;
            for (capture, target) in (2..).zip(targets) {
                prompts += answer(&mut bench, capture, target, permissions);
            }
            assert_eq!(devices(&bench), expected, "{permissions:?}");
            assert!(prompts <= 1, "{permissions:?}: {prompts} prompts");
        }
    }
}

#[test]
fn a_person_who_denies_is_prompted_at_most_once_more() {
    use Permission::{Granted, Prompt, Unknown};
    for (microphone, camera, targets) in [
        (Prompt, Prompt, vec![CaptureTarget::Microphone]),
        (Unknown, Unknown, vec![CaptureTarget::Microphone]),
        (Granted, Prompt, vec![CaptureTarget::Microphone]),
        (Prompt, Granted, vec![CaptureTarget::Camera]),
    ] {
        let permissions = Permissions { microphone, camera };
        let (mut bench, asked) = refused(permissions, BY_A_PERSON);
        assert_eq!(asked, targets, "{permissions:?}");
        bench.now += BY_A_PERSON;
        let effects = failed(&mut bench, 2, CaptureError::NotAllowed);
        assert_eq!(captures(&effects), [], "{permissions:?}");
    }
}

#[test]
fn a_blocked_microphone_leaves_the_camera_if_permissions_are_unknown() {
    let (mut bench, targets) = refused(Permissions::default(), AT_ONCE);
    assert_eq!(targets, [CaptureTarget::Microphone]);
    assert_eq!(devices(&bench), (Local::Starting, REFUSED));
    // Faster than any person could answer: there was no prompt.
    bench.now += AT_ONCE;
    let effects = failed(&mut bench, 2, CaptureError::NotAllowed);
    assert_eq!(captures(&effects), [(3, CaptureTarget::Camera, Quality::Preferred)]);
    captured(&mut bench, 3, &[(Source::Camera, 9)]);
    assert_eq!(devices(&bench), (REFUSED, ON));
}

#[test]
fn a_camera_turned_off_meanwhile_is_not_requested() {
    let (mut bench, _) = refused(Permissions::default(), AT_ONCE);
    bench.command(Command::SetCamera(false));
    let effects = failed(&mut bench, 2, CaptureError::NotAllowed);
    assert_eq!(captures(&effects), []);
    assert_eq!(devices(&bench), (REFUSED, Local::Off));
}

#[test]
fn a_device_blocked_by_the_system_does_not_affect_the_other() {
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(enter());
    let effects = failed(&mut bench, 1, CaptureError::BlockedBySystem);
    let quality = Quality::Preferred;
    assert_eq!(
        captures(&effects),
        [(2, CaptureTarget::Microphone, quality), (3, CaptureTarget::Camera, quality)]
    );
    failed(&mut bench, 2, CaptureError::BlockedBySystem);
    captured(&mut bench, 3, &[(Source::Camera, 9)]);
    assert_eq!(devices(&bench), (Local::Failed(CaptureError::BlockedBySystem), ON));
}

#[test]
fn screen_sharing_blocked_by_the_system_is_reported_each_time() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    for (capture, error) in [
        (2, CaptureError::BlockedBySystem),
        (3, CaptureError::NotReadable),
        (4, CaptureError::NotFound),
        (5, CaptureError::BlockedBySystem),
    ] {
        bench.command(Command::SetScreen(true));
        failed(&mut bench, capture, error);
        assert_eq!(bench.view().me.screen, Local::Failed(error));
    }
    bench.command(Command::SetScreen(true));
    failed(&mut bench, 6, CaptureError::NotAllowed);
    assert_eq!(bench.view().me.screen, Local::Off, "the picker was closed");
}

/// Returns a device whose id and label the page may not know yet.
fn hidden(kind: DeviceKind) -> DeviceInfo {
    DeviceInfo { kind, id: DeviceId(String::new()), label: String::new() }
}

#[test]
fn a_missing_device_is_not_reported_as_overconstrained() {
    let missing = Local::Failed(CaptureError::NotFound);
    let too_much = Local::Failed(CaptureError::OverConstrained);
    let (microphone, camera) = (hidden(DeviceKind::Microphone), hidden(DeviceKind::Camera));
    for (listed, expected) in [
        (Some(vec![]), (missing, missing)),
        (Some(vec![hidden(DeviceKind::Speaker)]), (missing, missing)),
        (Some(vec![microphone.clone()]), (too_much, missing)),
        (Some(vec![camera.clone()]), (missing, too_much)),
        (Some(vec![microphone, camera]), (too_much, too_much)),
        (None, (too_much, too_much)),
    ] {
        let mut bench = Bench::new(CallIs::Polite);
        bench.command(enter());
        if let Some(listed) = listed.clone() {
            bench.input(Input::Devices(listed));
        }
        // Together with the preferred settings, then with any settings, then each alone.
        for capture in 1..=4 {
            failed(&mut bench, capture, CaptureError::OverConstrained);
        }
        assert_eq!(devices(&bench), expected, "{listed:?}");
    }
}

#[test]
fn switching_to_a_missing_device_is_not_reported_as_overconstrained() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![]));
    let other = Preferences { camera: Some(DeviceId("gone".into())), ..Preferences::default() };
    bench.command(Command::SetPreferences(other));
    failed(&mut bench, 2, CaptureError::OverConstrained);
    failed(&mut bench, 3, CaptureError::OverConstrained);
    let notice = Notice::NotTaken(DeviceKind::Camera, CaptureError::NotFound);
    assert_eq!(bench.view().notice, Some(notice));
}

#[test]
fn unidentified_devices_are_not_offered_for_selection() {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    bench.input(Input::Devices(vec![hidden(DeviceKind::Microphone), hidden(DeviceKind::Camera)]));
    assert_eq!(bench.view().devices.len(), 0);
    assert_eq!(bench.view().notice, None);
}

#[test]
fn both_devices_are_retried_with_one_prompt() {
    let both = CaptureTarget::MicrophoneAndCamera;
    let mut bench = Bench::new(CallIs::Polite);
    bench.command(Command::RetryDevices);
    assert_eq!(bench.view().me.microphone, Local::Off, "not outside of the room");

    let denied = Permissions { microphone: Permission::Denied, camera: Permission::Denied };
    let (mut bench, _) = refused(denied, BY_A_PERSON);
    assert_eq!(devices(&bench), (REFUSED, REFUSED));
    let effects = bench.command(Command::RetryDevices);
    let [(capture, target, Quality::Preferred)] = captures(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((target, devices(&bench)), (both, (Local::Starting, Local::Starting)));
    assert!(captures(&bench.command(Command::RetryDevices)).is_empty(), "it is under way");
    captured(&mut bench, capture, &[(Source::Microphone, 1), (Source::Camera, 2)]);
    assert_eq!(devices(&bench), (Local::On(StreamId(1)), Local::On(StreamId(2))));

    // A device that works is left alone.
    bench.command(Command::SetMicrophone(false));
    bench.command(Command::SetCamera(false));
    let effects = bench.command(Command::RetryDevices);
    let targets: Vec<_> = captures(&effects).into_iter().map(|(_, target, _)| target).collect();
    assert_eq!(targets, [CaptureTarget::Camera]);
    assert_eq!(devices(&bench).0, Local::On(StreamId(1)));
}
