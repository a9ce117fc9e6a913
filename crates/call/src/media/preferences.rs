//! The preferences of a person: their devices, the constraints for them, and announcements.

/// A device, as the browser names it to this site (Media Capture and Streams, section 9.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub String);

/// The devices that a call starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceChoice {
    /// Start the microphone.
    pub microphone: bool,
    /// Start the camera.
    pub camera: bool,
}

/// The kind of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// `audioinput`.
    Microphone,
    /// `videoinput`.
    Camera,
    /// `audiooutput`.
    Speaker,
}

impl DeviceKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Speaker];
}

/// A device that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The kind.
    pub kind: DeviceKind,
    /// The id.
    pub id: DeviceId,
    /// The system's name for it; empty if the browser does not tell.
    pub label: String,
}

impl DeviceInfo {
    /// Returns the label, unless it is blank.
    pub fn name(&self) -> Option<&str> {
        Some(self.label.trim()).filter(|label| !label.is_empty())
    }
}

/// The cameras of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facing {
    /// The one that looks at the person.
    User,
    /// The one that looks away.
    Environment,
}

/// The style of a shared screen, which decides whether detail or motion gives way when there is not
/// enough for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareStyle {
    /// Text: sharp, and perhaps slow.
    Text,
    /// Motion: smooth, and perhaps blurred.
    Motion,
}

/// The preferences of a person. All are wishes: those that cannot be fulfilled are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// The microphone; the system's own choice if none.
    pub microphone: Option<DeviceId>,
    /// The camera; the system's own choice, or the one that faces as preferred, if none.
    pub camera: Option<DeviceId>,
    /// The speaker; the system's own choice if none.
    pub speaker: Option<DeviceId>,
    /// The camera, where none is named.
    pub facing: Facing,
    /// The height of the camera's video, in pixels.
    pub height: u32,
    /// The most frames per second of the camera.
    pub frame_rate: u32,
    /// Take what the speaker plays out of what the microphone hears.
    pub echo_cancellation: bool,
    /// Take steady noise out of it.
    pub noise_suppression: bool,
    /// Bring it to an even loudness.
    pub auto_gain_control: bool,
    /// The style of a shared screen.
    pub share: ShareStyle,
    /// Announce messages of the chat to screen readers.
    pub announce_chat: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            microphone: None,
            camera: None,
            speaker: None,
            facing: Facing::User,
            height: 720,
            frame_rate: 30,
            echo_cancellation: true,
            noise_suppression: true,
            auto_gain_control: true,
            share: ShareStyle::Text,
            announce_chat: true,
        }
    }
}

impl Preferences {
    /// Returns `true` if another capture of the microphone would give something else.
    pub(crate) fn same_microphone(&self, other: &Self) -> bool {
        self.microphone == other.microphone
            && self.echo_cancellation == other.echo_cancellation
            && self.noise_suppression == other.noise_suppression
            && self.auto_gain_control == other.auto_gain_control
    }

    /// Returns `true` if another capture of the camera would give something else.
    pub(crate) fn same_camera(&self, other: &Self) -> bool {
        self.camera == other.camera
            && self.facing == other.facing
            && self.height == other.height
            && self.frame_rate == other.frame_rate
    }

    /// Returns the preferred device of this kind.
    pub fn device(&self, kind: DeviceKind) -> Option<&DeviceId> {
        match kind {
            DeviceKind::Microphone => self.microphone.as_ref(),
            DeviceKind::Camera => self.camera.as_ref(),
            DeviceKind::Speaker => self.speaker.as_ref(),
        }
    }

    /// Sets the preferred device of this kind; `None` is the system's own choice.
    pub fn set_device(&mut self, kind: DeviceKind, device: Option<DeviceId>) {
        match kind {
            DeviceKind::Microphone => self.microphone = device,
            DeviceKind::Camera => self.camera = device,
            DeviceKind::Speaker => self.speaker = device,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_label_is_no_name() {
        for (label, name) in [("", None), (" \t\u{a0}", None), (" USB ", Some("USB"))] {
            let (kind, id) = (DeviceKind::Camera, DeviceId("a".to_owned()));
            let device = DeviceInfo { kind, id, label: label.to_owned() };
            assert_eq!(device.name(), name, "{label:?}");
        }
    }

    #[test]
    fn each_kind_has_a_device_of_its_own() {
        let kinds = DeviceKind::ALL;
        for kind in kinds {
            let mut preferences = Preferences::default();
            let device = DeviceId("usb".to_owned());
            preferences.set_device(kind, Some(device.clone()));
            for other in kinds {
                let expected = (other == kind).then_some(&device);
                assert_eq!(preferences.device(other), expected, "{other:?}");
            }
            preferences.set_device(kind, None);
            assert_eq!(preferences, Preferences::default());
        }
    }
}
