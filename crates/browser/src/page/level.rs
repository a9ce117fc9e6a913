//! A level that is shown without drawing anything else again.

use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::object;

/// Marks a `<meter>` whose level is unknown: the style shows a text in its place.
const UNKNOWN: &str = "data-unknown";

/// Sets the value of a `<meter>`, or marks it as unknown.
pub fn show_level(meter: &Element, level: Option<u8>) {
    object::set(meter, "value", &JsValue::from(level.unwrap_or_default()));
    // It fails only for an invalid name.
    let _ = meter.toggle_attribute_with_force(UNKNOWN, level.is_none());
}
