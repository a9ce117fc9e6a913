//! Asking for devices and screens.

use std::future::Future;

use js_sys::{Array, Promise};
use tincan_call::{CaptureError, CaptureTarget, Preferences, Quality};
use tincan_protocol::Source;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream};

use super::error::{capture_error, is_secure};
use super::{CapturedTrack, constraints};

/// Starts to capture, at once: a prompt must come within the click that asked for it. The future
/// waits for the person and the device, and gives the tracks. If it is dropped, what the browser
/// gives later stays captured: wait for it, and drop the tracks.
///
/// # Errors
/// If the browser refuses, or there is nothing to capture.
pub fn capture(
    target: CaptureTarget,
    quality: Quality,
    preferences: &Preferences,
) -> impl Future<Output = Result<Vec<CapturedTrack>, CaptureError>> + use<> {
    let request = request(target, quality, preferences);
    let style = preferences.share;
    async move {
        let stream = JsFuture::from(request?).await.map_err(|error| capture_error(&error))?;
        let stream: MediaStream = stream.unchecked_into();
        let (audio, video) = match target {
            CaptureTarget::Screen => (Source::ScreenAudio, Source::Screen),
            CaptureTarget::MicrophoneAndCamera
            | CaptureTarget::Microphone
            | CaptureTarget::Camera => (Source::Microphone, Source::Camera),
        };
        let mut tracks = own(audio, &stream.get_audio_tracks());
        tracks.append(&mut own(video, &stream.get_video_tracks()));
        for track in &tracks {
            track.hint(style);
        }
        Ok(tracks)
    }
}

fn request(
    target: CaptureTarget,
    quality: Quality,
    preferences: &Preferences,
) -> Result<Promise, CaptureError> {
    let devices = media_devices()?;
    let promise = match constraints::devices(target, quality, preferences) {
        Some(constraints) => devices.get_user_media_with_constraints(constraints.unchecked_ref()),
        None => devices.get_display_media_with_constraints(constraints::screen().unchecked_ref()),
    };
    promise.map_err(|error| capture_error(&error))
}

/// `navigator.mediaDevices`, which browsers leave out of insecure pages.
fn media_devices() -> Result<MediaDevices, CaptureError> {
    web_sys::window()
        .and_then(|window| window.navigator().media_devices().ok())
        .filter(|devices| is_secure() && !devices.is_undefined())
        .ok_or(CaptureError::InsecureContext)
}

fn own(source: Source, tracks: &Array) -> Vec<CapturedTrack> {
    tracks.iter().map(|track| CapturedTrack::new(source, track.unchecked_into())).collect()
}
