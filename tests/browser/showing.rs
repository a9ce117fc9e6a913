//! How a stream in a `<video>` is heard.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{
    Showing, ShowingEvent, Sound, can_choose_speaker, play_held, set_playback,
};
use tincan_call::{CaptureTarget, DeviceId};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlVideoElement, MediaStream};

use crate::support::{Leaks, captured, script, until, yield_once};

/// A `<video>` in the page, until it is dropped.
struct Stage {
    stage: Element,
    video: HtmlVideoElement,
}

impl Stage {
    fn set() -> Self {
        let stage = "const stage = document.createElement('div');
            stage.append(document.createElement('video'));
            document.body.append(stage); return stage";
        let stage: Element = script(stage, "").unchecked_into();
        let video = stage.first_element_child().expect("a video").unchecked_into();
        Self { stage, video }
    }

    fn is_held(&self) -> bool {
        self.video.has_attribute("data-held")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stage.remove();
    }
}

/// As long as this lives, nothing plays with sound, as before the first click.
struct Refusal;

impl Refusal {
    fn start() -> Self {
        script(
            "window.realPlay = HTMLMediaElement.prototype.play;
             HTMLMediaElement.prototype.play = function () {
                 return this.muted ? window.realPlay.call(this)
                     : Promise.reject(new DOMException('', 'NotAllowedError'));
             }",
            "",
        );
        Self
    }
}

impl Drop for Refusal {
    fn drop(&mut self) {
        script("HTMLMediaElement.prototype.play = window.realPlay", "");
    }
}

async fn stream() -> (MediaStream, Vec<tincan_browser::media::CapturedTrack>) {
    let tracks = captured(CaptureTarget::MicrophoneAndCamera).await;
    let stream = MediaStream::new().expect("a stream");
    for track in &tracks {
        stream.add_track(track.track());
    }
    (stream, tracks)
}

fn show(stage: &Stage, stream: &MediaStream, sound: Sound) -> (Showing, Rc<RefCell<Vec<bool>>>) {
    let held = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&held);
    let showing = Showing::new(stage.video.clone(), stream, sound, move |event| match event {
        ShowingEvent::Held => told.borrow_mut().push(true),
        ShowingEvent::Size { .. } => {}
    });
    (showing, held)
}

fn plays(stage: &Stage) -> bool {
    !stage.video.paused() && stage.video.video_width() > 0
}

#[wasm_bindgen_test]
async fn how_a_video_is_heard_changes_while_it_plays() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    let (showing, _) = show(&stage, &stream, Sound::Heard);
    until("it plays", || plays(&stage)).await;
    let loaded = script("return document.querySelector('video').srcObject", "");
    for (muted, volume) in [(false, 30), (true, 30), (true, 70), (false, 100), (false, 0)] {
        set_playback(&stage.video, muted, volume, None);
        assert_eq!(stage.video.muted(), muted);
        assert!((stage.video.volume() * 100.0 - f64::from(volume)).abs() < 0.01);
        assert!(plays(&stage), "it goes on");
    }
    set_playback(&stage.video, false, 255, None);
    assert!((stage.video.volume() - 1.0).abs() < 0.01);
    assert_eq!(script("return document.querySelector('video').srcObject", ""), loaded);
    drop(showing);
    assert!(stage.video.src_object().is_none());
    drop((stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn who_is_not_to_be_heard_is_not_heard_in_another_stream_either() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    // Before the first stream, and from one to the next.
    set_playback(&stage.video, true, 100, None);
    for _ in 0..2 {
        let (showing, _) = show(&stage, &stream, Sound::Heard);
        until("it plays", || plays(&stage)).await;
        assert!(stage.video.muted());
        drop(showing);
    }
    set_playback(&stage.video, false, 100, None);
    let (showing, _) = show(&stage, &stream, Sound::Heard);
    assert!(!stage.video.muted());
    drop(showing);
    // One's own is never heard.
    let (showing, _) = show(&stage, &stream, Sound::Silent);
    assert!(stage.video.muted());
    drop((showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn what_is_held_stays_held_until_it_is_asked_for() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    let refusal = Refusal::start();
    let (showing, held) = show(&stage, &stream, Sound::Heard);
    until("it is held", || stage.is_held()).await;
    assert_eq!(*held.borrow(), [true]);
    until("the picture plays", || plays(&stage)).await;
    set_playback(&stage.video, false, 40, None);
    assert!(stage.video.muted() && stage.is_held(), "louder is not heard");
    assert!(!play_held(&stage.stage).await, "still refused");
    assert!(stage.is_held());
    drop(refusal);
    assert!(play_held(&stage.stage).await);
    assert!(!stage.video.muted() && !stage.is_held());
    drop((showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn who_is_not_to_be_heard_is_not_held() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    let refusal = Refusal::start();
    // The wish comes after the stream, and before the browser's refusal.
    let (showing, held) = show(&stage, &stream, Sound::Heard);
    set_playback(&stage.video, true, 100, None);
    until("the picture plays", || plays(&stage)).await;
    yield_once().await;
    assert!(!stage.is_held() && held.borrow().is_empty());
    drop(showing);
    // It is held first, and then nobody wants to hear it.
    set_playback(&stage.video, false, 100, None);
    let (showing, held) = show(&stage, &stream, Sound::Heard);
    until("it is held", || stage.is_held()).await;
    assert_eq!(*held.borrow(), [true]);
    set_playback(&stage.video, true, 100, None);
    assert!(!stage.is_held());
    assert!(play_held(&stage.stage).await, "there is nothing to ask for");
    assert!(stage.video.muted());
    // And then somebody does, which the browser may refuse.
    set_playback(&stage.video, false, 100, None);
    until("it is held", || stage.is_held()).await;
    until("the picture plays", || plays(&stage)).await;
    drop((refusal, showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_video_is_heard_from_the_speaker_that_was_chosen() {
    let stage = Stage::set();
    assert!(can_choose_speaker());
    script(
        "window.sinks = [];
         const video = document.querySelector('video');
         Object.defineProperty(video, 'sinkId', { get: () => window.sinks.at(-1) ?? '' });
         video.setSinkId = (id) => {
             window.sinks.push(id);
             return Promise.reject(new DOMException('', 'NotFoundError'));
         }",
        "",
    );
    let sinks = || script("return window.sinks.join()", "").as_string().expect("a text");
    set_playback(&stage.video, false, 100, None);
    assert_eq!(sinks(), "", "it is there already");
    let speaker = DeviceId("speaker".to_owned());
    set_playback(&stage.video, false, 100, Some(&speaker));
    set_playback(&stage.video, false, 50, Some(&speaker));
    assert_eq!(sinks(), "speaker");
    set_playback(&stage.video, false, 50, None);
    assert_eq!(sinks(), "speaker,");
    script(
        "window.realSetSinkId = HTMLMediaElement.prototype.setSinkId;
         delete HTMLMediaElement.prototype.setSinkId",
        "",
    );
    let can = can_choose_speaker();
    script("HTMLMediaElement.prototype.setSinkId = window.realSetSinkId", "");
    assert!(!can);
}
