//! A captured track and its device.

use tincan_protocol::Source;
use wasm_bindgen::JsCast;
use web_sys::MediaStreamTrack;

use crate::js::TrackExt;
use crate::listener::Listener;
use crate::live::Live;

/// A track that this page captured. Dropping it stops it, and lets go of the device.
#[must_use = "the track stops when this is dropped"]
pub struct CapturedTrack {
    source: Source,
    track: MediaStreamTrack,
    ended: Option<Listener>,
    _live: Live,
}

impl CapturedTrack {
    /// Takes a track over.
    pub fn new(source: Source, track: MediaStreamTrack) -> Self {
        let hint = match source {
            Source::Camera => "motion",
            // Text must stay legible, and frames may be dropped for it.
            Source::Screen => "detail",
            Source::Microphone | Source::ScreenAudio | Source::Unknown => "",
        };
        track.unchecked_ref::<TrackExt>().set_content_hint(hint);
        Self { source, track, ended: None, _live: Live::count(|live| &mut live.tracks) }
    }

    /// Calls `callback` if the track ends by itself: the device was unplugged, or the person
    /// stopped it from the browser's own controls. Not when it is dropped.
    pub fn on_ended(&mut self, callback: impl FnMut() + 'static) {
        let mut callback = callback;
        self.ended = Some(Listener::new(&self.track, "ended", move |_| callback()));
    }

    /// What it carries.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The track, to send it and to show it.
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Silences it, or lets it be heard and seen.
    pub fn set_enabled(&self, enabled: bool) {
        self.track.set_enabled(enabled);
    }
}

impl Drop for CapturedTrack {
    fn drop(&mut self) {
        self.ended = None;
        self.track.stop();
    }
}
