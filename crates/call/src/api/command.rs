//! The commands of the person.

use tincan_protocol::{Name, PeerId};

use crate::features::FeatureCommand;
use crate::media::preferences::{DeviceId, Preferences};

/// A command of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enter the lobby: connect to the server, and start the devices that are asked for. From
    /// the end of a call it leads back to the lobby.
    Enter {
        /// Start the microphone.
        microphone: bool,
        /// Start the camera.
        camera: bool,
    },
    /// Set the person's name.
    SetName(Name),
    /// Take part in the call.
    Join,
    /// Ring everyone who waits. Where there is nobody to ring, it is the same as [`Self::Join`].
    Call,
    /// Ring no longer, and stay in the lobby.
    Cancel,
    /// Take part in the call that the others ring for. Once nobody rings it does nothing, unless
    /// the call is on.
    Accept,
    /// The same with the camera off, for this call only.
    AcceptWithoutCamera,
    /// Do not talk now, and stay in the lobby.
    Decline,
    /// Leave the call and the room, from the lobby or the call.
    HangUp,
    /// Leave the call by the browser's back button. The page offers the way back.
    Leave,
    /// The page goes away, and the browser may keep it to bring it back: leave the room, and let go
    /// of all devices.
    Suspend,
    /// The page is back after [`Self::Suspend`]: enter the lobby again.
    Resume,
    /// Unmute the microphone, or start it if there is none yet; or mute it. The next call starts
    /// like this, too.
    SetMicrophone(bool),
    /// Start the camera, or stop it. The next call starts like this, too.
    SetCamera(bool),
    /// Try microphone and camera again after both failed: the same as to turn each of them on, but
    /// with one prompt.
    RetryDevices,
    /// Unmute the microphone while a key is held (`true`), starting it if there is none yet, and
    /// mute it again (`false`). The next call does not start like this.
    Talk(bool),
    /// Start to share a screen, or stop it. Must come in a click: the browser shows a picker.
    SetScreen(bool),
    /// Try a link that failed once more.
    RetryLink(PeerId),
    /// Use these devices and settings from now on. What is live and differs is captured anew.
    SetPreferences(Preferences),
    /// Use the device that was offered when it was plugged in.
    UseOffered,
    /// The person has read the notice on devices.
    DismissNotice,
    /// The person has read how the last ring ended.
    DismissRing,
    /// The browser does not play on this speaker: it is gone, or the page may not use it.
    SpeakerRefused(DeviceId),
    /// A command that concerns a feature.
    Feature(FeatureCommand),
}
