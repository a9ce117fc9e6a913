//! How loud a stream is.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

use super::audio::Audio;
use crate::js::AnalyserNode;
use crate::live::Live;
use crate::object;

/// How often the level is read, in milliseconds.
const PERIOD: u32 = 125;
/// How many samples are looked at: 85 ms at 48 kHz.
const SAMPLES: u16 = 4096;

thread_local! {
    /// The graph that all meters share, for as long as there is one.
    static SHARED: RefCell<Weak<Audio>> = const { RefCell::new(Weak::new()) };
}

/// Tells how loud a stream is, until it is dropped.
#[must_use = "it stops when it is dropped"]
pub struct Meter {
    _ticks: Interval,
    _live: Live,
}

impl Meter {
    /// Starts to measure: `on_level` gets the level about eight times a second, from 0 to 100. It is
    /// 0 without a sound track; one that is added later is measured from then on. Nothing where
    /// there is no Web Audio.
    pub fn new(stream: &MediaStream, on_level: impl Fn(u8) + 'static) -> Option<Self> {
        let audio = shared()?;
        let stream = Clone::clone(stream);
        let mut ear = None;
        let ticks = Interval::new(PERIOD, move || {
            // No event tells of a track that a script adds: it is looked for each time.
            let track = stream.get_audio_tracks().get(0);
            if ear.as_ref().map_or(JsValue::UNDEFINED, |ear: &Ear| ear.track.clone()) != track {
                ear = None;
                ear = Ear::new(&audio, track);
            }
            on_level(ear.as_mut().map_or(0, Ear::level));
        });
        Some(Self { _ticks: ticks, _live: Live::count(|live| &mut live.meters) })
    }
}

/// What listens to one track.
struct Ear {
    track: JsValue,
    source: JsValue,
    analyser: AnalyserNode,
    samples: Vec<f32>,
}

impl Ear {
    fn new(audio: &Audio, track: JsValue) -> Option<Self> {
        if track.is_undefined() {
            return None;
        }
        // Of a stream with several sounds browsers take any: here there is one.
        let only = object::construct("MediaStream", &[&Array::of1(&track)]).ok()?;
        let source = audio.node("createMediaStreamSource", &[&only])?;
        let analyser = audio.node("createAnalyser", &[])?;
        object::set(&analyser, "fftSize", &JsValue::from(SAMPLES));
        object::call(&source, "connect", &[&analyser]).ok()?;
        let samples = vec![0.0; usize::from(SAMPLES)];
        Some(Self { track, source, analyser: analyser.unchecked_into(), samples })
    }

    fn level(&mut self) -> u8 {
        self.analyser.get_float_time_domain_data(&mut self.samples);
        level(&self.samples)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // While it is connected, the graph would keep it.
        let _ = object::call(&self.source, "disconnect", &[]);
    }
}

fn shared() -> Option<Rc<Audio>> {
    let shared = SHARED.with_borrow(Weak::upgrade);
    shared.or_else(|| {
        let audio = Rc::new(Audio::new(None)?);
        SHARED.set(Rc::downgrade(&audio));
        Some(audio)
    })
}

/// The level of a sound: from 0 at -60 dB, and whatever is softer, to 100 at -10 dB.
fn level(samples: &[f32]) -> u8 {
    let energy: f32 =
        samples.iter().map(|sample| sample * sample).sum::<f32>() / f32::from(SAMPLES);
    // The bits of a positive number are nearly its logarithm, to a quarter of a decibel. The
    // logarithm proper would weigh half a kilobyte.
    let [soft, loud] = [1e-6_f32, 0.1].map(f32::to_bits);
    let percent = energy.to_bits().saturating_sub(soft) / ((loud - soft) / 100);
    u8::try_from(percent.min(100)).unwrap_or_default()
}
