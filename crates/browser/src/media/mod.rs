//! Captured media, and the streams to show it by.

mod capture;
mod constraints;
mod devices;
mod error;
mod permissions;
mod streams;
mod track;
mod tracks;

pub use capture::capture;
pub use devices::DeviceList;
pub use error::capture_error;
pub use permissions::find_permissions;
pub use streams::{RegisteredStream, Streams};
pub use track::{CapturedTrack, TrackEvent};
pub use tracks::Tracks;

use tincan_protocol::Source;

/// Returns the kind of a source's tracks (`MediaStreamTrack.kind`).
pub(crate) const fn kind(source: Source) -> &'static str {
    match source {
        Source::Microphone | Source::ScreenAudio => "audio",
        Source::Camera | Source::Screen => "video",
    }
}
