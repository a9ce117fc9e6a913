//! The ring before a call.

use gloo_timers::callback::Interval;
use tincan_call::DeviceId;

use super::audio::Audio;
use super::note::{Note, play};

/// The direction of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ringing {
    /// Others ring this page.
    Incoming,
    /// This page rings others.
    Outgoing,
}

impl Ringing {
    /// One ring.
    const fn tune(self) -> &'static [Note] {
        match self {
            Self::Incoming => &[
                Note { frequency: 659.26, at: 0.05, length: 0.3, loudness: 0.2 },
                Note { frequency: 830.61, at: 0.25, length: 0.3, loudness: 0.2 },
                Note { frequency: 987.77, at: 0.45, length: 0.7, loudness: 0.2 },
            ],
            // As telephones do in much of the world (ITU-T E.180).
            Self::Outgoing => &[Note { frequency: 425.0, at: 0.05, length: 1.0, loudness: 0.08 }],
        }
    }

    /// From one ring to the next, in milliseconds.
    const fn period(self) -> u32 {
        match self {
            Self::Incoming => 2500,
            Self::Outgoing => 4000,
        }
    }
}

/// Rings until it is dropped. It is not heard where there is no Web Audio, and not before the
/// person's first click; with that click it starts.
#[must_use = "it rings until it is dropped"]
pub struct Ringtone {
    _rings: Option<Interval>,
}

impl Ringtone {
    /// Starts to ring, on this speaker or the system's own. If the browser refuses the speaker,
    /// `on_refused` is called and it rings on the system's own.
    pub fn new(
        ringing: Ringing,
        speaker: Option<&DeviceId>,
        on_refused: impl FnOnce(DeviceId) + 'static,
    ) -> Self {
        let rings = Audio::new(speaker, on_refused).map(|audio| {
            // The first also waits for a graph that has still to start.
            play(&audio, ringing.tune());
            Interval::new(ringing.period(), move || {
                if audio.is_running() {
                    play(&audio, ringing.tune());
                }
            })
        });
        Self { _rings: rings }
    }
}
