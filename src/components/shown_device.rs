//! The device that a picker shows as chosen.

use tincan_call::{DeviceId, DeviceInfo, DeviceKind};

/// The state of a picker of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownDevice<'a> {
    /// The device that is shown as chosen; none is the system's own choice.
    pub(super) chosen: Option<&'a DeviceId>,
    /// The preferred device is not connected.
    pub(super) is_missing: bool,
}

impl<'a> ShownDevice<'a> {
    /// Returns what is true: the device in use, where another had to take the place of the
    /// preferred one. While none is in use it is the one that will be.
    pub(super) fn of(
        kind: DeviceKind,
        preferred: Option<&'a DeviceId>,
        in_use: Option<&'a DeviceId>,
        devices: &[DeviceInfo],
    ) -> Self {
        let Some(preferred) = preferred else { return Self { chosen: None, is_missing: false } };
        let candidate = match kind {
            // Without a device of its own, the sound comes from the system's.
            DeviceKind::Speaker => in_use,
            DeviceKind::Microphone | DeviceKind::Camera => in_use.or(Some(preferred)),
        };
        // As long as the browser lists none of a kind, nothing is known.
        let is_known = devices.iter().any(|device| device.kind == kind);
        Self {
            chosen: candidate.filter(|id| is_in(devices, kind, id)),
            is_missing: is_known && !is_in(devices, kind, preferred),
        }
    }
}

fn is_in(devices: &[DeviceInfo], kind: DeviceKind, id: &DeviceId) -> bool {
    devices.iter().any(|device| device.kind == kind && device.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_in_use_is_shown_and_a_preferred_one_that_is_missing_is_told() {
        use DeviceKind::{Camera, Microphone, Speaker};
        for kind in [Microphone, Camera, Speaker] {
            let listed = |id: &&str| DeviceInfo {
                kind,
                id: DeviceId((*id).to_owned()),
                label: (*id).to_owned(),
            };
            // One of another kind, with the same id: a headset.
            let other = if kind == Camera { Speaker } else { Camera };
            for (preferred, in_use, devices, chosen, is_missing) in [
                (Some("usb"), Some("usb"), &["usb", "desk"][..], Some("usb"), false),
                (Some("usb"), Some("desk"), &["desk"], Some("desk"), true),
                // It is back, and not used again by itself.
                (Some("usb"), Some("desk"), &["usb", "desk"], Some("desk"), false),
                (None, Some("desk"), &["usb", "desk"], None, false),
                (Some("usb"), None, &["desk"], None, true),
                (Some("usb"), None, &[], None, false),
                (Some("usb"), Some("hidden"), &["desk"], None, true),
            ] {
                let mut devices: Vec<_> = devices.iter().map(listed).collect();
                devices.push(DeviceInfo { kind: other, ..listed(&"usb") });
                let id = |id: Option<&str>| id.map(|id| DeviceId(id.to_owned()));
                let (preferred, in_use, chosen) = (id(preferred), id(in_use), id(chosen));
                let shown = ShownDevice::of(kind, preferred.as_ref(), in_use.as_ref(), &devices);
                let expected = ShownDevice { chosen: chosen.as_ref(), is_missing };
                assert_eq!(shown, expected, "{kind:?}: {preferred:?}, {in_use:?}");
            }
            // While nothing is in use: a microphone or camera is the one that will be.
            let usb = DeviceId("usb".to_owned());
            let shown = ShownDevice::of(kind, Some(&usb), None, &[listed(&"usb")]);
            let chosen = (kind != Speaker).then_some(&usb);
            assert_eq!(shown, ShownDevice { chosen, is_missing: false }, "{kind:?}");
        }
    }
}
