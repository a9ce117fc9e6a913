//! What only a call needs, where the page is packed so that it comes later.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::object;

/// Loads what only a call needs, which takes as long as it takes: what fails is tried again, and
/// `start.js` says so. None if it is there already, or part of the page.
pub fn load_call() -> Option<impl Future<Output = ()> + use<>> {
    let loading = object::call(&object::window(), "tincanCall", &[]).ok()?;
    let loading: Promise = loading.dyn_into().ok()?;
    Some(async move {
        // It is never rejected.
        let _ = JsFuture::from(loading).await;
    })
}
