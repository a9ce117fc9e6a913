//! The notices on devices that the person has not dismissed.

use crate::api::view::Notice;
use crate::media::preferences::{DeviceInfo, DeviceKind};

/// Notices, the newest last: that one is shown, and those before it after it was dismissed. There
/// is at most one about the device in use of each kind, and at most one offer.
#[derive(Debug, Default)]
pub(super) struct Notices(Vec<Notice>);

impl Notices {
    pub(super) fn newest(&self) -> Option<&Notice> {
        self.0.last()
    }

    /// Adds a notice about the device in use, in place of an earlier one of the same kind.
    pub(super) fn add(&mut self, notice: Notice) {
        self.drop_of(kind(&notice));
        self.0.push(notice);
    }

    /// Offers a device in place of another one, or none any longer.
    pub(super) fn offer(&mut self, device: Option<&DeviceInfo>) {
        self.0.retain(|other| !is_offer(other));
        if let Some(device) = device {
            self.0.push(Notice::Offered(device.clone()));
        }
    }

    /// Drops what was said about the device in use of a kind.
    pub(super) fn drop_of(&mut self, of: DeviceKind) {
        self.0.retain(|other| is_offer(other) || kind(other) != of);
    }

    /// Drops the newest. Returns `true` if it was an offer.
    pub(super) fn dismiss(&mut self) -> bool {
        self.0.pop().as_ref().is_some_and(is_offer)
    }
}

fn kind(notice: &Notice) -> DeviceKind {
    match notice {
        Notice::FellBack(kind, _) | Notice::NotTaken(kind, _) => *kind,
        Notice::Offered(device) => device.kind,
    }
}

fn is_offer(notice: &Notice) -> bool {
    matches!(notice, Notice::Offered(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::CaptureError;
    use crate::media::preferences::DeviceId;

    #[test]
    fn an_offer_stays_beside_a_notice_about_the_device_in_use() {
        let kind = DeviceKind::Microphone;
        let device = DeviceInfo { kind, id: DeviceId("m".into()), label: "M".into() };
        let mut notices = Notices::default();
        notices.offer(Some(&device));
        notices.add(Notice::NotTaken(kind, CaptureError::NotReadable));
        notices.add(Notice::NotTaken(kind, CaptureError::NotFound));
        assert!(!notices.dismiss());
        assert_eq!(notices.newest(), Some(&Notice::Offered(device)));
        notices.offer(None);
        assert_eq!(notices.newest(), None);
    }
}
