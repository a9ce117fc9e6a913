//! Code of the page that an error of another's code has cut short.
//!
//! Extensions wrap functions of the browser's, such as `RTCRtpSender.replaceTrack`. When such a
//! wrapper throws, the error passes through the page's own code, and WebAssembly runs no destructor
//! on its way: cells stay borrowed, and a flag that says that the code runs stays set. The same
//! kind of error leaves the page as it was if a listener threw it that the code called, as by
//! `focus()`: the browser reports it and goes on. The two differ in what comes after: only in the
//! second case does the code return.

use std::cell::Cell;

use wasm_bindgen::prelude::Closure;

use crate::object;

thread_local! {
    /// The number of calls of [`uninterrupted`] that have not returned.
    static RUNNING: Cell<u32> = const { Cell::new(0) };
    static CHECK: Closure<dyn FnMut()> = Closure::new(|| {
        if RUNNING.get() > 0 {
            super::end("interrupted by an error of another script");
        }
    });
}

/// Runs code that leaves the page unusable if it is cut short. An error of another's code that
/// passes through it ends the page.
pub fn uninterrupted<T>(code: impl FnOnce() -> T) -> T {
    RUNNING.set(RUNNING.get().saturating_add(1));
    let result = code();
    RUNNING.set(RUNNING.get().saturating_sub(1));
    result
}

/// Ends the page soon if an error, which has just been reported, has cut such code short. In a task
/// of its own no code of the page is on the stack, so whatever has not returned by then never will.
pub(super) fn check_soon() {
    if RUNNING.get() > 0 {
        // A page without timers has no call either.
        let _ =
            CHECK.with(|check| object::call(&object::window(), "setTimeout", &[check.as_ref()]));
    }
}

/// Forgets what was cut short.
#[cfg(feature = "probe")]
pub(super) fn recover() {
    RUNNING.set(0);
}
