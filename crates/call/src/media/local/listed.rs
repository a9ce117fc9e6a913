//! Consequences of a new list of devices: new ones are offered, and the speaker may be lost.

use std::time::Duration;

use tincan_protocol::Source;

use super::LocalMedia;
use super::request::source_of;
use crate::api::Effects;
use crate::api::view::{Local, Notice};
use crate::media::CaptureError;
use crate::media::preferences::{DeviceId, DeviceInfo, DeviceKind, Preferences};

impl LocalMedia {
    /// The browser lists these devices now.
    pub(crate) fn set_devices(&mut self, devices: Vec<DeviceInfo>) {
        let last = self.devices.set_listed(devices);
        let preferred = self.preferences.speaker.as_ref();
        if self.speaker.on_devices(preferred, &last, self.devices.listed()) {
            self.notices.add(speaker_lost());
        }
        let is_worth_offering = |device: &DeviceInfo| {
            // A browser hides all devices of a kind until the page may use one: those are not new.
            let was_known = last.iter().any(|known| known.kind == device.kind);
            let is_missed = self.is_missed(device.kind) || self.speaker.is_lost(&device.id);
            (was_known || is_missed)
                && device.name().is_some()
                && last.iter().all(|known| known.id != device.id || known.kind != device.kind)
                && !self.is_in_use(device)
        };
        let new = self.devices.listed().iter().filter(|device| is_worth_offering(device));
        let new = new.cloned().collect();
        self.devices.offer(new);
        self.notices.offer(self.devices.first_offered());
    }

    /// Uses what was offered.
    pub(crate) fn use_offered(&mut self, now: Duration, effects: &mut Effects) {
        let mut preferences = Preferences::clone(&self.preferences);
        let offered = self.devices.take_offered();
        let chosen: Vec<DeviceKind> = offered.iter().map(|device| device.kind).collect();
        for device in offered {
            self.notices.drop_of(device.kind);
            preferences.set_device(device.kind, Some(device.id));
        }
        self.notices.offer(None);
        self.prefer(now, preferences, &chosen, effects);
    }

    /// Returns the speaker in use; none is the system's own.
    pub(crate) fn speaker(&self) -> Option<&DeviceId> {
        self.speaker.in_use(self.preferences.speaker.as_ref())
    }

    /// The browser refused to play on this speaker.
    pub(crate) fn speaker_refused(&mut self, speaker: DeviceId) {
        if self.speaker.on_refused(self.preferences.speaker.as_ref(), speaker) {
            self.notices.add(speaker_lost());
        }
    }

    /// Returns `true` if the person wants a device of this kind, and there was none.
    fn is_missed(&self, kind: DeviceKind) -> bool {
        let missed = |source: Source| self.local(source) == Local::Failed(CaptureError::NotFound);
        source_of(kind).is_some_and(missed)
    }

    fn is_in_use(&self, device: &DeviceInfo) -> bool {
        let used = match source_of(device.kind) {
            Some(source) => self.device_of(source),
            None => self.speaker(),
        };
        used == Some(&device.id)
    }
}

/// Returns the notice that the system's own speaker took the place of the chosen one. Browsers do
/// not tell which one that is.
fn speaker_lost() -> Notice {
    let (kind, id) = (DeviceKind::Speaker, DeviceId(String::new()));
    Notice::FellBack(kind, DeviceInfo { kind, id, label: String::new() })
}
