//! A level that is shown without drawing anything else again.

use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::object;

/// Marks a `<meter>` whose level cannot be told: the style shows words in its place.
const UNKNOWN: &str = "data-unknown";

/// Sets the value of a `<meter>`; nothing if it cannot be told.
pub fn show_level(meter: &Element, level: Option<u8>) {
    object::set(meter, "value", &JsValue::from(level.unwrap_or_default()));
    // It fails for no name but an invalid one.
    let _ = meter.toggle_attribute_with_force(UNKNOWN, level.is_none());
}
