//! The preferred speaker: selection, loss and return.

use crate::support::{Bench, CallIs, enter};
use tincan_call::{Command, DeviceId, DeviceInfo, DeviceKind, Input, Notice, Preferences};

fn device(kind: DeviceKind, id: &str) -> DeviceInfo {
    DeviceInfo { kind, id: DeviceId(id.to_owned()), label: id.to_owned() }
}

fn speaker(id: &str) -> DeviceInfo {
    device(DeviceKind::Speaker, id)
}

fn found(bench: &mut Bench, speakers: &[&str]) {
    let microphone = device(DeviceKind::Microphone, "usb");
    let speakers = speakers.iter().map(|id| speaker(id));
    bench.input(Input::Devices(std::iter::once(microphone).chain(speakers).collect()));
}

fn choose(bench: &mut Bench, id: Option<&str>) {
    let mut preferences = Preferences::clone(&bench.view().me.preferences);
    preferences.speaker = id.map(|id| DeviceId(id.to_owned()));
    bench.command(Command::SetPreferences(preferences));
}

fn refused(bench: &mut Bench, id: &str) {
    bench.command(Command::SpeakerRefused(DeviceId(id.to_owned())));
}

fn in_use(bench: &Bench) -> Option<String> {
    bench.view().me.speaker.clone().map(|DeviceId(id)| id)
}

fn says_lost(bench: &Bench) -> bool {
    matches!(bench.view().notice, Some(Notice::FellBack(DeviceKind::Speaker, _)))
}

/// Returns a page that plays on the headset.
fn on_headset() -> Bench {
    let mut bench = Bench::in_lobby(CallIs::Polite);
    found(&mut bench, &["desk", "head"]);
    choose(&mut bench, Some("head"));
    assert_eq!(in_use(&bench).as_deref(), Some("head"));
    bench
}

#[test]
fn a_lost_speaker_is_reported_and_offered_when_it_returns() {
    for others in [&["desk"][..], &[]] {
        let mut bench = on_headset();
        found(&mut bench, others);
        assert_eq!(in_use(&bench), None);
        assert!(says_lost(&bench), "{others:?}");
        // It stays the preferred one.
        let preferred = bench.view().me.preferences.speaker.clone();
        assert_eq!(preferred, Some(DeviceId("head".to_owned())));
        bench.command(Command::DismissNotice);
        found(&mut bench, others);
        assert_eq!(bench.view().notice, None, "it is told once");

        let back: Vec<&str> = others.iter().copied().chain(["head"]).collect();
        found(&mut bench, &back);
        assert_eq!(in_use(&bench), None, "not by itself");
        assert_eq!(bench.view().notice, Some(Notice::Offered(speaker("head"))));
        bench.command(Command::UseOffered);
        assert_eq!(in_use(&bench).as_deref(), Some("head"));
        assert_eq!(bench.view().notice, None);
    }
}

#[test]
fn a_speaker_that_returns_can_be_selected_again() {
    let mut bench = on_headset();
    found(&mut bench, &["desk"]);
    found(&mut bench, &["desk", "head"]);
    // A change of another setting does not select it.
    let mut preferences = Preferences::clone(&bench.view().me.preferences);
    preferences.frame_rate = 15;
    bench.command(Command::SetPreferences(preferences));
    assert_eq!(in_use(&bench), None);
    choose(&mut bench, Some("head"));
    assert_eq!(in_use(&bench).as_deref(), Some("head"));
    // So can another one.
    found(&mut bench, &["desk"]);
    choose(&mut bench, Some("desk"));
    assert_eq!(in_use(&bench).as_deref(), Some("desk"));
    choose(&mut bench, None);
    assert_eq!(in_use(&bench), None);
}

#[test]
fn a_speaker_rejected_by_the_browser_counts_as_lost() {
    let mut bench = on_headset();
    refused(&mut bench, "desk");
    assert_eq!(in_use(&bench).as_deref(), Some("head"), "it is not about that one");
    refused(&mut bench, "head");
    assert_eq!(in_use(&bench), None);
    assert!(says_lost(&bench));
    bench.command(Command::DismissNotice);
    refused(&mut bench, "head");
    found(&mut bench, &["desk", "head"]);
    assert_eq!(bench.view().notice, None, "it is told once");
    // The list of devices may arrive later than the refusal.
    found(&mut bench, &["desk"]);
    found(&mut bench, &["desk", "head"]);
    assert_eq!(bench.view().notice, Some(Notice::Offered(speaker("head"))));
}

#[test]
fn a_stored_speaker_is_used_until_it_is_known_to_be_missing() {
    let mut bench = Bench::new(CallIs::Polite);
    choose(&mut bench, Some("head"));
    bench.command(enter());
    assert_eq!(in_use(&bench).as_deref(), Some("head"));
    // Speakers are hidden until a device is allowed, and always in some browsers.
    bench.input(Input::Devices(vec![]));
    found(&mut bench, &[]);
    assert_eq!(in_use(&bench).as_deref(), Some("head"));
    assert_eq!(bench.view().notice, None);
    found(&mut bench, &["desk"]);
    assert_eq!(in_use(&bench), None);
    assert!(says_lost(&bench));
}

#[test]
fn a_speaker_in_use_that_is_listed_for_the_first_time_is_not_offered() {
    let mut bench = Bench::new(CallIs::Polite);
    choose(&mut bench, Some("head"));
    bench.command(enter());
    found(&mut bench, &[]);
    found(&mut bench, &["desk", "head"]);
    assert_eq!(in_use(&bench).as_deref(), Some("head"));
    assert_eq!(bench.view().notice, None);
}
