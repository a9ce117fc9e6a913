//! The preferred devices and settings, and what is captured anew when they change.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::Source;

use super::LocalMedia;
use super::request::source_of;
use crate::api::{CaptureTarget, Effect, Effects};
use crate::media::preferences::{DeviceKind, Preferences, ShareStyle};

impl LocalMedia {
    /// Sets the preferred devices and settings. What is on and differs is captured anew, and what
    /// failed is tried again. Where nothing differs, the person chose again what had been lost.
    pub(crate) fn set_preferences(
        &mut self,
        now: Duration,
        preferences: Preferences,
        effects: &mut Effects,
    ) {
        let is_same = *self.preferences == preferences;
        let chosen = if is_same { DeviceKind::ALL.as_slice() } else { &[] };
        self.prefer(now, preferences, chosen, effects);
    }

    /// Sets the preferred devices and settings. The person chose a device of each of the kinds in
    /// `chosen`. If it was preferred before, it is used again where another has taken its place.
    pub(super) fn prefer(
        &mut self,
        now: Duration,
        preferences: Preferences,
        chosen: &[DeviceKind],
        effects: &mut Effects,
    ) {
        let last = std::mem::replace(&mut self.preferences, Rc::new(preferences));
        let new = Rc::clone(&self.preferences);
        let is_back = |kind| chosen.contains(&kind) && self.is_displaced(kind);
        let microphone = !new.same_microphone(&last) || is_back(DeviceKind::Microphone);
        let camera = !new.same_camera(&last) || is_back(DeviceKind::Camera);
        if new.speaker != last.speaker || chosen.contains(&DeviceKind::Speaker) {
            self.speaker.on_chosen();
            self.notices.drop_of(DeviceKind::Speaker);
        }
        if microphone && self.microphone.is_wanted() {
            self.want(now, CaptureTarget::Microphone, effects);
        }
        if camera && self.camera.is_wanted() {
            self.want(now, CaptureTarget::Camera, effects);
        }
        if new.share != last.share
            && let Some(track) = self.track(Source::Screen)
        {
            effects.push(Effect::HintTrack { track, style: new.share });
        }
    }

    /// Returns `true` if the preferred device of this kind is there and not captured.
    fn is_displaced(&self, kind: DeviceKind) -> bool {
        let Some(preferred) = self.preferences.device(kind) else { return false };
        let is_listed =
            self.devices().iter().any(|device| device.kind == kind && device.id == *preferred);
        let captured = source_of(kind).and_then(|source| self.device_of(source));
        is_listed && captured != Some(preferred)
    }

    pub(crate) fn preferences(&self) -> &Rc<Preferences> {
        &self.preferences
    }

    /// The style of a shared screen.
    pub(crate) fn share_style(&self) -> ShareStyle {
        self.preferences.share
    }
}
