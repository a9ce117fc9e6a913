//! The moments at which the page goes away and comes back.

use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::listener::Listener;

/// A change of whether the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageTransition {
    /// It is left or closed: the last moment at which anything can be done.
    Hidden,
    /// It is shown again as it was: the browser had kept it (its back/forward cache).
    Restored,
}

/// Tells when the page goes away and comes back, until it is dropped.
#[must_use = "it stops listening when it is dropped"]
pub struct PageTransitions {
    _listeners: Vec<Listener>,
}

impl PageTransitions {
    /// Starts to listen.
    pub fn new(on_transition: impl Fn(PageTransition) + Clone + 'static) -> Self {
        let Some(window) = web_sys::window() else { return Self { _listeners: Vec::new() } };
        let on_hidden = on_transition.clone();
        let hidden = Listener::new(&window, "pagehide", move |_| on_hidden(PageTransition::Hidden));
        let shown = Listener::new(&window, "pageshow", move |event| {
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                on_transition(PageTransition::Restored);
            }
        });
        Self { _listeners: vec![hidden, shown] }
    }
}
