//! Choosing where sound comes out (Audio Output Devices).

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;

use crate::task::Task;
use crate::{log, object};

/// Returns `true` if a page may choose its speaker.
pub fn can_choose_speaker() -> bool {
    let class = object::get(&object::window(), "HTMLMediaElement");
    object::has_method(&object::get(&class, "prototype"), "setSinkId")
}

/// Plays an element or a graph on a speaker; an empty id is the system's own. `on_refused` is told
/// which one the browser does not play on, until the task is dropped: a graph that is closed
/// meanwhile refuses any speaker.
pub(super) fn set_sink(
    player: &JsValue,
    id: &str,
    on_refused: impl FnOnce(DeviceId) + 'static,
) -> Task {
    let speaker = DeviceId(id.to_owned());
    let set = object::ask(player, "setSinkId", &[&JsValue::from_str(id)]);
    Task::spawn(async move {
        if let Err(error) = set.await {
            log::refused("setSinkId", &error);
            if !speaker.0.is_empty() {
                on_refused(speaker);
            }
        }
    })
}
