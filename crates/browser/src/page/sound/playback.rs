//! The volume of a `<video>`, and the speaker that plays it.

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

use super::speaker::set_sink;
use crate::object;
use crate::page::showing;
use crate::task::Task;

/// Sets the volume of a video, from 0 to 100, or mutes it. This holds for the element, whatever
/// stream is shown in it, until the next call. Sound that the browser holds back stays held back.
pub fn set_playback(video: &HtmlVideoElement, muted: bool, volume: u8) {
    showing::set_muted(video, muted);
    video.set_volume(f64::from(volume.min(100)) / 100.0);
}

/// Plays a video on this speaker, or the system's own, until it is called again. Until the task is
/// dropped, `on_refused` is told if the browser does not play there; then all stays as it was.
pub fn set_speaker(
    video: &HtmlVideoElement,
    speaker: Option<&DeviceId>,
    on_refused: impl FnOnce(DeviceId) + 'static,
) -> Option<Task> {
    let id = speaker.map_or("", |DeviceId(speaker)| speaker);
    // Where speakers cannot be chosen there is no `sinkId`.
    let differs = object::text(video, "sinkId").is_some_and(|sink| sink != id);
    let video: &JsValue = video;
    differs.then(|| set_sink(video, id, on_refused))
}
