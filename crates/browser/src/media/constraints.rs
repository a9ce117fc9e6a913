//! Constraints of devices, as the dictionaries of Media Capture and Streams and of Screen
//! Capture. Most of them are `ideal`, few are `exact`: an `exact` constraint can fail.

use tincan_call::{CaptureTarget, DeviceId, Facing, Preferences};
use wasm_bindgen::JsValue;

use crate::object::dictionary;

/// The strictness of the constraints of a device.
pub(super) enum Devices<'a> {
    /// Preferences. A device that is named is `exact`, if there may be any like this:
    /// Chromium ignores one that is only `ideal` if the person once chose another in its
    /// own prompt.
    Preferred(&'a dyn Fn(&DeviceId) -> bool),
    /// Any, if only it is there.
    Any,
}

/// `MediaStreamConstraints`, to ask `getUserMedia` for (Media Capture and Streams, section 10.2);
/// nothing if the target is no device.
pub(super) fn devices(
    target: CaptureTarget,
    devices: &Devices<'_>,
    preferences: &Preferences,
) -> Option<JsValue> {
    let (audio, video) = match target {
        CaptureTarget::MicrophoneAndCamera => (true, true),
        CaptureTarget::Microphone => (true, false),
        CaptureTarget::Camera => (false, true),
        CaptureTarget::Screen => return None,
    };
    let audio = if audio { microphone(devices, preferences) } else { JsValue::FALSE };
    let video = if video { camera(devices, preferences) } else { JsValue::FALSE };
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

fn microphone(devices: &Devices<'_>, preferences: &Preferences) -> JsValue {
    dictionary(&[
        ("deviceId", &devices.named(preferences.microphone.as_ref())),
        ("echoCancellation", &ideal(&preferences.echo_cancellation.into())),
        ("noiseSuppression", &ideal(&preferences.noise_suppression.into())),
        ("autoGainControl", &ideal(&preferences.auto_gain_control.into())),
    ])
}

fn camera(devices: &Devices<'_>, preferences: &Preferences) -> JsValue {
    let device = devices.named(preferences.camera.as_ref());
    let facing = match preferences.facing {
        Facing::User => "user",
        Facing::Environment => "environment",
    };
    let facing =
        if device.is_undefined() { ideal(&JsValue::from_str(facing)) } else { JsValue::UNDEFINED };
    if let Devices::Any = devices {
        return dictionary(&[("deviceId", &device), ("facingMode", &facing)]);
    }
    let (height, rate) = (preferences.height, JsValue::from(preferences.frame_rate));
    dictionary(&[
        ("deviceId", &device),
        ("facingMode", &facing),
        ("width", &ideal(&(height * 16 / 9).into())),
        ("height", &ideal(&height.into())),
        ("frameRate", &dictionary(&[("ideal", &rate), ("max", &rate)])),
    ])
}

impl Devices<'_> {
    /// A device; undefined, which is the same as left out, if none is named.
    fn named(&self, device: Option<&DeviceId>) -> JsValue {
        let Some(device) = device else { return JsValue::UNDEFINED };
        let id = JsValue::from_str(&device.0);
        match self {
            Self::Preferred(may_be_there) if may_be_there(device) => dictionary(&[("exact", &id)]),
            Self::Preferred(_) | Self::Any => ideal(&id),
        }
    }
}

fn ideal(value: &JsValue) -> JsValue {
    dictionary(&[("ideal", value)])
}
