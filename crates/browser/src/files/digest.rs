//! Digests by the browser (Web Cryptography, section 14.3.5), which does it beside the page.

use js_sys::Uint8Array;
use tincan_call::protocol::FileDigest;
use wasm_bindgen::JsValue;

use crate::object;

/// Returns the SHA-256 digest of bytes: a buffer, or a view of one.
///
/// # Errors
/// If the page is in no secure context.
pub(super) async fn sha_256(bytes: &JsValue) -> Result<FileDigest, JsValue> {
    let subtle = object::get(&object::get(&object::window(), "crypto"), "subtle");
    let digest = object::ask(&subtle, "digest", &[&"SHA-256".into(), bytes]).await?;
    let mut all = [0; 32];
    let digest = Uint8Array::new(&digest);
    if digest.length() == 32 {
        digest.copy_to(&mut all);
    }
    Ok(FileDigest(all))
}
