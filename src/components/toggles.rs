//! The switches of what this page sends.

use tincan_call::{Command, Local};
use yew::prelude::*;

use super::{ControlTone, Shapes, control};
use crate::i18n::Texts;

/// Mutes and unmutes the microphone.
pub(crate) fn microphone_toggle(
    texts: &Texts,
    microphone: Local,
    dispatch: &Callback<Command>,
) -> Html {
    let onclick = dispatch.reform(move |()| toggled_microphone(microphone));
    if is_on(microphone) {
        control(ControlTone::Plain, Shapes::Microphone, texts.controls.mute, &onclick)
    } else {
        control(ControlTone::Off, Shapes::MicrophoneOff, texts.controls.unmute, &onclick)
    }
}

/// Turns the camera on and off.
pub(crate) fn camera_toggle(texts: &Texts, camera: Local, dispatch: &Callback<Command>) -> Html {
    let onclick = dispatch.reform(move |()| toggled_camera(camera));
    if is_on(camera) {
        control(ControlTone::Plain, Shapes::Camera, texts.controls.camera_off, &onclick)
    } else {
        control(ControlTone::Off, Shapes::CameraOff, texts.controls.camera_on, &onclick)
    }
}

/// Shares the screen, and stops it.
pub(crate) fn share_toggle(texts: &Texts, screen: Local, dispatch: &Callback<Command>) -> Html {
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |()| {
        if let Some(command) = toggled_screen(screen) {
            dispatch.emit(command);
        }
    });
    if screen.stream().is_some() {
        control(ControlTone::On, Shapes::ScreenOff, texts.controls.stop_sharing, &onclick)
    } else {
        control(ControlTone::Plain, Shapes::Screen, texts.controls.share, &onclick)
    }
}

/// What mutes the microphone that stands so, or unmutes it.
pub(crate) const fn toggled_microphone(microphone: Local) -> Command {
    Command::SetMicrophone(!is_on(microphone))
}

/// What turns the camera that stands so off, or on.
pub(crate) const fn toggled_camera(camera: Local) -> Command {
    Command::SetCamera(!is_on(camera))
}

/// What starts to share the screen, or stops it. While the browser's picker is open, it is not
/// asked a second time.
pub(crate) const fn toggled_screen(screen: Local) -> Option<Command> {
    match screen {
        Local::On(_) | Local::Muted(_) => Some(Command::SetScreen(false)),
        Local::Starting => None,
        Local::Off | Local::Failed(_) => Some(Command::SetScreen(true)),
    }
}

/// Whether the next press turns the source off: it is on, or about to be.
const fn is_on(source: Local) -> bool {
    match source {
        Local::On(_) | Local::Starting => true,
        Local::Off | Local::Muted(_) | Local::Failed(_) => false,
    }
}
