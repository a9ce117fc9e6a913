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
    let on = is_on(microphone);
    let onclick = dispatch.reform(move |()| Command::SetMicrophone(!on));
    if on {
        control(ControlTone::Plain, Shapes::Microphone, texts.controls.mute, &onclick)
    } else {
        control(ControlTone::Off, Shapes::MicrophoneOff, texts.controls.unmute, &onclick)
    }
}

/// Turns the camera on and off.
pub(crate) fn camera_toggle(texts: &Texts, camera: Local, dispatch: &Callback<Command>) -> Html {
    let on = is_on(camera);
    let onclick = dispatch.reform(move |()| Command::SetCamera(!on));
    if on {
        control(ControlTone::Plain, Shapes::Camera, texts.controls.camera_off, &onclick)
    } else {
        control(ControlTone::Off, Shapes::CameraOff, texts.controls.camera_on, &onclick)
    }
}

/// Shares the screen, and stops it.
pub(crate) fn share_toggle(texts: &Texts, screen: Local, dispatch: &Callback<Command>) -> Html {
    let share =
        |onclick| control(ControlTone::Plain, Shapes::Screen, texts.controls.share, &onclick);
    match screen {
        Local::On(_) | Local::Muted(_) => {
            let onclick = dispatch.reform(|()| Command::SetScreen(false));
            control(ControlTone::On, Shapes::ScreenOff, texts.controls.stop_sharing, &onclick)
        }
        // While the browser's picker is open the button stays as it is, and asks no second time.
        Local::Starting => share(Callback::noop()),
        Local::Off | Local::Failed(_) => share(dispatch.reform(|()| Command::SetScreen(true))),
    }
}

/// Whether the next press turns the source off: it is on, or about to be.
const fn is_on(source: Local) -> bool {
    match source {
        Local::On(_) | Local::Starting => true,
        Local::Off | Local::Muted(_) | Local::Failed(_) => false,
    }
}
