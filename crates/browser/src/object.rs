//! JavaScript's objects by the names of their members.
//!
//! For what web-sys does not have, and for what it has at a price: each of its methods adds a
//! function to the page's glue, and one that throws adds another. By name a method costs its name.
//! And what a browser does not have is not there, which is no error: it is undefined.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A member; undefined if there is none, or if `object` has no members at all.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// A member that is a number.
pub(crate) fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64()
}

/// A member that is a text.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// Returns `true` if a member is truthy.
pub(crate) fn is(object: &JsValue, name: &str) -> bool {
    get(object, name).is_truthy()
}

/// Returns `true` if there is such a method.
pub(crate) fn has_method(object: &JsValue, name: &str) -> bool {
    get(object, name).is_function()
}

/// Sets a member. One that cannot be set stays as it was.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// A plain object: what the standards call a dictionary.
pub(crate) fn dictionary(members: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in members {
        set(&object, name, value);
    }
    object
}

/// Calls a method.
///
/// # Errors
/// The exception that the method throws; undefined if there is no such method.
pub(crate) fn call(
    object: &JsValue,
    name: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    method(object, name)?.apply(object, &list(arguments))
}

/// Makes an object of a class of the page.
///
/// # Errors
/// The exception that the constructor throws; undefined if there is no such class.
pub(crate) fn construct(class: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    Reflect::construct(&method(&window(), class)?, &list(arguments))
}

/// Calls a method and waits for what it promises, if it promises anything. The call is made at
/// once, and not only when the future is polled.
pub(crate) fn ask(
    object: &JsValue,
    name: &str,
    arguments: &[&JsValue],
) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let asked = call(object, name, arguments);
    async move { JsFuture::from(Promise::resolve(&asked?)).await }
}

/// The page's global object; undefined in a worker.
pub(crate) fn window() -> JsValue {
    web_sys::window().map(JsValue::from).unwrap_or_default()
}

/// A member of the navigator.
pub(crate) fn navigator(name: &str) -> JsValue {
    get(&get(&window(), "navigator"), name)
}

fn method(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    get(object, name).dyn_into()
}

fn list(items: &[&JsValue]) -> Array {
    items.iter().collect()
}
