//! Choosing where sound comes out (Audio Output Devices).

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::{log, object};

/// Whether a page may choose where its sound is heard.
pub fn can_choose_speaker() -> bool {
    let class = object::get(&object::window(), "HTMLMediaElement");
    object::has_method(&object::get(&class, "prototype"), "setSinkId")
}

/// Plays an element or a graph on a speaker; an empty id is the system's own. `on_refused` is told
/// which one the browser does not play on.
pub(super) fn set_sink(player: &JsValue, id: &str, on_refused: impl FnOnce(DeviceId) + 'static) {
    let speaker = DeviceId(id.to_owned());
    let set = object::ask(player, "setSinkId", &[&JsValue::from_str(id)]);
    spawn_local(async move {
        if let Err(error) = set.await {
            log::refused("setSinkId", &error);
            if !speaker.0.is_empty() {
                on_refused(speaker);
            }
        }
    });
}
