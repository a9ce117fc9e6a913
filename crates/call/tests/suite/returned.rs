//! Devices that were unplugged and are back: a replaced device is used again if the person chooses
//! it.

use crate::support::capture::{captured, captures, failed};
use crate::support::{Bench, CallIs};
use tincan_call::protocol::Source;
use tincan_call::{
    CaptureError, CaptureEvent, CaptureTarget, Command, DeviceId, DeviceInfo, DeviceKind, Effect,
    Input, Local, Notice, Preferences, Quality, ShareStyle, StreamId, TrackId,
};

/// A kind of captured device.
struct Case {
    kind: DeviceKind,
    source: Source,
    target: CaptureTarget,
}

const CASES: [Case; 2] = [
    Case {
        kind: DeviceKind::Microphone,
        source: Source::Microphone,
        target: CaptureTarget::Microphone,
    },
    Case { kind: DeviceKind::Camera, source: Source::Camera, target: CaptureTarget::Camera },
];

impl Case {
    /// Returns the device of the track with this number.
    fn device(&self, track: u32) -> DeviceInfo {
        let id = format!("device {track}");
        DeviceInfo { kind: self.kind, label: format!("The {id}"), id: DeviceId(id) }
    }

    fn preferred(&self) -> Preferences {
        let mut preferences = Preferences::default();
        preferences.set_device(self.kind, Some(self.device(3).id));
        preferences
    }

    fn local(&self, bench: &Bench) -> Local {
        let view = bench.view();
        match self.source {
            Source::Microphone => view.me.microphone,
            _ => view.me.camera,
        }
    }

    /// Returns a page that uses the preferred device, while another one is available.
    fn in_use(&self) -> Bench {
        let mut bench = Bench::in_lobby(CallIs::Polite);
        bench.input(Input::Devices(vec![self.device(3), self.device(9)]));
        bench.command(Command::SetPreferences(self.preferred()));
        captured(&mut bench, 2, &[(self.source, 3)]);
        bench.wait(10);
        bench
    }

    /// Returns such a page after the device was unplugged, and before it is replaced.
    fn unplugged(&self) -> Bench {
        let mut bench = self.in_use();
        let effects = bench.input(Input::Capture(CaptureEvent::Ended(TrackId(3))));
        assert_eq!(captures(&effects), [(3, self.target, Quality::Any)]);
        bench.input(Input::Devices(vec![self.device(9)]));
        bench
    }

    fn plug_in(&self, bench: &mut Bench) {
        bench.input(Input::Devices(vec![self.device(9), self.device(3)]));
        assert_eq!(bench.view().notice, Some(Notice::Offered(self.device(3))));
    }

    /// Expects a capture of the preferred device, and lets it succeed.
    fn comes_back(&self, bench: &mut Bench, effects: &[Effect], capture: u32) {
        assert_eq!(captures(effects), [(capture, self.target, Quality::Preferred)]);
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::Capture { preferences, .. } => preferences.device(self.kind).cloned(),
            _ => None,
        });
        assert_eq!(asked, Some(self.device(3).id));
        let effects = captured(bench, capture, &[(self.source, 4)]);
        assert_eq!(self.local(bench), Local::On(StreamId(4)));
        assert_eq!(bench.view().notice, None);
        assert!(!effects.contains(&Effect::StopTrack(TrackId(4))));
    }
}

#[test]
fn a_preferred_device_that_returns_can_be_used() {
    for case in &CASES {
        let mut bench = case.unplugged();
        captured(&mut bench, 3, &[(case.source, 9)]);
        case.plug_in(&mut bench);
        let effects = bench.command(Command::UseOffered);
        case.comes_back(&mut bench, &effects, 4);
    }
}

#[test]
fn a_preferred_device_is_used_again_without_a_replacement() {
    for case in &CASES {
        let mut bench = case.unplugged();
        failed(&mut bench, 3, CaptureError::NotFound);
        assert_eq!(case.local(&bench), Local::Failed(CaptureError::NotFound));
        case.plug_in(&mut bench);
        let effects = bench.command(Command::UseOffered);
        case.comes_back(&mut bench, &effects, 4);
    }
}

#[test]
fn a_preferred_device_is_used_again_while_its_replacement_starts() {
    for case in &CASES {
        let mut bench = case.unplugged();
        case.plug_in(&mut bench);
        let effects = bench.command(Command::UseOffered);
        let late = captured(&mut bench, 3, &[(case.source, 9)]);
        assert_eq!(late, [Effect::StopTrack(TrackId(9))], "nobody waits for it");
        case.comes_back(&mut bench, &effects, 4);
    }
}

#[test]
fn a_preferred_device_that_returns_can_be_selected_again() {
    for case in &CASES {
        let mut bench = case.unplugged();
        captured(&mut bench, 3, &[(case.source, 9)]);
        let again = bench.command(Command::SetPreferences(case.preferred()));
        assert_eq!(captures(&again), [], "it is not there");
        case.plug_in(&mut bench);
        bench.command(Command::DismissNotice);
        // A change of another setting does not select it.
        let other = Preferences { share: ShareStyle::Motion, ..case.preferred() };
        let effects = bench.command(Command::SetPreferences(other.clone()));
        assert_eq!(captures(&effects), []);
        let effects = bench.command(Command::SetPreferences(other));
        case.comes_back(&mut bench, &effects, 4);
    }
}

#[test]
fn a_preferred_device_in_use_is_not_captured_twice() {
    for case in &CASES {
        let mut bench = case.in_use();
        assert_eq!(bench.command(Command::SetPreferences(case.preferred())), []);
    }
}

#[test]
fn an_offered_device_stays_off_while_its_source_is_off() {
    for case in &CASES {
        let mut bench = case.in_use();
        bench.command(Command::Suspend);
        bench.command(Command::Enter { microphone: false, camera: false });
        bench.input(Input::Devices(vec![case.device(9)]));
        bench.input(Input::Devices(vec![case.device(9), case.device(3)]));
        assert_eq!(captures(&bench.command(Command::UseOffered)), []);
        assert_eq!(case.local(&bench), Local::Off);
    }
}

#[test]
fn a_headset_that_returns_is_used_for_both() {
    let case = &CASES[0];
    let mut bench = case.in_use();
    let speaker = DeviceInfo { kind: DeviceKind::Speaker, ..case.device(3) };
    let desk = DeviceInfo { kind: DeviceKind::Speaker, ..case.device(9) };
    bench.input(Input::Devices(vec![
        case.device(3),
        speaker.clone(),
        case.device(9),
        desk.clone(),
    ]));
    let preferred = Preferences { speaker: Some(speaker.id.clone()), ..case.preferred() };
    bench.command(Command::SetPreferences(preferred));
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(3))));
    bench.input(Input::Devices(vec![case.device(9), desk.clone()]));
    captured(&mut bench, 3, &[(case.source, 9)]);
    assert_eq!(bench.view().me.speaker, None);
    bench.input(Input::Devices(vec![case.device(9), desk, case.device(3), speaker.clone()]));
    let effects = bench.command(Command::UseOffered);
    assert_eq!(bench.view().me.speaker, Some(speaker.id));
    case.comes_back(&mut bench, &effects, 4);
}

/// Returns a page whose headset, the preferred microphone and speaker, is unplugged.
fn headset_unplugged() -> (Bench, Vec<DeviceInfo>, Vec<DeviceInfo>) {
    let case = &CASES[0];
    let mut bench = case.in_use();
    let speaker = |device: DeviceInfo| DeviceInfo { kind: DeviceKind::Speaker, ..device };
    let desk = vec![case.device(9), speaker(case.device(9))];
    let headset = vec![case.device(3), speaker(case.device(3))];
    bench.input(Input::Devices([desk.clone(), headset.clone()].concat()));
    let preferred = Preferences { speaker: Some(headset[1].id.clone()), ..case.preferred() };
    bench.command(Command::SetPreferences(preferred));
    bench.input(Input::Capture(CaptureEvent::Ended(TrackId(3))));
    (bench, desk, headset)
}

#[test]
fn a_lost_headset_is_reported_as_microphone_and_as_speaker() {
    let speaker = |bench: &Bench| {
        matches!(bench.view().notice, Some(Notice::FellBack(DeviceKind::Speaker, _)))
    };
    let microphone = |bench: &Bench| {
        matches!(
            &bench.view().notice,
            Some(Notice::FellBack(DeviceKind::Microphone, device)) if device.label == "The device 9"
        )
    };
    for speaker_first in [true, false] {
        let (mut bench, desk, _) = headset_unplugged();
        if speaker_first {
            bench.input(Input::Devices(desk));
            assert!(speaker(&bench));
            captured(&mut bench, 3, &[(Source::Microphone, 9)]);
            assert!(microphone(&bench));
            bench.command(Command::DismissNotice);
            assert!(speaker(&bench), "the other one can be read, too");
        } else {
            captured(&mut bench, 3, &[(Source::Microphone, 9)]);
            bench.input(Input::Devices(desk));
            assert!(speaker(&bench));
            bench.command(Command::DismissNotice);
            assert!(microphone(&bench), "the other one can be read, too");
        }
        bench.command(Command::DismissNotice);
        assert_eq!(bench.view().notice, None);
    }
}

#[test]
fn outdated_parts_of_a_headset_notice_are_removed() {
    let (mut bench, desk, headset) = headset_unplugged();
    bench.input(Input::Devices(desk.clone()));
    captured(&mut bench, 3, &[(Source::Microphone, 9)]);
    bench.input(Input::Devices([desk.clone(), headset.clone()].concat()));
    assert_eq!(bench.view().notice, Some(Notice::Offered(headset[0].clone())));
    let effects = bench.command(Command::UseOffered);
    assert_eq!(bench.view().notice, None);
    CASES[0].comes_back(&mut bench, &effects, 4);

    // The speaker is chosen in the settings.
    let (mut bench, desk, _) = headset_unplugged();
    bench.input(Input::Devices(desk.clone()));
    captured(&mut bench, 3, &[(Source::Microphone, 9)]);
    let preferences = Preferences::clone(&bench.view().me.preferences);
    let speaker = Some(desk[1].id.clone());
    bench.command(Command::SetPreferences(Preferences { speaker, ..preferences }));
    assert!(matches!(bench.view().notice, Some(Notice::FellBack(DeviceKind::Microphone, _))));
    bench.command(Command::DismissNotice);
    assert_eq!(bench.view().notice, None);

    // The headset is offered, and unplugged again: the earlier message remains.
    let (mut bench, desk, headset) = headset_unplugged();
    bench.input(Input::Devices(desk.clone()));
    captured(&mut bench, 3, &[(Source::Microphone, 9)]);
    bench.input(Input::Devices([desk.clone(), headset[1..].to_vec()].concat()));
    assert_eq!(bench.view().notice, Some(Notice::Offered(headset[1].clone())));
    bench.input(Input::Devices(desk));
    assert!(matches!(bench.view().notice, Some(Notice::FellBack(DeviceKind::Microphone, _))));
}
