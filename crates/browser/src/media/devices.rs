//! The devices that there are.

use js_sys::Array;
use tincan_call::{DeviceId, DeviceInfo, DeviceKind};
use tincan_protocol::Source;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStreamTrack;

use crate::object::{self, text};
use crate::page::can_choose_speaker;

/// The devices of one moment (`enumerateDevices`; Media Capture and Streams, section 9.2).
#[derive(Debug, Default)]
pub struct DeviceList {
    devices: Vec<DeviceInfo>,
    /// The group of each: devices that are one thing, such as a headset.
    groups: Vec<Option<String>>,
}

impl DeviceList {
    /// Lists the devices. Before the page may use one, browsers hide all of its kind: of such a
    /// kind there is at most one entry, without an id. Returns `None` if the browser lists nothing.
    pub fn find() -> impl Future<Output = Option<Self>> {
        let found = object::ask(&object::navigator("mediaDevices"), "enumerateDevices", &[]);
        async move {
            let mut list = Self::default();
            for entry in found.await.ok()?.dyn_into::<Array>().ok()?.iter() {
                list.add(&entry);
            }
            Some(list)
        }
    }

    fn add(&mut self, entry: &JsValue) {
        let kind = match text(entry, "kind").as_deref() {
            Some("audioinput") => DeviceKind::Microphone,
            Some("videoinput") => DeviceKind::Camera,
            // Where none can be chosen there is nothing to choose from.
            Some("audiooutput") if can_choose_speaker() => DeviceKind::Speaker,
            _ => return,
        };
        let id = text(entry, "deviceId").unwrap_or_default();
        if !is_alias(&id) {
            let label = text(entry, "label").unwrap_or_default();
            self.devices.push(DeviceInfo { kind, id: DeviceId(id), label });
            self.groups.push(text(entry, "groupId"));
        }
    }

    /// The devices.
    pub fn into_devices(self) -> Vec<DeviceInfo> {
        self.devices
    }

    /// Returns `true` if a device is there.
    pub(super) fn has(&self, id: &DeviceId) -> bool {
        self.devices.iter().any(|device| device.id == *id)
    }

    /// The device that a track comes from. Nothing for a screen, and for a track that only says
    /// that it is the system's own choice.
    pub fn device_of(&self, source: Source, track: &MediaStreamTrack) -> Option<DeviceId> {
        let kind = match source {
            Source::Microphone => DeviceKind::Microphone,
            Source::Camera => DeviceKind::Camera,
            Source::Screen | Source::ScreenAudio => return None,
        };
        let settings = object::call(track, "getSettings", &[]).ok()?;
        let id = text(&settings, "deviceId").filter(|id| !id.is_empty())?;
        if !is_alias(&id) {
            return Some(DeviceId(id));
        }
        let group = Some(text(&settings, "groupId")?);
        let mut known = self.devices.iter().zip(&self.groups);
        known
            .find(|(device, known)| {
                device.kind == kind && **known == group && !device.id.0.is_empty()
            })
            .map(|(device, _)| device.id.clone())
    }
}

/// Chromium lists the device that the system chose a second time, by these names.
fn is_alias(id: &str) -> bool {
    matches!(id, "default" | "communications")
}
