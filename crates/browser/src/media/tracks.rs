//! The captured tracks, by their ids.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tincan_call::{DeviceId, LocalTrack, ShareStyle, TrackId};
use wasm_bindgen::JsValue;
use web_sys::MediaStreamTrack;

use super::{CapturedTrack, RegisteredStream, Streams, TrackEvent};

/// All tracks that this page captured, each with a stream of its own to show it by.
#[derive(Default)]
pub struct Tracks {
    last: Cell<u32>,
    entries: RefCell<Vec<Entry>>,
}

struct Entry {
    id: TrackId,
    captured: CapturedTrack,
    /// The height that was reported last.
    height: Cell<u32>,
    _stream: RegisteredStream,
}

impl Tracks {
    /// Takes over a track of this device. `on_event` is called with what happens to it by itself.
    ///
    /// # Errors
    /// If the browser has no streams.
    pub fn add(
        &self,
        mut captured: CapturedTrack,
        device: Option<DeviceId>,
        streams: &Rc<Streams>,
        on_event: impl Fn(TrackId, TrackEvent) + 'static,
    ) -> Result<LocalTrack, JsValue> {
        let stream = streams.create()?;
        stream.stream().add_track(captured.track());
        let id = TrackId(self.last.get().wrapping_add(1));
        self.last.set(id.0);
        captured.on_event(move |event| on_event(id, event));
        let local = LocalTrack {
            source: captured.source(),
            track: id,
            stream: stream.id(),
            device,
            height: captured.height(),
            muted: captured.is_muted(),
        };
        let height = Cell::new(local.height);
        self.entries.borrow_mut().push(Entry { id, captured, height, _stream: stream });
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

    /// Returns `true` if a track has ended, also if that was before it was added.
    pub fn has_ended(&self, id: TrackId) -> bool {
        self.entries.borrow().iter().any(|entry| entry.id == id && entry.captured.has_ended())
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

    /// Returns the pictures whose height is not what it was when this or [`add`](Self::add) told
    /// it last, with their new height. One whose height the browser does not say stays as it was.
    pub fn take_resized(&self) -> Vec<(TrackId, u32)> {
        let resized = |entry: &Entry| {
            let height = entry.captured.height();
            (height != 0 && entry.height.replace(height) != height).then_some((entry.id, height))
        };
        self.entries.borrow().iter().filter_map(resized).collect()
    }

    /// Stops a track and lets go of its device and its stream.
    pub fn remove(&self, id: TrackId) {
        self.entries.borrow_mut().retain(|entry| entry.id != id);
    }
}
