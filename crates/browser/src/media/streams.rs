//! The streams that can be shown, by their ids.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tincan_call::StreamId;
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

use crate::live::Live;

/// All streams that can be shown, this page's own and those of others.
#[derive(Default)]
pub struct Streams {
    last: Cell<u32>,
    entries: RefCell<Vec<(StreamId, MediaStream)>>,
}

impl Streams {
    /// The stream with this id, while its owner lives.
    pub fn get(&self, id: StreamId) -> Option<MediaStream> {
        let entries = self.entries.borrow();
        // Not `.clone()`: of a stream that is `MediaStream.clone`, which makes tracks of its own.
        entries.iter().find(|(known, _)| *known == id).map(|(_, stream)| Clone::clone(stream))
    }

    /// Makes an empty stream and registers it.
    ///
    /// # Errors
    /// If the browser has no streams.
    pub fn create(self: &Rc<Self>) -> Result<RegisteredStream, JsValue> {
        let stream = MediaStream::new()?;
        let id = StreamId(self.last.get().wrapping_add(1));
        self.last.set(id.0);
        self.entries.borrow_mut().push((id, Clone::clone(&stream)));
        Ok(RegisteredStream {
            id,
            stream,
            registry: Rc::clone(self),
            _live: Live::count(|live| &mut live.streams),
        })
    }
}

/// The owner of a registered stream. Dropping it takes the stream from the registry.
pub struct RegisteredStream {
    id: StreamId,
    stream: MediaStream,
    registry: Rc<Streams>,
    _live: Live,
}

impl RegisteredStream {
    /// The id to ask the registry for.
    pub fn id(&self) -> StreamId {
        self.id
    }

    /// The stream.
    pub fn stream(&self) -> &MediaStream {
        &self.stream
    }
}

impl Drop for RegisteredStream {
    fn drop(&mut self) {
        self.registry.entries.borrow_mut().retain(|(id, _)| *id != self.id);
    }
}
