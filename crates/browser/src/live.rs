//! The number of the browser's resources that this page holds: the proof that nothing is left
//! behind.

use std::cell::Cell;

use js_sys::Object;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::object;

/// The resources that are held right now, each by exactly one owner in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveResources {
    /// Data channels.
    pub channels: u32,
    /// Open `RTCPeerConnection`s.
    pub connections: u32,
    /// Event listeners.
    pub listeners: u32,
    /// Calls that other pages can find.
    pub locks: u32,
    /// Meters of streams.
    pub meters: u32,
    /// Notifications of the system.
    pub notifications: u32,
    /// Observers of elements.
    pub observers: u32,
    /// Sockets that are open or on their way.
    pub sockets: u32,
    /// Audio contexts.
    pub sounds: u32,
    /// Streams that can be shown.
    pub streams: u32,
    /// Asynchronous work that is under way.
    pub tasks: u32,
    /// Timers that are set.
    pub timers: u32,
    /// Captured tracks.
    pub tracks: u32,
}

impl LiveResources {
    /// Returns each count with its name.
    pub fn counts(self) -> [(&'static str, u32); 13] {
        [
            ("channels", self.channels),
            ("connections", self.connections),
            ("listeners", self.listeners),
            ("locks", self.locks),
            ("meters", self.meters),
            ("notifications", self.notifications),
            ("observers", self.observers),
            ("sockets", self.sockets),
            ("sounds", self.sounds),
            ("streams", self.streams),
            ("tasks", self.tasks),
            ("timers", self.timers),
            ("tracks", self.tracks),
        ]
    }
}

thread_local! {
    static LIVE: Cell<LiveResources> = const {
        Cell::new(LiveResources {
            channels: 0,
            connections: 0,
            listeners: 0,
            locks: 0,
            meters: 0,
            notifications: 0,
            observers: 0,
            sockets: 0,
            sounds: 0,
            streams: 0,
            tasks: 0,
            timers: 0,
            tracks: 0,
        })
    };
}

/// The resources that are held right now.
pub fn live_resources() -> LiveResources {
    LIVE.get()
}

/// The same for scripts, as a plain object: tests of the whole page count with it.
#[wasm_bindgen(js_name = liveResources)]
pub fn live_resources_object() -> JsValue {
    let object = Object::new();
    for (name, count) in live_resources().counts() {
        object::set(&object, name, &count.into());
    }
    object.into()
}

/// One of the counters.
type Counter = fn(&mut LiveResources) -> &mut u32;

/// Counts for one resource as long as it lives. An owner keeps it beside what it owns.
#[derive(Debug)]
pub(crate) struct Live(Counter);

impl Live {
    pub(crate) fn count(counter: Counter) -> Self {
        change(counter, |count| count.wrapping_add(1));
        Self(counter)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        change(self.0, |count| count.wrapping_sub(1));
    }
}

fn change(counter: Counter, how: fn(u32) -> u32) {
    let mut live = LIVE.get();
    let count = counter(&mut live);
    *count = how(*count);
    LIVE.set(live);
}
