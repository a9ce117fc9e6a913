//! Promises whose result nobody waits for.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use crate::{log, object};

thread_local! {
    /// One function for all of them, so that none has to outlive its caller.
    static REFUSED: Closure<dyn FnMut(JsValue)> =
        Closure::new(|error| log::refused("the browser refused", &error));
}

/// Lets a promise go its way: a failure is noted by name and otherwise ignored.
pub(crate) fn ignore(promise: &Promise) {
    REFUSED.with(|refused| {
        let _ = promise.catch(refused);
    });
}

/// Calls a method, and lets what it promises go its way. A refusal is noted in the same way.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) {
    match object::call(object, name, arguments) {
        Ok(result) => ignore(&Promise::resolve(&result)),
        Err(error) => log::refused("the browser refused", &error),
    }
}
