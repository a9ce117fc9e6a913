//! The mapping of a browser's capture errors.

use tincan_browser::media::{capture, capture_error, find_permissions};
use tincan_call::{CaptureError, CaptureTarget, Permission, Permissions, Preferences, Quality};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Patch, script};

/// As long as this lives, `navigator.mediaDevices` is what the script says.
struct Devices {
    _patch: Patch,
}

impl Devices {
    fn are(code: &str) -> Self {
        Self { _patch: Patch::set("navigator.mediaDevices", code) }
    }

    fn refuse_by(name: &str) -> Self {
        let method = format!("() => Promise.reject(new DOMException('', '{name}'))");
        Self::are(&format!("({{ getUserMedia: {method}, getDisplayMedia: {method} }})"))
    }
}

async fn error(target: CaptureTarget) -> CaptureError {
    match capture(target, Quality::Preferred, &Preferences::default()).await {
        Ok(_) => panic!("captured"),
        Err(error) => error,
    }
}

#[wasm_bindgen_test]
async fn an_error_of_the_browser_is_known_by_its_name() {
    let leaks = Leaks::watch();
    for (name, expected) in [
        ("NotAllowedError", CaptureError::NotAllowed),
        ("NotFoundError", CaptureError::NotFound),
        ("NotReadableError", CaptureError::NotReadable),
        ("AbortError", CaptureError::NotReadable),
        ("OverconstrainedError", CaptureError::OverConstrained),
        ("SecurityError", CaptureError::NotAllowed),
        ("InvalidStateError", CaptureError::Other),
        ("", CaptureError::Other),
    ] {
        let _devices = Devices::refuse_by(name);
        assert_eq!(error(CaptureTarget::MicrophoneAndCamera).await, expected, "{name}");
        assert_eq!(error(CaptureTarget::Screen).await, expected, "{name}");
    }
    leaks.none().await;
}

#[wasm_bindgen_test]
fn a_refusal_of_the_system_is_known_by_its_message() {
    for (message, expected) in [
        ("Permission denied by system", CaptureError::BlockedBySystem),
        ("permission denied by the operating-system.", CaptureError::BlockedBySystem),
        ("SYSTEM PERMISSION DENIED", CaptureError::BlockedBySystem),
        ("The OS denied access", CaptureError::BlockedBySystem),
        ("Permission denied", CaptureError::NotAllowed),
        ("Permission denied by user", CaptureError::NotAllowed),
        ("Permission dismissed", CaptureError::NotAllowed),
        // Firefox and Safari, of a picker that was closed.
        (
            "The request is not allowed by the user agent or the platform in the current context.",
            CaptureError::NotAllowed,
        ),
        (
            "The request is not allowed by the user agent or the platform in the current context, \
             possibly because the user denied permission.",
            CaptureError::NotAllowed,
        ),
        ("The ecosystem, the subsystems and the cosmos", CaptureError::NotAllowed),
        ("", CaptureError::NotAllowed),
    ] {
        let error = web_sys::DomException::new_with_message_and_name(message, "NotAllowedError");
        assert_eq!(capture_error(&error.expect("an error")), expected, "{message}");
    }
    let busy = "Failed to open the system's camera";
    let error = web_sys::DomException::new_with_message_and_name(busy, "NotReadableError");
    assert_eq!(capture_error(&error.expect("an error")), CaptureError::NotReadable);
}

#[wasm_bindgen_test]
async fn permissions_are_known_where_the_browser_tells() {
    let known = find_permissions().await;
    assert_ne!(known.microphone, Permission::Unknown);
    assert_ne!(known.camera, Permission::Unknown);
    let (denied, granted) = (Permission::Denied, Permission::Granted);
    for (query, microphone, camera) in [
        ("({ name }) => ({ state: name === 'camera' ? 'granted' : 'denied' })", denied, granted),
        ("({ name }) => { throw new TypeError(name) }", Permission::Unknown, Permission::Unknown),
        ("async () => ({ state: 'prompt' })", Permission::Prompt, Permission::Prompt),
        ("async () => ({ state: 'later' })", Permission::Unknown, Permission::Unknown),
        ("async () => undefined", Permission::Unknown, Permission::Unknown),
    ] {
        let _query = Patch::set("navigator.permissions.query", query);
        let permissions = find_permissions().await;
        assert_eq!(permissions, Permissions { microphone, camera }, "{query}");
    }
}

#[wasm_bindgen_test]
async fn a_secure_page_without_devices_is_told_from_an_insecure_one() {
    let targets = [CaptureTarget::MicrophoneAndCamera, CaptureTarget::Screen];
    for devices in ["undefined", "null", "({})"] {
        let _devices = Devices::are(devices);
        for target in targets {
            assert_eq!(error(target).await, CaptureError::NotSupported, "{devices}");
        }
    }
    let _insecure = Patch::set("window.isSecureContext", "false");
    let mut errors = Vec::new();
    for devices in ["undefined", "({})"] {
        let _devices = Devices::are(devices);
        for target in targets {
            errors.push(error(target).await);
        }
    }
    assert_eq!(errors, [CaptureError::InsecureContext; 4]);
}

#[wasm_bindgen_test]
async fn a_browser_that_shares_no_screen_does_not_support_it() {
    let _devices = Devices::are("({ getUserMedia: () => Promise.reject(new Error()) })");
    assert_eq!(error(CaptureTarget::Screen).await, CaptureError::NotSupported);
    assert_eq!(error(CaptureTarget::Camera).await, CaptureError::Other);
}

#[wasm_bindgen_test]
async fn a_device_that_is_not_there_is_over_constrained() {
    let constraints = script("return { video: { deviceId: { exact: 'none' } } }", "");
    let devices = web_sys::window().expect("a window").navigator().media_devices();
    let promise = devices
        .expect("devices")
        .get_user_media_with_constraints(constraints.unchecked_ref())
        .expect("a promise");
    let error = JsFuture::from(promise).await.expect_err("no such device");
    assert_eq!(capture_error(&error), CaptureError::OverConstrained);
}

#[wasm_bindgen_test]
fn what_is_no_error_is_another() {
    for error in [JsValue::UNDEFINED, JsValue::NULL, JsValue::from_str("NotFoundError")] {
        assert_eq!(capture_error(&error), CaptureError::Other);
    }
}
