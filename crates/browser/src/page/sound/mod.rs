//! Sound that the page makes, and how loud others are.

mod audio;
mod meter;
mod note;
mod playback;
mod ringtone;
mod test_tone;

pub use meter::Meter;
pub use playback::{can_choose_speaker, set_playback};
pub use ringtone::{Ringing, Ringtone};
pub use test_tone::play_test_tone;
