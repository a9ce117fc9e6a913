//! The system's own way to send a link.

use wasm_bindgen::JsValue;

use crate::object;

/// Returns `true` if the system has a sheet to share by (Web Share API). Phones do.
pub fn can_share_link() -> bool {
    object::has_method(&object::get(&object::window(), "navigator"), "share")
}

/// Opens that sheet, within the click that asked for it; says whether the link was shared.
pub fn share_link(title: &str, url: &str) -> impl Future<Output = bool> + use<> {
    let data = object::dictionary(&[
        ("title", &JsValue::from_str(title)),
        ("url", &JsValue::from_str(url)),
    ]);
    let shared = object::ask(&object::get(&object::window(), "navigator"), "share", &[&data]);
    async move { shared.await.is_ok() }
}
