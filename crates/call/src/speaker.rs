//! The speaker in use: the one that the person likes, unless it is gone or the browser refuses it.
//!
//! A speaker that is lost stays liked, but it is not used again by itself when it is back: it is
//! offered, like a microphone.

use crate::preferences::{DeviceId, DeviceInfo, DeviceKind};

/// What became of the speaker that is liked.
#[derive(Debug, Default)]
pub(crate) struct Speaker {
    /// The one that was lost while it was liked.
    lost: Option<DeviceId>,
}

impl Speaker {
    /// The speaker in use; none is the system's own.
    pub(crate) fn in_use<'a>(&self, liked: Option<&'a DeviceId>) -> Option<&'a DeviceId> {
        liked.filter(|liked| !self.is_lost(liked))
    }

    /// Whether this one was lost.
    pub(crate) fn is_lost(&self, speaker: &DeviceId) -> bool {
        self.lost.as_ref() == Some(speaker)
    }

    /// Takes the devices that there were and those that there are now; returns whether the liked
    /// speaker is lost with this.
    pub(crate) fn on_devices(
        &mut self,
        liked: Option<&DeviceId>,
        last: &[DeviceInfo],
        now: &[DeviceInfo],
    ) -> bool {
        let Some(liked) = self.in_use(liked) else { return false };
        let has = |devices: &[DeviceInfo]| devices.iter().any(|device| is_speaker(device, liked));
        // Browsers hide all speakers until a page may use a device: then nothing is known.
        let is_known = has(last) || now.iter().any(|device| device.kind == DeviceKind::Speaker);
        let is_gone = is_known && !has(now);
        if is_gone {
            self.lost = Some(liked.clone());
        }
        is_gone
    }

    /// The browser does not play on this speaker; returns whether the liked one is lost with this.
    pub(crate) fn on_refused(&mut self, liked: Option<&DeviceId>, refused: DeviceId) -> bool {
        let is_lost = self.in_use(liked) == Some(&refused);
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
