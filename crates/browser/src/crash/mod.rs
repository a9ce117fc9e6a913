//! The end of a page whose code has failed.
//!
//! After a panic a cell may stay borrowed and a state half changed, and after a trap no destructor
//! has run. So nothing here relies on the state of the app. Owners of devices and connections
//! register what they own in a map of JavaScript's (`EndOnCrash`); `end` ends all of it,
//! replaces the page by a notice, and leaves the button of the notice to functions of the browser's
//! own.
//!
//! The notice and the console name a place in the source code. They never repeat the message of an
//! error: it may hold an address or a name.

mod held;
mod interrupted;
mod notice;
mod origin;
mod rejoin;

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

use js_sys::Promise;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ErrorEvent;

use crate::listener::Listener;
use crate::{log, object};

pub(crate) use held::EndOnCrash;
pub use interrupted::uninterrupted;
pub use notice::CrashTexts;
pub use origin::is_foreign;
pub use rejoin::{Rejoin, set_call, take_rejoin};

thread_local! {
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    /// A cell that is copied from and never borrowed, like all that a crash reads.
    static TEXTS: Cell<Option<CrashTexts>> = const { Cell::new(None) };
    /// Stops the tracks of a stream that the browser gives after a crash. One function for all of
    /// them, so that none has to outlive its caller.
    static STOP_LATE: Closure<dyn FnMut(JsValue)> = Closure::new(|stream: JsValue| {
        if held::has_crashed() {
            held::stop_tracks(&stream);
        }
    });
    static IGNORE: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {});
}

/// Ends the page from now on when an error in its code is caught by nobody. Panics come by
/// [`on_panic`], which the app sets as its hook.
pub fn watch() {
    LISTENERS.replace(listeners());
}

/// Sets the texts of the notice, in the language of the page.
pub fn set_texts(texts: CrashTexts) {
    TEXTS.set(Some(texts));
}

/// Ends the page at a panic. It is the panic hook of the app.
pub fn on_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| {
        let (line, column) = (place.line(), place.column());
        format!(" at {}:{line}:{column}", source_file(place.file()))
    });
    end(&["panicked", &place].concat());
}

/// Returns the path of a source file without the folders of the machine that compiled it.
fn source_file(path: &str) -> &str {
    let path = path.rsplit_once("/registry/src/").map_or(path, |(_, rest)| {
        // The folder after it names the registry.
        rest.split_once('/').map_or(rest, |(_, rest)| rest)
    });
    path.rsplit_once("/library/").map_or(path, |(_, rest)| rest)
}

/// Ends everything that is registered and replaces the page by a notice. `cause` is a text for
/// developers.
fn end(cause: &str) {
    if held::has_crashed() {
        return;
    }
    // Before the call hangs up, and is none to be joined again.
    let rejoin = rejoin::call();
    held::end_all();
    log::error(cause);
    if let Some(texts) = TEXTS.get() {
        notice::show(&texts, cause, rejoin);
    }
}

/// Stops what a request for devices gives if the page has crashed meanwhile, when the code that
/// waits for it may never run again.
pub(crate) fn stop_late(request: &Promise) {
    STOP_LATE.with(|stop| IGNORE.with(|ignore| drop(request.then2(stop, ignore))));
}

fn listeners() -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let error = Listener::new(&window, "error", |event| {
        let event: &ErrorEvent = event.unchecked_ref();
        let (error, file) = (event.error(), event.filename());
        // An event without an error is a warning of the browser's ("ResizeObserver loop ..."), or
        // comes from a script of another origin.
        if !error.is_null_or_undefined() && !is_of_others(&error, &file) {
            end(&cause(&error, &file, event.lineno()));
        } else {
            interrupted::check_soon();
        }
    });
    let rejection = Listener::new(&window, "unhandledrejection", |event| {
        let reason = object::get(event, "reason");
        // Promises of the browser's own leave the page as it was when they are rejected. In
        // Chromium and WebKit they have no trace; in Firefox they have the caller's.
        let is_error = reason.is_instance_of::<js_sys::Error>()
            && !reason.is_instance_of::<web_sys::DomException>();
        if is_error && origin::has_frames(&origin::trace(&reason)) && !is_of_others(&reason, "") {
            end(&cause(&reason, "", 0));
        } else {
            interrupted::check_soon();
        }
    });
    vec![error, rejection]
}

fn is_of_others(error: &JsValue, file: &str) -> bool {
    let trace = origin::trace(error);
    let trace = if origin::has_frames(&trace) { &trace } else { file };
    let page = object::text(&object::get(&object::window(), "location"), "origin");
    is_foreign(trace, &page.unwrap_or_default())
}

/// Names the kind of an error, and the file and line that it comes from.
fn cause(error: &JsValue, file: &str, line: u32) -> String {
    let name = log::error_name(error);
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let name = if is_word { name.as_str() } else { "Error" };
    // Never the fragment of an address, which is the secret.
    let file = file.split(['#', '?']).next().unwrap_or_default();
    match file.rsplit('/').next() {
        None | Some("") => name.to_owned(),
        Some(file) => format!("{name} at {file}:{line}"),
    }
}

/// Makes the page usable again after a crash, and no longer watches it, for the next test.
#[cfg(feature = "probe")]
pub fn recover() {
    LISTENERS.take();
    held::recover();
    interrupted::recover();
    rejoin::recover();
}
