//! When the page goes away.

use gloo_events::EventListener;
use web_sys::Window;

/// Tells when the page is left or closed: the last moment at which anything can be done.
#[must_use = "it stops listening when it is dropped"]
#[derive(Debug)]
pub struct PageHide {
    _listener: Option<EventListener>,
}

impl PageHide {
    /// Starts to listen.
    pub fn new(on_hide: impl Fn() + 'static) -> Self {
        let listen = |window: Window| EventListener::new(&window, "pagehide", move |_| on_hide());
        Self { _listener: web_sys::window().map(listen) }
    }
}
