//! The screen stays on during a call.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::is_hidden;
use crate::crash::EndOnCrash;
use crate::listener::Listener;
use crate::{object, promise};

/// Keeps the screen on until it is dropped, where the browser can do that (Screen Wake Lock API).
/// The browser lets go of it whenever the page is hidden; it is taken again when the page is seen.
#[must_use = "the screen may go off when this is dropped"]
pub struct WakeLock {
    _held: Rc<Held>,
    _visible: Option<Listener>,
}

/// The `WakeLockSentinel`, if there is one.
#[derive(Default)]
struct Held(RefCell<Option<(JsValue, EndOnCrash)>>);

impl WakeLock {
    /// Starts to keep the screen on.
    pub fn new() -> Self {
        let held = Rc::new(Held::default());
        take(&Rc::downgrade(&held));
        let visible = web_sys::window().and_then(|window| window.document()).map(|document| {
            let held = Rc::downgrade(&held);
            Listener::new(&document, "visibilitychange", move |_| take(&held))
        });
        Self { _held: held, _visible: visible }
    }
}

impl Default for WakeLock {
    fn default() -> Self {
        Self::new()
    }
}

impl Held {
    /// Holds this one, and lets go of any before it.
    fn hold(&self, lock: JsValue) {
        let crash = EndOnCrash::new(&lock, "release");
        self.release();
        self.0.replace(Some((lock, crash)));
    }

    fn release(&self) {
        if let Some((lock, _crash)) = self.0.take() {
            promise::call(&lock, "release", &[]);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.release();
    }
}

/// Takes a lock. One that comes too late is let go of at once.
fn take(held: &Weak<Held>) {
    if is_hidden() {
        return;
    }
    let asked = object::ask(&object::navigator("wakeLock"), "request", &[]);
    let held = Weak::clone(held);
    spawn_local(async move {
        // A battery that is low is a reason to refuse.
        let Ok(lock) = asked.await else { return };
        held.upgrade().unwrap_or_default().hold(lock);
    });
}
