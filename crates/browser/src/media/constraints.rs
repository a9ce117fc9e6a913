//! What is asked of devices, as the dictionaries of Media Capture and Streams and of Screen
//! Capture. All of it is liked, and little is demanded: a demand can fail.

use serde::Serialize;
use tincan_call::{CaptureTarget, Quality};

/// `MediaStreamConstraints`, for the devices (Media Capture and Streams, section 10.2).
#[derive(Serialize)]
pub(super) struct Devices {
    audio: Option<Microphone>,
    video: Option<Camera>,
}

/// `DisplayMediaStreamOptions` (Screen Capture, section 5.4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Screen {
    video: bool,
    audio: ScreenAudio,
    /// Let the sound of the whole system be chosen.
    system_audio: &'static str,
    /// A call that shows itself is a hall of mirrors.
    self_browser_surface: &'static str,
    /// Let another tab be shared later without a new prompt.
    surface_switching: &'static str,
}

/// The sound of a screen.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScreenAudio {
    /// Leave out what this page plays: the others would hear themselves.
    restrict_own_audio: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Microphone {
    echo_cancellation: Ideal<bool>,
    noise_suppression: Ideal<bool>,
    auto_gain_control: Ideal<bool>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Camera {
    #[serde(rename_all = "camelCase")]
    Preferred {
        width: Ideal<u32>,
        height: Ideal<u32>,
        frame_rate: AtMost,
        facing_mode: Ideal<&'static str>,
    },
    Any(bool),
}

#[derive(Serialize)]
struct Ideal<T> {
    ideal: T,
}

#[derive(Serialize)]
struct AtMost {
    max: u32,
}

/// What to ask `getUserMedia` for; nothing if the target is no device.
pub(super) fn devices(target: CaptureTarget, quality: Quality) -> Option<Devices> {
    let (audio, video) = match target {
        CaptureTarget::MicrophoneAndCamera => (true, true),
        CaptureTarget::Microphone => (true, false),
        CaptureTarget::Camera => (false, true),
        CaptureTarget::Screen => return None,
    };
    Some(Devices { audio: audio.then(microphone), video: video.then(|| camera(quality)) })
}

/// What to ask `getDisplayMedia` for.
pub(super) const fn screen() -> Screen {
    Screen {
        video: true,
        audio: ScreenAudio { restrict_own_audio: true },
        system_audio: "include",
        self_browser_surface: "exclude",
        surface_switching: "include",
    }
}

const fn microphone() -> Microphone {
    Microphone {
        echo_cancellation: Ideal { ideal: true },
        noise_suppression: Ideal { ideal: true },
        auto_gain_control: Ideal { ideal: true },
    }
}

const fn camera(quality: Quality) -> Camera {
    match quality {
        Quality::Preferred => Camera::Preferred {
            width: Ideal { ideal: 1280 },
            height: Ideal { ideal: 720 },
            frame_rate: AtMost { max: 30 },
            facing_mode: Ideal { ideal: "user" },
        },
        Quality::Any => Camera::Any(true),
    }
}
