//! How a `<video>` is heard.

use tincan_call::DeviceId;
use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

use crate::page::showing;
use crate::{object, promise};

/// Plays a video from now on as loud as this, from 0 to 100, on this speaker or the system's own;
/// or without its sound. It holds for the element, whatever stream is shown in it, until it is
/// called again. While the browser holds the sound back, it stays held back.
pub fn set_playback(video: &HtmlVideoElement, muted: bool, volume: u8, speaker: Option<&DeviceId>) {
    showing::set_muted(video, muted);
    video.set_volume(f64::from(volume.min(100)) / 100.0);
    let speaker = speaker.map_or("", |DeviceId(speaker)| speaker);
    // Where speakers can not be chosen there is no `sinkId`. One that is gone leaves all as it is.
    if object::text(video, "sinkId").is_some_and(|sink| sink != speaker) {
        promise::call(video, "setSinkId", &[&JsValue::from_str(speaker)]);
    }
}

/// Whether a page may choose where its sound is heard.
pub fn can_choose_speaker() -> bool {
    let class = object::get(&object::window(), "HTMLMediaElement");
    object::has_method(&object::get(&class, "prototype"), "setSinkId")
}
