//! The captured tracks, by their ids.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tincan_call::{DeviceId, LocalTrack, ShareStyle, TrackId};
use wasm_bindgen::JsValue;
use web_sys::MediaStreamTrack;

use super::{CapturedTrack, RegisteredStream, Streams};

/// All tracks that this page captured, each with a stream of its own to show it by.
#[derive(Default)]
pub struct Tracks {
    last: Cell<u32>,
    entries: RefCell<Vec<Entry>>,
}

struct Entry {
    id: TrackId,
    captured: CapturedTrack,
    _stream: RegisteredStream,
}

impl Tracks {
    /// Takes over a track of this device. `on_ended` is called if it ends by itself.
    ///
    /// # Errors
    /// If the browser has no streams.
    pub fn add(
        &self,
        mut captured: CapturedTrack,
        device: Option<DeviceId>,
        streams: &Rc<Streams>,
        on_ended: impl Fn(TrackId) + 'static,
    ) -> Result<LocalTrack, JsValue> {
        let stream = streams.create()?;
        stream.stream().add_track(captured.track());
        let id = TrackId(self.last.get().wrapping_add(1));
        self.last.set(id.0);
        captured.on_ended(move || on_ended(id));
        let local = LocalTrack {
            source: captured.source(),
            track: id,
            stream: stream.id(),
            device,
            height: captured.height(),
        };
        self.entries.borrow_mut().push(Entry { id, captured, _stream: stream });
        Ok(local)
    }

    /// The track with this id, until it is removed.
    pub fn get(&self, id: TrackId) -> Option<MediaStreamTrack> {
        let entries = self.entries.borrow();
        // Not `.clone()`: of a track that is `MediaStreamTrack.clone`, which holds the device, too.
        entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| Clone::clone(entry.captured.track()))
    }

    /// Silences a track, or lets it be heard and seen.
    pub fn set_enabled(&self, id: TrackId, enabled: bool) {
        if let Some(entry) = self.entries.borrow().iter().find(|entry| entry.id == id) {
            entry.captured.set_enabled(enabled);
        }
    }

    /// Says what a shared screen is like.
    pub fn hint(&self, id: TrackId, style: ShareStyle) {
        if let Some(entry) = self.entries.borrow().iter().find(|entry| entry.id == id) {
            entry.captured.hint(style);
        }
    }

    /// Stops a track and lets go of its device and its stream.
    pub fn remove(&self, id: TrackId) {
        self.entries.borrow_mut().retain(|entry| entry.id != id);
    }
}
