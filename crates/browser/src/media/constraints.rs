//! What is asked of devices, as the dictionaries of Media Capture and Streams and of Screen
//! Capture. All of it is liked, and little is demanded: a demand can fail.

use tincan_call::{CaptureTarget, DeviceId, Facing, Preferences, Quality};
use wasm_bindgen::JsValue;

use crate::object::dictionary;

/// `MediaStreamConstraints`, to ask `getUserMedia` for (Media Capture and Streams, section 10.2);
/// nothing if the target is no device.
pub(super) fn devices(
    target: CaptureTarget,
    quality: Quality,
    preferences: &Preferences,
) -> Option<JsValue> {
    let (audio, video) = match target {
        CaptureTarget::MicrophoneAndCamera => (true, true),
        CaptureTarget::Microphone => (true, false),
        CaptureTarget::Camera => (false, true),
        CaptureTarget::Screen => return None,
    };
    let audio = if audio { microphone(preferences) } else { JsValue::FALSE };
    let video = if video { camera(quality, preferences) } else { JsValue::FALSE };
    Some(dictionary(&[("audio", &audio), ("video", &video)]))
}

/// `DisplayMediaStreamOptions`, to ask `getDisplayMedia` for (Screen Capture, section 5.4).
pub(super) fn screen() -> JsValue {
    // Leave out what this page plays: the others would hear themselves.
    let audio = dictionary(&[("restrictOwnAudio", &JsValue::TRUE)]);
    let include = JsValue::from_str("include");
    dictionary(&[
        ("video", &JsValue::TRUE),
        ("audio", &audio),
        // Let the sound of the whole system be chosen.
        ("systemAudio", &include),
        // A call that shows itself is a hall of mirrors.
        ("selfBrowserSurface", &JsValue::from_str("exclude")),
        // Let another tab be shared later without a new prompt.
        ("surfaceSwitching", &include),
    ])
}

fn microphone(preferences: &Preferences) -> JsValue {
    dictionary(&[
        ("deviceId", &device(preferences.microphone.as_ref())),
        ("echoCancellation", &ideal(&preferences.echo_cancellation.into())),
        ("noiseSuppression", &ideal(&preferences.noise_suppression.into())),
        ("autoGainControl", &ideal(&preferences.auto_gain_control.into())),
    ])
}

fn camera(quality: Quality, preferences: &Preferences) -> JsValue {
    let device = device(preferences.camera.as_ref());
    let facing = match preferences.facing {
        Facing::User => "user",
        Facing::Environment => "environment",
    };
    let facing =
        if device.is_undefined() { ideal(&JsValue::from_str(facing)) } else { JsValue::UNDEFINED };
    let (height, rate) = match quality {
        Quality::Preferred => (preferences.height, JsValue::from(preferences.frame_rate)),
        Quality::Any => {
            return dictionary(&[("deviceId", &device), ("facingMode", &facing)]);
        }
    };
    dictionary(&[
        ("deviceId", &device),
        ("facingMode", &facing),
        ("width", &ideal(&(height * 16 / 9).into())),
        ("height", &ideal(&height.into())),
        ("frameRate", &dictionary(&[("ideal", &rate), ("max", &rate)])),
    ])
}

/// A device that is liked; undefined, which is the same as left out, if none is.
fn device(id: Option<&DeviceId>) -> JsValue {
    id.map_or(JsValue::UNDEFINED, |DeviceId(id)| ideal(&JsValue::from_str(id)))
}

fn ideal(value: &JsValue) -> JsValue {
    dictionary(&[("ideal", value)])
}
