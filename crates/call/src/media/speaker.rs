//! The speaker in use: the preferred one, unless it is gone or the browser refuses it.
//!
//! A lost speaker stays preferred, but it is not used again by itself when it is back: it is
//! offered, like a microphone.

use crate::media::preferences::{DeviceId, DeviceInfo, DeviceKind};

/// The state of the preferred speaker.
#[derive(Debug, Default)]
pub(crate) struct Speaker {
    /// The one that was lost while it was preferred.
    lost: Option<DeviceId>,
}

impl Speaker {
    /// Returns the speaker in use; none is the system's own.
    pub(crate) fn in_use<'a>(&self, preferred: Option<&'a DeviceId>) -> Option<&'a DeviceId> {
        preferred.filter(|preferred| !self.is_lost(preferred))
    }

    /// Returns `true` if this one was lost.
    pub(crate) fn is_lost(&self, speaker: &DeviceId) -> bool {
        self.lost.as_ref() == Some(speaker)
    }

    /// Takes the devices that there were and those that there are now. Returns `true` if the
    /// preferred speaker is lost with this.
    pub(crate) fn on_devices(
        &mut self,
        preferred: Option<&DeviceId>,
        last: &[DeviceInfo],
        now: &[DeviceInfo],
    ) -> bool {
        let Some(preferred) = self.in_use(preferred) else { return false };
        let has =
            |devices: &[DeviceInfo]| devices.iter().any(|device| is_speaker(device, preferred));
        // Browsers hide all speakers until a page may use a device: then nothing is known.
        let is_known = has(last) || now.iter().any(|device| device.kind == DeviceKind::Speaker);
        let is_gone = is_known && !has(now);
        if is_gone {
            self.lost = Some(preferred.clone());
        }
        is_gone
    }

    /// The browser refused to play on this speaker. Returns `true` if the preferred one is lost
    /// with this.
    pub(crate) fn on_refused(&mut self, preferred: Option<&DeviceId>, refused: DeviceId) -> bool {
        let is_lost = self.in_use(preferred) == Some(&refused);
        if is_lost {
            self.lost = Some(refused);
        }
        is_lost
    }

    /// The person has chosen a speaker, perhaps the same one again.
    pub(crate) fn on_chosen(&mut self) {
        self.lost = None;
    }
}

fn is_speaker(device: &DeviceInfo, id: &DeviceId) -> bool {
    device.kind == DeviceKind::Speaker && device.id == *id
}
