//! A tone to try a speaker by.

use std::cell::RefCell;
use std::time::Duration;

use tincan_call::DeviceId;

use super::audio::Audio;
use super::note::{Note, play};
use crate::timer::Timer;

/// A fifth, upwards.
const TUNE: [Note; 2] = [
    Note { frequency: 523.25, at: 0.05, length: 0.35, loudness: 0.25 },
    Note { frequency: 783.99, at: 0.3, length: 0.5, loudness: 0.25 },
];

/// The lifetime of the graph: the tune, and the time that a graph may take to start.
const KEPT: Duration = Duration::from_secs(2);

thread_local! {
    /// The tone that is heard, and the end of it.
    static TONE: RefCell<Option<(Audio, Timer)>> = const { RefCell::new(None) };
}

/// Plays a short tone on this speaker, or the system's own, in place of one that still plays. If
/// the browser refuses the speaker, `on_refused` is called and the system's own plays the tone.
/// Returns `false` if nothing can be played.
pub fn play_test_tone(
    speaker: Option<&DeviceId>,
    on_refused: impl FnOnce(DeviceId) + 'static,
) -> bool {
    let Some(audio) = Audio::new(speaker, on_refused) else { return false };
    play(&audio, &TUNE);
    let end = Timer::new(KEPT, || drop(TONE.take()));
    drop(TONE.replace(Some((audio, end))));
    true
}
