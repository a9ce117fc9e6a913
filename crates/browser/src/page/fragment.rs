//! The part of the page's address behind the `#`, which no browser sends to a server.

use tincan_call::InviteLink;
use tincan_protocol::{EXPOSED_LINK_FRAGMENT, explain_exposed_link};
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::listener::Listener;

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

/// Shows another address, without loading it and without a new entry in the browser's history.
pub fn replace_address(address: &str) {
    let Some(window) = web_sys::window() else { return };
    if window.location().href().is_ok_and(|current| current == address) {
        return;
    }
    if let Ok(history) = window.history() {
        let state = history.state().unwrap_or(JsValue::NULL);
        // Only another origin is refused, and then the address stays as it is.
        let _ = history.replace_state_with_url(&state, "", Some(address));
    }
}

/// Removes the secret of a link whose `#` was encoded from the address. The fragment then says that
/// this happened. Most hosts have no file at such an address, but some answer any unknown path with
/// the page, and all ignore the query.
pub fn conceal_exposed_link() {
    let Some(window) = web_sys::window() else { return };
    let location = window.location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else { return };
    let is_in_query = || {
        fragment().is_empty()
            && explain_exposed_link(&query).is_some()
            && matches!(InviteLink::from_text(&query), InviteLink::Room(_))
    };
    let in_query = || is_in_query().then(|| ["./#", EXPOSED_LINK_FRAGMENT].concat());
    if let Some(explanation) = explain_exposed_link(&path).or_else(in_query) {
        replace_address(&explanation);
    }
}

/// Tells of every change of the fragment: by [`set_fragment`], by hand, by going back.
#[must_use = "it stops listening when it is dropped"]
#[derive(Debug)]
pub struct FragmentListener {
    _listener: Option<Listener>,
}

impl FragmentListener {
    /// Starts to listen; `on_change` gets the new fragment, without its `#`.
    pub fn new(mut on_change: impl FnMut(String) + 'static) -> Self {
        let listen =
            |window: Window| Listener::new(&window, "hashchange", move |_| on_change(fragment()));
        Self { _listener: web_sys::window().map(listen) }
    }
}
