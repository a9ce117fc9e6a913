//! Files that the browser saves, and files that the page consists of.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::document::document;
use crate::object;

/// Returns the address of a file that is part of the page, as `start.js` finds it.
pub fn file_url(name: &str) -> String {
    let meta = document()
        .and_then(|document| document.query_selector("meta[name=tincan-build]").ok().flatten());
    let folder = meta.and_then(|meta| meta.get_attribute("content"));
    [folder.as_deref().unwrap_or("./"), name].concat()
}

/// Has the browser save what is at an address, under a name.
///
/// # Errors
/// If the page has no document.
pub fn download(url: &str, name: &str) -> Result<(), JsValue> {
    let document = document().ok_or(JsValue::UNDEFINED)?;
    let link: HtmlElement = document.create_element("a")?.unchecked_into();
    object::set(&link, "href", &url.into());
    object::set(&link, "download", &name.into());
    link.click();
    Ok(())
}
