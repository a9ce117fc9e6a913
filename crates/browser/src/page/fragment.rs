//! The part of the page's address behind the `#`, which no browser sends to a server.

use gloo_events::EventListener;
use web_sys::Window;

/// The fragment, without its `#`.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.map(|hash| hash.trim_start_matches('#').to_owned()).unwrap_or_default()
}

/// Goes to another fragment, as a new entry in the browser's history.
pub fn set_fragment(fragment: &str) {
    if let Some(window) = web_sys::window() {
        // Setting the hash fails for no text.
        let _ = window.location().set_hash(fragment);
    }
}

/// Tells of every change of the fragment: by [`set_fragment`], by hand, by going back.
#[must_use = "it stops listening when it is dropped"]
#[derive(Debug)]
pub struct FragmentListener {
    _listener: Option<EventListener>,
}

impl FragmentListener {
    /// Starts to listen; `on_change` gets the new fragment, without its `#`.
    pub fn new(on_change: impl Fn(String) + 'static) -> Self {
        let listen = |window: Window| {
            EventListener::new(&window, "hashchange", move |_| on_change(fragment()))
        };
        Self { _listener: web_sys::window().map(listen) }
    }
}
