//! Media: what this page captures, what it plays of others, and the ids of what the browser holds.

pub(crate) mod local;
pub(crate) mod playback;
pub(crate) mod preferences;
pub(crate) mod remote;
pub(crate) mod speaker;
pub(crate) mod speech;

use tincan_protocol::Source;

/// A captured track. The track itself stays with the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub u32);

/// A stream that can be shown. The stream itself stays with the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u32);

/// One request to capture something, so that a late answer is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureId(pub u32);

/// The closeness of a capture to the preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// A camera at 1280x720 and 30 frames a second, at most.
    Preferred,
    /// Anything that the device gives: the second attempt, after [`CaptureError::OverConstrained`].
    Any,
}

/// The permission to use a kind of device (Permissions, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Permission {
    /// It gives the device without a prompt.
    Granted,
    /// It asks the person first.
    Prompt,
    /// It refuses without a prompt.
    Denied,
    /// The browser does not say.
    #[default]
    Unknown,
}

/// The permissions that a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions {
    /// For microphones.
    pub microphone: Permission,
    /// For cameras.
    pub camera: Permission,
}

impl Permissions {
    /// Returns the permission for what a source is captured from. Screens have none: each capture
    /// asks.
    pub(crate) const fn of(self, source: Source) -> Permission {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen | Source::ScreenAudio => Permission::Prompt,
        }
    }
}

/// The reason why there is no capture: the names of Media Capture and Streams, section 10.3.1, and
/// of Screen Capture, section 5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureError {
    /// `NotAllowedError`: the person or the browser said no.
    NotAllowed,
    /// `NotAllowedError` as well, but the operating system refused.
    BlockedBySystem,
    /// `NotFoundError`: there is no such device.
    NotFound,
    /// `NotReadableError`: another program holds the device, or the system refused.
    NotReadable,
    /// `OverconstrainedError`: no device can do what was asked.
    OverConstrained,
    /// The page was not loaded over HTTPS (or from localhost): browsers offer no devices then.
    InsecureContext,
    /// The browser cannot do it at all (sharing a screen on most phones).
    NotSupported,
    /// Anything else.
    Other,
}
