//! The resources that end when the page crashes.

use std::cell::Cell;

use js_sys::{Array, Map};
use wasm_bindgen::{JsCast, JsValue};

use crate::object;

thread_local! {
    /// Each resource, and the name of the method that ends it. It is a map of JavaScript's, since
    /// one in Rust could be borrowed at the time of a panic.
    static HELD: Map = Map::new();
    static HAS_CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// The registration of a resource that ends when the page crashes. The owner of the resource keeps
/// it beside; dropping it ends nothing.
#[must_use = "the resource is no longer ended at a crash when this is dropped"]
pub(crate) struct EndOnCrash(JsValue);

impl EndOnCrash {
    /// Registers a resource by the name of the method that ends it. After a crash the resource is
    /// ended at once.
    pub(crate) fn new(resource: &JsValue, method: &'static str) -> Self {
        if has_crashed() {
            end(resource, method);
        } else {
            HELD.with(|held| held.set(resource, &JsValue::from_str(method)));
        }
        Self(resource.clone())
    }
}

impl Drop for EndOnCrash {
    fn drop(&mut self) {
        HELD.with(|held| held.delete(&self.0));
    }
}

/// Returns `true` once [`end_all`] was called.
pub(super) fn has_crashed() -> bool {
    HAS_CRASHED.get()
}

/// Ends everything that is registered, the oldest first, and from now on whatever is registered.
pub(super) fn end_all() {
    HAS_CRASHED.set(true);
    let held = HELD.with(|held| Array::from(held.as_ref()));
    for entry in held.iter() {
        let entry: Array = entry.unchecked_into();
        if let Some(method) = entry.get(1).as_string() {
            end(&entry.get(0), &method);
        }
    }
    HELD.with(Map::clear);
}

/// Stops all tracks of a stream.
pub(super) fn stop_tracks(stream: &JsValue) {
    let tracks = object::call(stream, "getTracks", &[]).unwrap_or_default();
    if let Ok(tracks) = tracks.dyn_into::<Array>() {
        tracks.iter().for_each(|track| end(&track, "stop"));
    }
}

/// Ends one resource. What cannot be ended keeps nothing else from its end.
fn end(resource: &JsValue, method: &str) {
    let _ = object::call(resource, method, &[]);
}

/// Forgets that there was a crash.
#[cfg(feature = "probe")]
pub(super) fn recover() {
    HAS_CRASHED.set(false);
}
