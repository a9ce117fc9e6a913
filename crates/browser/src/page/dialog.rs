//! Native dialogs (HTML, section 4.11.4).

use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::object;

/// A `<dialog>` that is in front of everything else, until it is dropped. Then the focus goes back
/// to where it was.
#[must_use = "the dialog closes when this is dropped"]
pub struct Modal(JsValue);

impl Modal {
    /// Opens the dialog. Its own close button, and Escape, close it as well: then it fires `close`.
    pub fn new(dialog: &Element) -> Self {
        // It fails only for a dialog that is open already, or is in no document.
        let _ = object::call(dialog, "showModal", &[]);
        Self(JsValue::from(dialog))
    }
}

impl Drop for Modal {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = object::call(&self.0, "close", &[]);
    }
}
