//! Event listeners that are removed on drop.

use gloo_events::EventListener;
use web_sys::{Event, EventTarget};

use crate::live::Live;

/// A listener on a target of events, until it is dropped.
#[derive(Debug)]
#[must_use = "the listener is removed when this is dropped"]
pub struct Listener {
    _listener: EventListener,
    _live: Live,
}

impl Listener {
    /// Calls `callback` at each event of this type.
    pub fn new(
        target: &EventTarget,
        event_type: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        Self {
            _listener: EventListener::new(target, event_type, callback),
            _live: Live::count(|live| &mut live.listeners),
        }
    }
}
