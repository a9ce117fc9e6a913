//! A level that is shown without drawing anything else again.

use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::object;

/// Sets the value of a `<meter>`.
pub fn show_level(meter: &Element, level: u8) {
    object::set(meter, "value", &JsValue::from(level));
}
