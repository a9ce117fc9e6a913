//! Moments at which it is worth trying again.

use js_sys::Reflect;
use tincan_call::Input;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, PageTransitionEvent, VisibilityState, Window};

use crate::listener::Listener;

/// Tells when the network came back or became another, when the page became visible or is no longer
/// frozen, and when it came back from the browser's cache of pages.
pub(crate) fn awake_listeners(tell: impl Fn(Input) + Clone + 'static) -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let mut listeners = Vec::new();
    let changed = tell.clone();
    listeners.push(Listener::new(&window, "online", move |_| changed(Input::NetworkChanged)));
    let awake = tell.clone();
    listeners.push(Listener::new(&window, "pageshow", move |event| {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            awake(Input::Awake);
        }
    }));
    if let Some(document) = window.document() {
        let awake = tell.clone();
        listeners.push(Listener::new(&document, "resume", move |_| awake(Input::Awake)));
        let awake = tell.clone();
        listeners.push(Listener::new(&document.clone(), "visibilitychange", move |_| {
            if document.visibility_state() == VisibilityState::Visible {
                awake(Input::Awake);
            }
        }));
    }
    if let Some(network) = network(&window) {
        // The event also comes with every new estimate of the speed: that is no other network.
        let mut last = network_type(&network);
        listeners.push(Listener::new(&network.clone(), "change", move |_| {
            let new = network_type(&network);
            if new != last {
                last = new;
                tell(Input::NetworkChanged);
            }
        }));
    }
    listeners
}

/// `navigator.connection` (Network Information API), where there is one.
fn network(window: &Window) -> Option<EventTarget> {
    let network = Reflect::get(&window.navigator(), &JsValue::from_str("connection")).ok()?;
    network.dyn_into().ok()
}

/// "wifi", "cellular" and so on; undefined where the browser does not tell.
fn network_type(network: &EventTarget) -> JsValue {
    Reflect::get(network, &JsValue::from_str("type")).unwrap_or_default()
}
