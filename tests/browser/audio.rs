//! Level meters, ring tones and test tones.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tincan_browser::page::{Meter, Ringing, Ringtone, play_test_tone};
use tincan_call::{CaptureTarget, DeviceId, Operation};
use tincan_protocol::Source;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::support::{
    Leaks, Patch, Side, Video, captured, connect, negotiate, script, until, yield_once,
};

/// The levels that were told; 101 stands for one that cannot be told.
type Levels = Rc<RefCell<Vec<u8>>>;

const UNKNOWN: u8 = 101;

fn meter(stream: &MediaStream) -> (Meter, Levels) {
    let levels = Levels::default();
    let heard = Rc::clone(&levels);
    let meter = Meter::new(stream, move |level| {
        heard.borrow_mut().push(level.unwrap_or(UNKNOWN));
    });
    (meter, levels)
}

/// Waits until there was something to hear, and then until there was not: the fake device beeps.
async fn until_beeps(levels: &Levels) {
    until("a beep", || levels.borrow().iter().any(|level| *level > 35)).await;
    levels.borrow_mut().clear();
    until("a pause", || levels.borrow().contains(&0)).await;
    assert!(levels.borrow().iter().all(|level| *level <= 100));
}

#[wasm_bindgen_test]
async fn a_microphone_is_measured_until_the_meter_goes() {
    let leaks = Leaks::watch();
    let tracks = captured(CaptureTarget::Microphone).await;
    let stream = MediaStream::new().expect("a stream");
    stream.add_track(tracks[0].track());
    let (first, levels) = meter(&stream);
    let (second, other_levels) = meter(&stream);
    assert_eq!(leaks.more(|live| live.sounds), 1, "one graph for all");
    until_beeps(&levels).await;
    drop(first);
    let count = levels.borrow().len();
    other_levels.borrow_mut().clear();
    until("the other goes on", || other_levels.borrow().len() > 3).await;
    assert_eq!(levels.borrow().len(), count);
    assert_eq!(Rc::strong_count(&levels), 1, "the callback is gone, too");
    drop(second);
    assert_eq!(leaks.more(|live| live.sounds), 0);
    drop(tracks);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_muted_microphone_is_silent() {
    let leaks = Leaks::watch();
    let tracks = captured(CaptureTarget::Microphone).await;
    let stream = MediaStream::new().expect("a stream");
    stream.add_track(tracks[0].track());
    let (meter, levels) = meter(&stream);
    until_beeps(&levels).await;
    tracks[0].set_enabled(false);
    // What was said before is still on its way.
    until("silence", || levels.borrow().ends_with(&[0; 8])).await;
    levels.borrow_mut().clear();
    until("two seconds", || levels.borrow().len() > 16).await;
    assert!(levels.borrow().iter().all(|level| *level == 0), "{:?}", levels.borrow());
    drop((meter, tracks));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_sound_that_comes_later_or_changes_is_measured() {
    let leaks = Leaks::watch();
    let stream = MediaStream::new().expect("a stream");
    let (meter, levels) = meter(&stream);
    until("silence", || levels.borrow().len() > 3).await;
    assert!(levels.borrow().iter().all(|level| *level == 0));
    for _ in 0..2 {
        let tracks = captured(CaptureTarget::Microphone).await;
        stream.add_track(tracks[0].track());
        until_beeps(&levels).await;
        stream.remove_track(tracks[0].track());
        levels.borrow_mut().clear();
    }
    drop(meter);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_voice_of_a_peer_is_measured() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    a.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    negotiate(&a, &b, 1, &[Source::Microphone, Source::Camera]).await;
    connect(&a, &b).await;
    let stream = b.received(Source::Microphone).and_then(|stream| b.streams.get(stream));
    let stream = stream.expect("a stream");
    let (meter, levels) = meter(&stream);
    let shown = Video::show(&stream);
    until_beeps(&levels).await;
    a.run(Operation::SendTrack { source: Source::Microphone, track: None });
    until("silence", || levels.borrow().ends_with(&[0; 16])).await;
    drop((shown, meter, a, b));
    leaks.none().await;
}

/// As long as this lives, every graph is noted, with the notes that are played in it.
struct Graphs {
    _patch: Patch,
}

impl Graphs {
    fn note() -> Self {
        let properties = [
            "window.AudioContext",
            "OscillatorNode.prototype.start",
            "window.graphs",
            "window.notes",
            "window.sinks",
        ];
        let patch = Patch::apply(
            &properties,
            "window.graphs = []; window.notes = 0; window.sinks = [];
             window.AudioContext = class extends real.AudioContext {
                 constructor() { super(); window.graphs.push(this); }
                 setSinkId(id) { window.sinks.push('graph ' + id); return Promise.reject(new DOMException('', 'NotFoundError')); }
             };
             OscillatorNode.prototype.start = function (at) {
                 window.notes += 1; return real.start.call(this, at);
             }",
            "",
        );
        Self { _patch: patch }
    }

    fn states() -> Option<String> {
        script("return window.graphs.map(graph => graph.state).join()", "").as_string()
    }

    fn notes() -> usize {
        let notes = script("return String(window.notes)", "").as_string();
        notes.and_then(|notes| notes.parse().ok()).expect("a number")
    }

    /// Refuses the speakers that were asked for and are not answered yet.
    fn refuse_late() {
        script("window.refuseLate()", "");
    }

    fn sinks() -> Option<String> {
        script("return window.sinks.join()", "").as_string()
    }
}

#[wasm_bindgen_test]
async fn a_ring_goes_on_until_it_is_dropped() {
    let leaks = Leaks::watch();
    let _graphs = Graphs::note();
    for (ringing, notes) in [(Ringing::Incoming, 3), (Ringing::Outgoing, 1)] {
        script("window.graphs = []; window.notes = 0", "");
        let ring = Ringtone::new(ringing, None, |_| {});
        assert_eq!(Graphs::notes(), notes);
        until("it is heard", || Graphs::states().as_deref() == Some("running")).await;
        until("it rings again", || Graphs::notes() >= 2 * notes).await;
        assert_eq!(leaks.more(|live| live.sounds), 1);
        drop(ring);
        until("it is over", || Graphs::states().as_deref() == Some("closed")).await;
        assert_eq!(leaks.more(|live| live.sounds), 0);
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_ring_that_is_not_heard_does_not_pile_up_and_starts_with_a_click() {
    let leaks = Leaks::watch();
    let _graphs = Graphs::note();
    let ring = Ringtone::new(Ringing::Incoming, None, |_| {});
    until("it is heard", || Graphs::states().as_deref() == Some("running")).await;
    script("window.graphs[0].suspend()", "");
    until("silent", || Graphs::states().as_deref() == Some("suspended")).await;
    // One that began later rings twice: the other would have rung again by then.
    let notes = Graphs::notes();
    let clock = Ringtone::new(Ringing::Incoming, None, |_| {});
    until("the other rings twice", || Graphs::notes() >= notes + 6).await;
    drop(clock);
    assert_eq!(Graphs::notes(), notes + 6);
    script("document.body.click()", "");
    until("it is heard", || Graphs::states().is_some_and(|states| states.starts_with("running")))
        .await;
    until("it rings", || Graphs::notes() > notes + 6).await;
    drop(ring);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_test_tone_ends_by_itself_and_a_new_one_takes_its_place() {
    let leaks = Leaks::watch();
    let _graphs = Graphs::note();
    assert!(play_test_tone(None, |_| {}));
    assert!(play_test_tone(None, |_| {}));
    assert_eq!(leaks.more(|live| live.sounds), 1);
    assert_eq!(Graphs::notes(), 4);
    until("both are over", || Graphs::states().as_deref() == Some("closed,closed")).await;
    assert_eq!(leaks.more(|live| live.sounds), 0);
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_tone_is_heard_from_the_speaker_that_was_chosen() {
    let leaks = Leaks::watch();
    let _graphs = Graphs::note();
    let speaker = DeviceId("speaker".to_owned());
    let refused = Rc::new(RefCell::new(None));
    let told = Rc::clone(&refused);
    assert!(play_test_tone(Some(&speaker), move |speaker| drop(told.replace(Some(speaker)))));
    assert_eq!(Graphs::sinks().as_deref(), Some("graph speaker"));
    until("it is refused", || *refused.borrow() == Some(speaker.clone())).await;
    assert_eq!(Graphs::notes(), 2, "a speaker that is gone is no reason for silence");

    // Where a graph cannot choose, a player can.
    let players = Patch::apply(
        &["window.AudioContext.prototype.setSinkId", "window.Audio", "window.player"],
        "window.AudioContext.prototype.setSinkId = undefined;
         window.Audio = function () {
             window.player = new real.Audio();
             window.player.setSinkId = async (id) => { window.sinks.push('player ' + id) };
             return window.player;
         }",
        "",
    );
    let ring = Ringtone::new(Ringing::Outgoing, Some(&speaker), |_| {});
    assert_eq!(Graphs::sinks().as_deref(), Some("graph speaker,player speaker"));
    let stream: MediaStream = script("return window.player.srcObject", "").unchecked_into();
    assert_eq!(stream.get_audio_tracks().length(), 1);
    until("it plays", || script("return !window.player.paused", "").is_truthy()).await;
    drop(ring);
    assert!(script("return window.player.srcObject", "").is_null());
    drop(players);
    until("all is over", || leaks.more(|live| live.sounds) == 0).await;
    let track: MediaStreamTrack = stream.get_audio_tracks().get(0).unchecked_into();
    assert_eq!(track.kind(), "audio");
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_speaker_that_is_refused_after_the_tone_is_over_is_not_taken_for_lost() {
    let leaks = Leaks::watch();
    let _graphs = Graphs::note();
    script(
        "window.AudioContext.prototype.setSinkId = () => new Promise((_, reject) => {
             window.refuseLate = () => reject(new DOMException('', 'InvalidStateError'));
         })",
        "",
    );
    let speaker = DeviceId("speaker".to_owned());
    let refused = Rc::new(Cell::new(false));
    let told = Rc::clone(&refused);
    drop(Ringtone::new(Ringing::Outgoing, Some(&speaker), move |_| told.set(true)));
    Graphs::refuse_late();
    yield_once().await;
    leaks.none().await;
    assert!(!refused.get());
}

/// Makes sound fail in one way, as long as it lives.
struct NoSound {
    _patch: Patch,
}

impl NoSound {
    fn start(how: &str) -> Self {
        let patch = Patch::apply(
            &["window.AudioContext", "window.tried"],
            "window.tried = 0;
             const fail = () => { window.tried += 1; throw new DOMException('', 'NotSupportedError') };
             if (argument === 'missing') window.AudioContext = undefined;
             else if (argument === 'constructor') window.AudioContext = class { constructor() { fail() } };
             else window.AudioContext = class extends real.AudioContext {
                 createMediaStreamSource(stream) {
                     return argument === 'source' ? fail() : super.createMediaStreamSource(stream);
                 }
                 createAnalyser() { return argument === 'analyser' ? fail() : super.createAnalyser() }
                 get state() { return argument === 'suspended' ? 'suspended' : super.state }
                 resume() { return argument === 'suspended' ? Promise.reject(new DOMException()) : super.resume() }
             };",
            how,
        );
        Self { _patch: patch }
    }

    fn tried() -> f64 {
        script("return window.tried", "").as_f64().expect("a number")
    }
}

#[wasm_bindgen_test]
async fn a_level_that_cannot_be_told_is_unknown_and_not_tried_again() {
    let tracks = captured(CaptureTarget::Microphone).await;
    for how in ["missing", "constructor", "source", "analyser", "suspended"] {
        let leaks = Leaks::watch();
        let no_sound = NoSound::start(how);
        let stream = MediaStream::new().expect("a stream");
        stream.add_track(tracks[0].track());
        let (meter, levels) = meter(&stream);
        until(how, || levels.borrow().last() == Some(&UNKNOWN)).await;
        let graph = Ringtone::new(Ringing::Outgoing, None, |_| {});
        let plays = !matches!(how, "missing" | "constructor");
        assert_eq!(play_test_tone(None, |_| {}), plays, "{how}");
        script("document.body.click()", "");
        if how == "source" || how == "analyser" {
            levels.borrow_mut().clear();
            until("more levels", || levels.borrow().len() > 16).await;
            assert!(levels.borrow().iter().all(|level| *level == UNKNOWN), "{how}");
            assert!((NoSound::tried() - 1.0).abs() < 0.5, "{how}: {} times", NoSound::tried());
            // Another track is another try.
            stream.remove_track(tracks[0].track());
            until("silence", || levels.borrow().last() == Some(&0)).await;
            let others = captured(CaptureTarget::Microphone).await;
            stream.add_track(others[0].track());
            until("it is tried", || NoSound::tried() > 1.5).await;
        }
        drop((meter, graph, no_sound));
        until("all is over", || leaks.more(|live| live.sounds) == 0).await;
        leaks.none().await;
    }
}

#[wasm_bindgen_test]
async fn without_web_audio_all_is_silent() {
    let leaks = Leaks::watch();
    let none = Patch::set("window.AudioContext", "undefined");
    let (meter, levels) = meter(&MediaStream::new().expect("a stream"));
    let ring = Ringtone::new(Ringing::Incoming, None, |_| {});
    assert!(!play_test_tone(None, |_| {}));
    drop(none);
    assert_eq!(*levels.borrow(), [UNKNOWN]);
    drop((meter, ring));
    leaks.none().await;
}
