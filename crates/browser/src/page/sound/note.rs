//! A note: a sine with a soft beginning and end.

use wasm_bindgen::JsValue;

use super::audio::Audio;
use crate::object;

/// A note of a tune.
pub(super) struct Note {
    /// In hertz.
    pub(super) frequency: f64,
    /// The time at which it begins, in seconds from the beginning of the tune.
    pub(super) at: f64,
    /// In seconds.
    pub(super) length: f64,
    /// From 0 to 1.
    pub(super) loudness: f64,
}

/// The time that a note takes to become loud, in seconds; at once would be a click.
const RISE: f64 = 0.02;

/// Plays a tune from now on. The nodes belong to the graph, and end with their notes or with it.
pub(super) fn play(audio: &Audio, tune: &[Note]) {
    let now = audio.time();
    for note in tune {
        // What is left out is not heard, and nothing more can be done about it.
        let _ = play_note(audio, note, now + note.at);
    }
}

fn play_note(audio: &Audio, note: &Note, begin: f64) -> Option<()> {
    let (tone, volume) = (audio.node("createOscillator", &[])?, audio.node("createGain", &[])?);
    object::set(&object::get(&tone, "frequency"), "value", &note.frequency.into());
    let gain = object::get(&volume, "gain");
    let end = begin + note.length;
    let ramp =
        |method, to: f64, at: f64| object::call(&gain, method, &[&to.into(), &at.into()]).ok();
    ramp("setValueAtTime", 0.0, begin)?;
    ramp("linearRampToValueAtTime", note.loudness, begin + RISE)?;
    ramp("linearRampToValueAtTime", 0.0, end)?;
    connect(&tone, &volume)?;
    connect(&volume, audio.output())?;
    object::call(&tone, "start", &[&begin.into()]).ok()?;
    object::call(&tone, "stop", &[&end.into()]).ok()?;
    Some(())
}

fn connect(from: &JsValue, to: &JsValue) -> Option<JsValue> {
    object::call(from, "connect", &[to]).ok()
}
