//! Event listeners that are removed on drop.

use gloo_events::{EventListener, EventListenerOptions};
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
        Self::with(EventListenerOptions::default(), target, event_type, callback)
    }

    /// The same, for a callback that may prevent what the browser would do by itself.
    pub fn active(
        target: &EventTarget,
        event_type: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        let options = EventListenerOptions::enable_prevent_default();
        Self::with(options, target, event_type, callback)
    }

    fn with(
        options: EventListenerOptions,
        target: &EventTarget,
        event_type: &'static str,
        callback: impl FnMut(&Event) + 'static,
    ) -> Self {
        Self {
            _listener: EventListener::new_with_options(target, event_type, options, callback),
            _live: Live::count(|live| &mut live.listeners),
        }
    }
}
