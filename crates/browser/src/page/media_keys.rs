//! The media keys of keyboards, headphones and lock screens (Media Session).

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use crate::object;

/// The actions by which a browser would pause what a page plays.
const ACTIONS: [&str; 3] = ["play", "pause", "stop"];

/// Keeps media keys from pausing a call, until it is dropped. A browser without Media Session may
/// pause it all the same.
#[must_use = "media keys pause the call once this is dropped"]
pub struct MediaKeys {
    session: JsValue,
    ignore: Closure<dyn FnMut()>,
}

impl MediaKeys {
    /// Takes the keys.
    pub fn new() -> Self {
        let session = object::navigator("mediaSession");
        let ignore = Closure::new(|| {});
        let keys = Self { session, ignore };
        keys.set(keys.ignore.as_ref());
        object::set(&keys.session, "playbackState", &JsValue::from_str("playing"));
        keys
    }

    fn set(&self, handler: &JsValue) {
        for action in ACTIONS {
            // A browser that does not know an action throws.
            let _ = object::call(
                &self.session,
                "setActionHandler",
                &[&JsValue::from_str(action), handler],
            );
        }
    }
}

impl Default for MediaKeys {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for MediaKeys {
    fn drop(&mut self) {
        self.set(&JsValue::NULL);
        object::set(&self.session, "playbackState", &JsValue::from_str("none"));
    }
}
