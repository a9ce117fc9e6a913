//! The level of a stream.

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

/// The interval between two readings of the level, in milliseconds.
const PERIOD: u32 = 125;
/// The number of samples in one reading: 85 ms at 48 kHz.
const SAMPLES: u16 = 4096;

thread_local! {
    /// The graph and the clock of all meters, while there is a meter.
    static SHARED: RefCell<Weak<Shared>> = const { RefCell::new(Weak::new()) };
}

/// The number of periods after which the levels of a graph that does not run count as unknown.
const START: u8 = 16;

/// Tells how loud a stream is, until it is dropped.
#[must_use = "it stops when it is dropped"]
pub struct Meter {
    _reading: Option<(Rc<RefCell<Reading>>, Rc<Shared>)>,
    _live: Live,
}

impl Meter {
    /// Starts to measure: `on_level` gets the level about eight times a second, from 0 to 100. It
    /// is 0 without a sound track; one that is added later is measured from then on.
    ///
    /// It gets `None` where the level is unknown: there is no Web Audio, it does not run, or it
    /// refuses the track. A track that is refused is not tried again.
    pub fn new(stream: &MediaStream, on_level: impl Fn(Option<u8>) + 'static) -> Self {
        let reading = if let Some(shared) = shared() {
            let stream = Clone::clone(stream);
            let mut meter = TrackMeter::default();
            let reading: Rc<RefCell<Reading>> = Rc::new(RefCell::new(move |audio: &Audio| {
                // No event tells of a track that a script adds: it is looked for each time.
                meter.follow(audio, stream.get_audio_tracks().get(0));
                on_level(meter.level(audio.is_running()));
            }));
            let weak: Weak<RefCell<Reading>> = Rc::downgrade(&reading);
            shared.readings.borrow_mut().push(weak);
            Some((reading, shared))
        } else {
            on_level(None);
            None
        };
        Self { _reading: reading, _live: Live::count(|live| &mut live.meters) }
    }
}

/// Reads the level of one stream, and tells it.
type Reading = dyn FnMut(&Audio);

/// The graph of all meters, and their clock: the page wakes up once for all of them.
struct Shared {
    audio: Audio,
    readings: RefCell<Vec<Weak<RefCell<Reading>>>>,
    _ticks: Interval,
}

impl Shared {
    fn new(audio: Audio) -> Rc<Self> {
        Rc::new_cyclic(|shared: &Weak<Self>| {
            let shared = Weak::clone(shared);
            let ticks = Interval::new(PERIOD, move || {
                if let Some(shared) = shared.upgrade() {
                    shared.read();
                }
            });
            Self { audio, readings: RefCell::default(), _ticks: ticks }
        })
    }

    fn read(&self) {
        self.readings.borrow_mut().retain(|reading| reading.strong_count() > 0);
        // Meters may come and go meanwhile.
        let readings = self.readings.borrow().clone();
        for reading in readings.iter().filter_map(Weak::upgrade) {
            if let Ok(mut reading) = reading.try_borrow_mut() {
                reading(&self.audio);
            }
        }
    }
}

/// The measurement of one stream.
#[derive(Default)]
struct TrackMeter {
    /// The track that is measured, or was refused.
    track: JsValue,
    nodes: Option<MeterNodes>,
    /// The number of periods for which the graph has not run.
    idle: u8,
}

impl TrackMeter {
    fn follow(&mut self, audio: &Audio, track: JsValue) {
        if self.track != track {
            self.nodes = None;
            self.nodes = MeterNodes::new(audio, &track);
            self.track = track;
        }
    }

    fn level(&mut self, is_running: bool) -> Option<u8> {
        self.idle = if is_running { 0 } else { self.idle.saturating_add(1) };
        if self.track.is_undefined() {
            return Some(0);
        }
        let level = self.nodes.as_mut()?.level();
        (self.idle < START).then_some(level)
    }
}

/// The nodes that measure one track.
struct MeterNodes {
    source: JsValue,
    analyser: AnalyserNode,
    samples: Vec<f32>,
}

impl MeterNodes {
    fn new(audio: &Audio, track: &JsValue) -> Option<Self> {
        if track.is_undefined() {
            return None;
        }
        // Of a stream with several sounds browsers take any: here there is one.
        let only = object::construct("MediaStream", &[&Array::of1(track)]).ok()?;
        let source = audio.node("createMediaStreamSource", &[&only])?;
        let analyser = audio.node("createAnalyser", &[])?;
        object::set(&analyser, "fftSize", &JsValue::from(SAMPLES));
        object::call(&source, "connect", &[&analyser]).ok()?;
        let samples = vec![0.0; usize::from(SAMPLES)];
        Some(Self { source, analyser: analyser.unchecked_into(), samples })
    }

    fn level(&mut self) -> u8 {
        self.analyser.get_float_time_domain_data(&mut self.samples);
        level(&self.samples)
    }
}

impl Drop for MeterNodes {
    fn drop(&mut self) {
        // While it is connected, the graph would keep it.
        let _ = object::call(&self.source, "disconnect", &[]);
    }
}

fn shared() -> Option<Rc<Shared>> {
    let shared = SHARED.with_borrow(Weak::upgrade);
    shared.or_else(|| {
        let shared = Shared::new(Audio::new(None, |_| {})?);
        SHARED.set(Rc::downgrade(&shared));
        Some(shared)
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
