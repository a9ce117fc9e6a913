//! Words for a developer's console. They never hold what was received, said or seen: no message,
//! no description, no candidate, no address, no name.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::console;

/// Notes something that is of no concern to the person.
pub(crate) fn debug(what: &'static str) {
    console::debug_1(&JsValue::from_str(what));
}

/// Notes that the page has failed; `what` names a place in its code.
pub(crate) fn error(what: &str) {
    console::error_1(&JsValue::from_str(what));
}

/// Notes that the browser refused something; of the error only its name is shown.
pub(crate) fn refused(what: &'static str, error: &JsValue) {
    console::debug_2(&JsValue::from_str(what), &JsValue::from_str(&error_name(error)));
}

/// The `name` of a `DOMException` or another error; empty if it has none.
pub(crate) fn error_name(error: &JsValue) -> String {
    Reflect::get(error, &JsValue::from_str("name"))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}
