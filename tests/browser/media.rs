//! Captured tracks stop on drop; streams are known as long as their owner lives.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::media::{CapturedTrack, Streams, TrackEvent, Tracks, capture};
use tincan_call::{CaptureTarget, Preferences, Quality};
use tincan_protocol::Source;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, MediaStreamTrack, MediaStreamTrackState};

use crate::support::{Leaks, Patch, Video, captured, script, until_some};

async fn devices() -> Vec<CapturedTrack> {
    captured(CaptureTarget::MicrophoneAndCamera).await
}

fn is_live(track: &MediaStreamTrack) -> bool {
    track.ready_state() == MediaStreamTrackState::Live
}

fn dispatch(track: &MediaStreamTrack, event: &str) {
    track.dispatch_event(&Event::new(event).expect("an event")).expect("dispatched");
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
    let _noted = Patch::apply(
        &["MediaDevices.prototype.getUserMedia", "window.given"],
        "MediaDevices.prototype.getUserMedia = async function (constraints) {
             window.given = await real.getUserMedia.call(this, constraints);
             return window.given;
         };",
        "",
    );
    let captured = devices().await;
    drop(captured);
    let live = script(
        "return window.given.getTracks().filter(track => track.readyState === 'live').length",
        "",
    );
    assert_eq!(live, 0.0);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn what_happens_to_a_track_is_reported_until_it_is_removed() {
    let leaks = Leaks::watch();
    let streams = Rc::new(Streams::default());
    let tracks = Tracks::default();
    let events = Rc::new(RefCell::new(Vec::new()));
    let mut local = Vec::new();
    for captured in devices().await {
        let events = Rc::clone(&events);
        let on_event = move |id, event| events.borrow_mut().push((id, event));
        local.push(tracks.add(captured, None, &streams, on_event).expect("a stream"));
    }
    let [microphone, camera] = &local[..] else { panic!("two tracks") };
    assert_ne!(microphone.track, camera.track);
    assert_ne!(microphone.stream, camera.stream);
    let track = tracks.get(camera.track).expect("the camera");

    tracks.set_enabled(camera.track, false);
    assert_eq!(*events.borrow(), [], "that is the person's doing");
    for (name, event) in [
        ("mute", TrackEvent::Muted(true)),
        ("unmute", TrackEvent::Muted(false)),
        ("ended", TrackEvent::Ended),
    ] {
        dispatch(&track, name);
        assert_eq!(events.borrow_mut().pop(), Some((camera.track, event)));
    }
    tracks.remove(camera.track);
    assert!(tracks.get(camera.track).is_none());
    assert!(streams.get(camera.stream).is_none());
    assert!(!is_live(&track));
    dispatch(&track, "ended");
    dispatch(&track, "mute");
    assert_eq!(*events.borrow(), [], "no listener is left");

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
        let local = tracks.add(captured, None, &streams, |_, _| {}).expect("a stream");
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

#[wasm_bindgen_test]
async fn a_picture_that_changes_its_size_is_reported_once() {
    let leaks = Leaks::watch();
    let _drawing = Patch::clean_up("clearInterval(window.drawing)");
    let picture = script(
        "const canvas = document.createElement('canvas');
         const context = canvas.getContext('2d');
         let turn = 0;
         window.turnCanvas = (width, height) => Object.assign(canvas, { width, height });
         window.turnCanvas(720, 1280);
         window.drawing = setInterval(() => {
             context.fillStyle = `hsl(${turn += 7} 80% 50%)`;
             context.fillRect(0, 0, canvas.width, canvas.height);
         }, 30);
         return canvas.captureStream().getVideoTracks()[0];",
        "",
    );
    let streams = Rc::new(Streams::default());
    let tracks = Tracks::default();
    let picture = CapturedTrack::new(Source::Screen, picture.unchecked_into());
    let local = tracks.add(picture, None, &streams, |_, _| {}).expect("a stream");
    let _shown = Video::show(&streams.get(local.stream).expect("a stream"));
    let mut last = local.height;
    for (width, height) in [(720, 1280), (1280, 720), (1280, 300), (1280, 1080)] {
        script(&format!("window.turnCanvas({width}, {height})"), "");
        while last != height {
            let [(track, new)] = until_some("another size", || {
                Some(tracks.take_resized()).filter(|resized| !resized.is_empty())
            })
            .await[..] else {
                panic!("one track")
            };
            assert_eq!(track, local.track);
            last = new;
        }
        assert_eq!(tracks.take_resized(), [], "it was reported");
    }
    drop(tracks);
    leaks.none().await;
}
