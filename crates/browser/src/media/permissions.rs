//! The permissions of the page to use devices (Permissions, section 6).

use tincan_call::{Permission, Permissions};
use wasm_bindgen::JsValue;

use crate::object::{self, dictionary, text};

/// Asks the browser for the permissions. Those that it does not report are unknown.
pub fn find_permissions() -> impl Future<Output = Permissions> {
    let microphone = find("microphone");
    let camera = find("camera");
    async move { Permissions { microphone: microphone.await, camera: camera.await } }
}

fn find(name: &str) -> impl Future<Output = Permission> + use<> {
    let descriptor = dictionary(&[("name", &JsValue::from_str(name))]);
    let status = object::ask(&object::navigator("permissions"), "query", &[&descriptor]);
    async move {
        // It is rejected where the browser does not know the name.
        let status = status.await.unwrap_or_default();
        match text(&status, "state").as_deref() {
            Some("granted") => Permission::Granted,
            Some("prompt") => Permission::Prompt,
            Some("denied") => Permission::Denied,
            Some(_) | None => Permission::Unknown,
        }
    }
}
