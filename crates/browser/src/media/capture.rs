//! Asking for devices and screens.

use std::future::Future;

use js_sys::{Array, Promise};
use tincan_call::{CaptureError, CaptureTarget, Preferences, Quality};
use tincan_protocol::Source;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream};

use super::constraints::Devices;
use super::error::{capture_error, is_secure};
use super::{CapturedTrack, DeviceList, constraints};
use crate::crash;

/// Starts to capture, at once: a prompt must come within the click that asked for it. The future
/// waits for the person and the device, and gives the tracks. If it is dropped, what the browser
/// gives later stays captured: wait for it, and drop the tracks.
///
/// Of the preferences what cannot be had is left out, down to the device.
///
/// # Errors
/// If the browser refuses, or there is nothing to capture.
pub fn capture(
    target: CaptureTarget,
    quality: Quality,
    preferences: &Preferences,
) -> impl Future<Output = Result<Vec<CapturedTrack>, CaptureError>> + use<> {
    let devices = match quality {
        Quality::Preferred => Devices::Preferred(&|_| true),
        Quality::Any => Devices::Any,
    };
    let first = request(target, &devices, preferences);
    let preferences = preferences.clone();
    async move {
        let mut given = wait(first).await;
        if given == Err(CaptureError::OverConstrained) && quality == Quality::Preferred {
            // A device is gone. The other may still be there.
            let known = DeviceList::find().await.unwrap_or_default();
            let devices = Devices::Preferred(&|device| known.has(device));
            given = wait(request(target, &devices, &preferences)).await;
        }
        let stream = given?;
        let (audio, video) = match target {
            CaptureTarget::Screen => (Source::ScreenAudio, Source::Screen),
            CaptureTarget::MicrophoneAndCamera
            | CaptureTarget::Microphone
            | CaptureTarget::Camera => (Source::Microphone, Source::Camera),
        };
        let mut tracks = own(audio, &stream.get_audio_tracks());
        tracks.append(&mut own(video, &stream.get_video_tracks()));
        for track in &tracks {
            track.hint(preferences.share);
        }
        Ok(tracks)
    }
}

fn request(
    target: CaptureTarget,
    devices: &Devices<'_>,
    preferences: &Preferences,
) -> Result<Promise, CaptureError> {
    let media = media_devices()?;
    let promise = match constraints::devices(target, devices, preferences) {
        Some(constraints) => media.get_user_media_with_constraints(constraints.unchecked_ref()),
        None => media.get_display_media_with_constraints(constraints::screen().unchecked_ref()),
    };
    promise.inspect(crash::stop_late).map_err(|error| capture_error(&error))
}

async fn wait(request: Result<Promise, CaptureError>) -> Result<MediaStream, CaptureError> {
    let given = JsFuture::from(request?).await.map_err(|error| capture_error(&error))?;
    Ok(given.unchecked_into())
}

/// `navigator.mediaDevices`, which browsers leave out of insecure pages, and some out of all pages.
fn media_devices() -> Result<MediaDevices, CaptureError> {
    if !is_secure() {
        return Err(CaptureError::InsecureContext);
    }
    web_sys::window()
        .and_then(|window| window.navigator().media_devices().ok())
        .filter(|devices| devices.is_object())
        .ok_or(CaptureError::NotSupported)
}

fn own(source: Source, tracks: &Array) -> Vec<CapturedTrack> {
    tracks.iter().map(|track| CapturedTrack::new(source, track.unchecked_into())).collect()
}
