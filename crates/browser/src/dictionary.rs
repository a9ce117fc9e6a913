//! Plain data to the browser's dictionaries.

use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// Makes a dictionary of plain data. Its type is not checked: the data must have the shape.
pub(crate) fn to_dictionary<T: JsCast>(data: &impl Serialize) -> Result<T, JsValue> {
    Ok(serde_wasm_bindgen::to_value(data)?.unchecked_into())
}
