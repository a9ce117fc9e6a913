//! The part of a packed page that only a call needs, and that is loaded later.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::object;

/// Loads what only a call needs. `start.js` tries again what fails, and tells the person. Returns
/// `None` if everything is there already.
pub fn load_call() -> Option<impl Future<Output = ()> + use<>> {
    let loading = object::call(&object::window(), "tincanCall", &[]).ok()?;
    let loading: Promise = loading.dyn_into().ok()?;
    Some(async move {
        // It is never rejected.
        let _ = JsFuture::from(loading).await;
    })
}
