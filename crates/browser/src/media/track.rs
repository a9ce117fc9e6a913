//! A captured track and its device.

use std::rc::Rc;

use tincan_call::ShareStyle;
use tincan_protocol::Source;
use wasm_bindgen::JsValue;
use web_sys::MediaStreamTrack;

use crate::crash::EndOnCrash;
use crate::listener::Listener;
use crate::live::Live;
use crate::object;

/// A track that this page captured. Dropping it stops it, and lets go of the device.
#[must_use = "the track stops when this is dropped"]
pub struct CapturedTrack {
    source: Source,
    track: MediaStreamTrack,
    listeners: Vec<Listener>,
    _crash: EndOnCrash,
    _live: Live,
}

/// Something that happens to a captured track without the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackEvent {
    /// It ended: the device was unplugged, or the person stopped it from the browser's own
    /// controls.
    Ended,
    /// The system silenced it, or lets media flow again.
    Muted(bool),
}

impl CapturedTrack {
    /// Takes a track over.
    pub fn new(source: Source, track: MediaStreamTrack) -> Self {
        let crash = EndOnCrash::new(&track, "stop");
        let live = Live::count(|live| &mut live.tracks);
        Self { source, track, listeners: Vec::new(), _crash: crash, _live: live }
    }

    /// Says what the picture is like; a screen is of this style.
    pub fn hint(&self, style: ShareStyle) {
        let hint = match (self.source, style) {
            (Source::Camera, _) | (Source::Screen, ShareStyle::Motion) => "motion",
            // Text must stay legible, and frames may be dropped for it.
            (Source::Screen, ShareStyle::Text) => "detail",
            (Source::Microphone | Source::ScreenAudio, _) => return,
        };
        object::set(&self.track, "contentHint", &JsValue::from_str(hint));
    }

    /// The height of the picture, in pixels; 0 for sound, and if the browser does not say.
    pub fn height(&self) -> u32 {
        let settings = object::call(&self.track, "getSettings", &[]).unwrap_or_default();
        let height = object::number(&settings, "height").unwrap_or_default();
        // It saturates.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let height = height as u32;
        height
    }

    /// Calls `callback` with what happens to the track by itself. Not when it is dropped, nor for
    /// what [`set_enabled`](Self::set_enabled) does.
    pub fn on_event(&mut self, callback: impl Fn(TrackEvent) + 'static) {
        let callback = Rc::new(callback);
        let events = [
            ("ended", TrackEvent::Ended),
            ("mute", TrackEvent::Muted(true)),
            ("unmute", TrackEvent::Muted(false)),
        ];
        let listen = |(name, event)| {
            let callback = Rc::clone(&callback);
            Listener::new(&self.track, name, move |_| callback(event))
        };
        self.listeners = events.into_iter().map(listen).collect();
    }

    /// Returns `true` once it has ended, also if nobody listened then.
    pub fn has_ended(&self) -> bool {
        object::text(&self.track, "readyState").as_deref() == Some("ended")
    }

    /// Returns `true` while the system keeps the track silent.
    pub fn is_muted(&self) -> bool {
        self.track.muted()
    }

    /// Returns the source that it carries.
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
        self.listeners.clear();
        self.track.stop();
    }
}
