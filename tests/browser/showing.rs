//! The audio of a stream in a `<video>`.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::{
    MediaKeys, Showing, ShowingEvent, Sound, can_choose_speaker, play_held, set_playback,
    set_speaker,
};
use tincan_call::{CaptureTarget, DeviceId, PlaybackState};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlVideoElement, MediaStream};

use crate::support::{Leaks, Patch, captured, script, until, yield_once};

/// A `<video>` in the page, until it is dropped.
struct Stage {
    root: Element,
    video: HtmlVideoElement,
    _removal: Patch,
}

impl Stage {
    fn set() -> Self {
        let stage = "const stage = document.createElement('div');
            stage.append(document.createElement('video'));
            document.body.append(stage); return stage";
        let root: Element = script(stage, "").unchecked_into();
        let video = root.first_element_child().expect("a video").unchecked_into();
        Self { _removal: Patch::remove(&root), root, video }
    }

    fn is_held(&self) -> bool {
        self.video.has_attribute("data-held")
    }
}

/// As long as this lives, nothing plays with sound, as before the first click.
struct Refusal {
    _patch: Patch,
}

impl Refusal {
    fn start() -> Self {
        let patch = Patch::apply(
            &["HTMLMediaElement.prototype.play"],
            "HTMLMediaElement.prototype.play = function () {
                 return this.muted ? real.play.call(this)
                     : Promise.reject(new DOMException('', 'NotAllowedError'));
             }",
            "",
        );
        Self { _patch: patch }
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

type States = Rc<RefCell<Vec<PlaybackState>>>;

fn show(stage: &Stage, stream: &MediaStream, sound: Sound) -> (Showing, States) {
    let states = States::default();
    let told = Rc::clone(&states);
    let showing = Showing::new(stage.video.clone(), stream, sound, move |event| match event {
        ShowingEvent::Playback(now) => told.borrow_mut().push(now),
        ShowingEvent::Size { .. } => {}
    });
    (showing, states)
}

/// Returns `true` if the latest state is this.
fn is(states: &States, state: PlaybackState) -> bool {
    states.borrow().last() == Some(&state)
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
        set_playback(&stage.video, muted, volume);
        assert_eq!(stage.video.muted(), muted);
        assert!((stage.video.volume() * 100.0 - f64::from(volume)).abs() < 0.01);
        assert!(plays(&stage), "it goes on");
    }
    set_playback(&stage.video, false, 255);
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
    set_playback(&stage.video, true, 100);
    for _ in 0..2 {
        let (showing, _) = show(&stage, &stream, Sound::Heard);
        until("it plays", || plays(&stage)).await;
        assert!(stage.video.muted());
        drop(showing);
    }
    set_playback(&stage.video, false, 100);
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
    let (showing, states) = show(&stage, &stream, Sound::Heard);
    until("it is held", || stage.is_held()).await;
    assert_eq!(*states.borrow(), [PlaybackState::Starting, PlaybackState::Silenced]);
    until("the picture plays", || plays(&stage)).await;
    set_playback(&stage.video, false, 40);
    assert!(stage.video.muted() && stage.is_held(), "louder is not heard");
    play_held(&stage.root);
    until("still refused", || stage.is_held() && plays(&stage)).await;
    assert!(stage.video.muted());
    drop(refusal);
    play_held(&stage.root);
    until("it is heard", || is(&states, PlaybackState::Playing)).await;
    assert!(!stage.video.muted() && !stage.is_held() && plays(&stage));
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
    let (showing, states) = show(&stage, &stream, Sound::Heard);
    set_playback(&stage.video, true, 100);
    until("the picture plays", || plays(&stage)).await;
    yield_once().await;
    assert!(!stage.is_held() && !states.borrow().contains(&PlaybackState::Silenced));
    drop(showing);
    // It is held first, and then nobody wants to hear it.
    set_playback(&stage.video, false, 100);
    let (showing, states) = show(&stage, &stream, Sound::Heard);
    until("it is held", || stage.is_held()).await;
    assert!(is(&states, PlaybackState::Silenced));
    set_playback(&stage.video, true, 100);
    assert!(!stage.is_held());
    play_held(&stage.root);
    assert!(stage.video.muted(), "there is nothing to ask for");
    // And then somebody does, which the browser may refuse.
    set_playback(&stage.video, false, 100);
    until("it is held", || stage.is_held()).await;
    until("the picture plays", || plays(&stage)).await;
    drop((refusal, showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_video_is_heard_from_the_speaker_that_was_chosen() {
    let stage = Stage::set();
    assert!(can_choose_speaker());
    let _sinks = Patch::apply(
        &["window.sinks"],
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
    let refused = Rc::new(RefCell::new(Vec::new()));
    let choose = |speaker: Option<&DeviceId>| {
        let refused = Rc::clone(&refused);
        set_speaker(&stage.video, speaker, move |speaker| refused.borrow_mut().push(speaker))
    };
    assert!(choose(None).is_none());
    assert_eq!(sinks(), "", "it is there already");
    let speaker = DeviceId("speaker".to_owned());
    let chosen = choose(Some(&speaker));
    assert!(choose(Some(&speaker)).is_none());
    assert_eq!(sinks(), "speaker");
    until("it is refused", || *refused.borrow() == [speaker.clone()]).await;
    let chosen = (chosen, choose(None));
    assert_eq!(sinks(), "speaker,");
    yield_once().await;
    drop(chosen);
    assert_eq!(*refused.borrow(), [speaker], "the system's own is nobody's choice");
    // A browser in which none can be chosen.
    let property = "HTMLMediaElement.prototype.setSinkId";
    let _none = Patch::apply(&[property], &format!("delete {property}"), "");
    assert!(!can_choose_speaker());
}

/// As long as this lives, calls of `play()` are counted, and some of them are refused.
struct Plays {
    _patch: Patch,
}

impl Plays {
    /// Refuses the next ones with this error.
    fn refuse(count: u32, error: &str) -> Self {
        let patch = Patch::apply(
            &["HTMLMediaElement.prototype.play", "window.plays", "window.refusals"],
            "const [count, error] = argument.split(' ');
             window.plays = 0; window.refusals = Number(count);
             HTMLMediaElement.prototype.play = function () {
                 window.plays += 1;
                 return window.refusals-- > 0
                     ? Promise.reject(new DOMException('', error)) : real.play.call(this);
             }",
            &format!("{count} {error}"),
        );
        Self { _patch: patch }
    }

    fn count() -> f64 {
        script("return window.plays", "").as_f64().expect("a number")
    }
}

#[wasm_bindgen_test]
async fn videos_that_are_paused_from_outside_play_again() {
    let leaks = Leaks::watch();
    let (stream, tracks) = stream().await;
    let voice = MediaStream::new().expect("a stream");
    let sight = MediaStream::new().expect("a stream");
    voice.add_track(tracks[0].track());
    sight.add_track(tracks[1].track());
    let stages = [Stage::set(), Stage::set(), Stage::set(), Stage::set()];
    let streams = [&stream, &voice, &sight, &stream];
    let sounds = [Sound::Heard, Sound::Heard, Sound::Heard, Sound::Silent];
    let shown: Vec<_> = stages
        .iter()
        .zip(streams)
        .zip(sounds)
        .map(|((stage, stream), sound)| show(stage, stream, sound))
        .collect();
    let all_play = || {
        let told = shown.iter().all(|(_, states)| is(states, PlaybackState::Playing));
        told && stages.iter().all(|stage| !stage.video.paused())
    };
    until("all play", all_play).await;
    for _ in 0..3 {
        script("document.querySelectorAll('video').forEach(video => video.pause())", "");
        assert!(stages.iter().all(|stage| stage.video.paused()));
        until("all play again", all_play).await;
    }
    let muted = stages.each_ref().map(|stage| stage.video.muted());
    assert_eq!(muted, [false, false, false, true]);
    drop((shown, stages, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_video_that_is_always_paused_is_not_played_for_ever() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    let (showing, states) = show(&stage, &stream, Sound::Heard);
    until("it plays", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
    {
        let _plays = Plays::refuse(0, "");
        script(
            "const video = document.querySelector('video');
             window.pauseAgain = () => video.pause();
             video.addEventListener('play', window.pauseAgain); video.pause()",
            "",
        );
        until("it is held", || stage.is_held()).await;
        assert!(is(&states, PlaybackState::Stopped));
        assert!(Plays::count() <= 5.0, "{} attempts", Plays::count());
        let count = Plays::count();
        stage.video.dispatch_event(&web_sys::Event::new("pause").expect("an event")).expect("sent");
        yield_once().await;
        assert!(Plays::count() <= count, "it waits for a click");
    }
    script(
        "const video = document.querySelector('video');
         video.removeEventListener('play', window.pauseAgain)",
        "",
    );
    play_held(&stage.root);
    until("it plays", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
    assert!(!stage.is_held() && !stage.video.muted());
    drop((showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_video_that_is_refused_once_is_heard_again() {
    for error in ["NotAllowedError", "AbortError"] {
        let leaks = Leaks::watch();
        let stage = Stage::set();
        let (stream, tracks) = stream().await;
        let (showing, states) = show(&stage, &stream, Sound::Heard);
        until("it plays", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
        let refusal = Plays::refuse(1, error);
        stage.video.pause().expect("paused");
        until("it was refused", || is(&states, PlaybackState::Waiting)).await;
        until("it plays again", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
        assert!(!stage.video.muted() && !stage.is_held(), "{error}");
        drop((refusal, showing, stage, tracks));
        leaks.none().await;
    }
}

#[wasm_bindgen_test]
async fn a_video_whose_sound_is_refused_from_now_on_is_held_with_its_picture() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (stream, tracks) = stream().await;
    let (showing, states) = show(&stage, &stream, Sound::Heard);
    until("it plays", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
    let refusal = Refusal::start();
    stage.video.pause().expect("paused");
    until("it is held", || is(&states, PlaybackState::Silenced) && plays(&stage)).await;
    // And paused again, while it is held.
    stage.video.pause().expect("paused");
    until("the picture plays", || plays(&stage)).await;
    assert!(stage.is_held() && stage.video.muted());
    drop(refusal);
    // The interruption is over, and the page comes to the front.
    script("document.dispatchEvent(new Event('visibilitychange'))", "");
    until("it is heard", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
    assert!(!stage.is_held() && !stage.video.muted());
    drop((showing, stage, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_video_plays_on_when_all_of_its_tracks_are_replaced() {
    let leaks = Leaks::watch();
    let stage = Stage::set();
    let (shown, first) = stream().await;
    let (showing, states) = show(&stage, &shown, Sound::Heard);
    until("it plays", || is(&states, PlaybackState::Playing) && plays(&stage)).await;
    for track in &first {
        shown.remove_track(track.track());
    }
    drop(first);
    // The browser notices that nothing is left.
    let left = || script("return document.querySelector('video').srcObject.active", "");
    until("nothing is left", || left().is_falsy()).await;
    let (_, second) = stream().await;
    let time = stage.video.current_time();
    for track in &second {
        shown.add_track(track.track());
    }
    until("it plays on", || {
        plays(&stage) && !stage.video.ended() && stage.video.current_time() > time
    })
    .await;
    assert!(!stage.is_held());
    drop((showing, stage, second));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn media_keys_are_taken_until_the_call_is_over() {
    let _handlers = Patch::apply(
        &["navigator.mediaSession.setActionHandler", "window.handlers"],
        "window.handlers = {};
         navigator.mediaSession.setActionHandler = (action, handler) => {
             window.handlers[action] = handler;
         }",
        "",
    );
    let taken = || {
        let names =
            "return Object.keys(window.handlers).filter(name => window.handlers[name]).join()";
        script(names, "").as_string().expect("a text")
    };
    let keys = MediaKeys::new();
    assert_eq!(taken(), "play,pause,stop");
    script("window.handlers.pause()", "");
    drop(keys);
    assert_eq!(taken(), "");
    // A browser that knows none of them.
    script("navigator.mediaSession.setActionHandler = () => { throw new TypeError() }", "");
    drop(MediaKeys::new());
    let _none = Patch::set("navigator.mediaSession", "undefined");
    drop(MediaKeys::new());
}
