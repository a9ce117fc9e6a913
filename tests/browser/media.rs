//! Captured tracks stop on drop; streams are known as long as their owner lives.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::media::{CapturedTrack, Streams, Tracks, capture};
use tincan_call::{CaptureTarget, Preferences, Quality};
use tincan_protocol::Source;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, MediaStreamTrack, MediaStreamTrackState};

use crate::support::{Leaks, Video, captured, script};

async fn devices() -> Vec<CapturedTrack> {
    captured(CaptureTarget::MicrophoneAndCamera).await
}

fn is_live(track: &MediaStreamTrack) -> bool {
    track.ready_state() == MediaStreamTrackState::Live
}

fn end(track: &MediaStreamTrack) {
    track.dispatch_event(&Event::new("ended").expect("an event")).expect("dispatched");
}

#[wasm_bindgen_test]
async fn both_devices_come_with_one_prompt_and_stop_on_drop() {
    let leaks = Leaks::watch();
    let captured = devices().await;
    let sources: Vec<_> = captured.iter().map(CapturedTrack::source).collect();
    assert_eq!(sources, [Source::Microphone, Source::Camera]);
    let tracks: Vec<_> = captured.iter().map(|captured| Clone::clone(captured.track())).collect();
    assert!(tracks.iter().all(is_live));
    drop(captured);
    assert!(!tracks.iter().any(is_live));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn each_target_brings_what_it_says() {
    let leaks = Leaks::watch();
    for (target, quality, expected) in [
        (CaptureTarget::Microphone, Quality::Any, &[Source::Microphone][..]),
        (CaptureTarget::Camera, Quality::Preferred, &[Source::Camera]),
        (CaptureTarget::Camera, Quality::Any, &[Source::Camera]),
        (CaptureTarget::Screen, Quality::Preferred, &[Source::ScreenAudio, Source::Screen]),
    ] {
        let captured =
            capture(target, quality, &Preferences::default()).await.expect("fake devices");
        let sources: Vec<_> = captured.iter().map(CapturedTrack::source).collect();
        assert_eq!(sources, expected, "{target:?}");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_capture_that_nobody_waits_for_any_more_is_stopped() {
    let leaks = Leaks::watch();
    script(
        "window.realGetUserMedia = MediaDevices.prototype.getUserMedia;
         MediaDevices.prototype.getUserMedia = async function (constraints) {
             window.given = await window.realGetUserMedia.call(this, constraints);
             return window.given;
         };",
        "",
    );
    let captured = devices().await;
    drop(captured);
    let live = script(
        "MediaDevices.prototype.getUserMedia = window.realGetUserMedia;
         return window.given.getTracks().filter(track => track.readyState === 'live').length",
        "",
    );
    assert_eq!(live, 0.0);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_end_of_a_track_is_told_until_it_is_removed() {
    let leaks = Leaks::watch();
    let streams = Rc::new(Streams::default());
    let tracks = Tracks::default();
    let ended = Rc::new(RefCell::new(Vec::new()));
    let mut local = Vec::new();
    for captured in devices().await {
        let ended = Rc::clone(&ended);
        let on_ended = move |id| ended.borrow_mut().push(id);
        local.push(tracks.add(captured, None, &streams, on_ended).expect("a stream"));
    }
    let [microphone, camera] = &local[..] else { panic!("two tracks") };
    assert_ne!(microphone.track, camera.track);
    assert_ne!(microphone.stream, camera.stream);
    let track = tracks.get(camera.track).expect("the camera");

    end(&track);
    assert_eq!(*ended.borrow(), [camera.track]);
    tracks.remove(camera.track);
    assert!(tracks.get(camera.track).is_none());
    assert!(streams.get(camera.stream).is_none());
    assert!(!is_live(&track));
    end(&track);
    assert_eq!(ended.borrow().len(), 1, "nobody listens any more");

    assert!(tracks.get(microphone.track).is_some_and(|track| is_live(&track)));
    drop(tracks);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_track_is_shown_by_a_stream_of_its_own_and_can_be_silenced() {
    let leaks = Leaks::watch();
    let streams = Rc::new(Streams::default());
    let tracks = Tracks::default();
    for captured in devices().await {
        let local = tracks.add(captured, None, &streams, |_| {}).expect("a stream");
        let stream = streams.get(local.stream).expect("a stream");
        assert_eq!(stream.get_tracks().length(), 1);
        let track = tracks.get(local.track).expect("a track");
        tracks.set_enabled(local.track, false);
        assert!(!track.enabled());
        tracks.set_enabled(local.track, true);
        assert!(track.enabled());
        if local.source == Source::Camera {
            Video::show(&stream).moves("the camera").await;
        }
    }
    drop(tracks);
    leaks.none().await;
}
