//! The devices that the browser lists.

use std::rc::Rc;

use crate::media::preferences::{DeviceId, DeviceInfo, DeviceKind};

/// The devices that the browser listed last.
#[derive(Debug, Default)]
pub(super) struct KnownDevices {
    listed: Rc<[DeviceInfo]>,
    /// The kinds of which there is a device, even if the page may not know which; nothing before
    /// the first list.
    kinds: Option<Vec<DeviceKind>>,
    /// Those that were plugged in last, and may be used.
    offered: Vec<DeviceInfo>,
}

impl KnownDevices {
    /// Takes a new list, and returns the one before. Of a device without an id only the kind is
    /// kept: that is how browsers list the devices that the page may not use yet.
    pub(super) fn set_listed(&mut self, devices: Vec<DeviceInfo>) -> Rc<[DeviceInfo]> {
        self.kinds = Some(devices.iter().map(|device| device.kind).collect());
        let listed = devices.into_iter().filter(|device| !device.id.0.is_empty()).collect();
        std::mem::replace(&mut self.listed, listed)
    }

    /// Offers these, if there are any, in place of others. What is gone is no longer on offer.
    pub(super) fn offer(&mut self, new: Vec<DeviceInfo>) {
        self.offered.retain(|device| self.listed.contains(device));
        if !new.is_empty() {
            self.offered = new;
        }
    }

    pub(super) fn listed(&self) -> &Rc<[DeviceInfo]> {
        &self.listed
    }

    /// Returns a device of a track; with an empty label if the browser does not name it.
    pub(super) fn find(&self, kind: DeviceKind, id: Option<&DeviceId>) -> DeviceInfo {
        let known = self.listed.iter().find(|known| known.kind == kind && Some(&known.id) == id);
        known.cloned().unwrap_or_else(|| DeviceInfo {
            kind,
            id: id.cloned().unwrap_or_else(|| DeviceId(String::new())),
            label: String::new(),
        })
    }

    /// Returns `true` if it is known that there is no device of this kind.
    pub(super) fn has_none(&self, kind: DeviceKind) -> bool {
        self.kinds.as_ref().is_some_and(|kinds| !kinds.contains(&kind))
    }

    pub(super) fn first_offered(&self) -> Option<&DeviceInfo> {
        self.offered.first()
    }

    /// Returns what was offered, which is no longer on offer: a headset is two devices.
    pub(super) fn take_offered(&mut self) -> Vec<DeviceInfo> {
        std::mem::take(&mut self.offered)
    }
}
