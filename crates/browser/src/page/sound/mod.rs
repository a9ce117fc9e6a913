//! Sound that the page makes, and how loud others are.

mod audio;
mod meter;
mod note;
mod playback;
mod ringtone;
mod speaker;
mod test_tone;

pub use meter::Meter;
pub use playback::{set_playback, set_speaker};
pub use ringtone::{Ringing, Ringtone};
pub use speaker::can_choose_speaker;
pub use test_tone::play_test_tone;
