//! The reasons why the browser would not capture, by the names of its exceptions.

use tincan_call::CaptureError;
use wasm_bindgen::JsValue;

use crate::{log, object};

/// The error that a capture failed with, by its name (Media Capture and Streams, section 10.3.1;
/// Screen Capture, section 5.1).
pub fn capture_error(error: &JsValue) -> CaptureError {
    match log::error_name(error).as_str() {
        "NotAllowedError" if names_the_system(error) => CaptureError::BlockedBySystem,
        "NotAllowedError" => CaptureError::NotAllowed,
        "NotFoundError" => CaptureError::NotFound,
        // `AbortError` is said of a device that could not be started for any other reason.
        "NotReadableError" | "AbortError" => CaptureError::NotReadable,
        "OverconstrainedError" => CaptureError::OverConstrained,
        "SecurityError" if is_secure() => CaptureError::NotAllowed,
        "SecurityError" => CaptureError::InsecureContext,
        // The method is not there: phones do not share their screens.
        "TypeError" => CaptureError::NotSupported,
        _ => CaptureError::Other,
    }
}

/// Returns `true` if the message of an error blames the operating system, as Chromium's
/// "Permission denied by system" does. The name of the error is the same as when a person refuses,
/// and for that Firefox and Safari mention "the platform" as well.
fn names_the_system(error: &JsValue) -> bool {
    let message = object::text(error, "message").unwrap_or_default().to_lowercase();
    let words = message.split(|letter: char| !letter.is_alphanumeric());
    words.into_iter().any(|word| matches!(word, "system" | "os"))
}

/// Returns `true` if the page may use devices at all (Secure Contexts, section 3).
pub(super) fn is_secure() -> bool {
    web_sys::window().is_some_and(|window| window.is_secure_context())
}
