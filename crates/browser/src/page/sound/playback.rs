//! How and where a `<video>` is heard.

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

use super::speaker::set_sink;
use crate::object;
use crate::page::showing;

/// Plays a video from now on as loud as this, from 0 to 100; or without its sound. It holds for the
/// element, whatever stream is shown in it, until it is called again. While the browser holds the
/// sound back, it stays held back.
pub fn set_playback(video: &HtmlVideoElement, muted: bool, volume: u8) {
    showing::set_muted(video, muted);
    video.set_volume(f64::from(volume.min(100)) / 100.0);
}

/// Plays a video on this speaker, or the system's own, until it is called again. `on_refused` is told
/// if the browser does not play there; then all stays as it was.
pub fn set_speaker(
    video: &HtmlVideoElement,
    speaker: Option<&DeviceId>,
    on_refused: impl FnOnce(DeviceId) + 'static,
) {
    let id = speaker.map_or("", |DeviceId(speaker)| speaker);
    // Where speakers cannot be chosen there is no `sinkId`.
    if object::text(video, "sinkId").is_some_and(|sink| sink != id) {
        let video: &JsValue = video;
        set_sink(video, id, on_refused);
    }
}
