//! The switches of what this page sends.

use tincan_call::{Command, Local};
use yew::prelude::*;

use super::{ControlTone, Icon, control_with_hint};
use crate::i18n::Texts;

/// Mutes and unmutes the microphone; `reaches` is whether anyone could hear it.
pub(crate) fn microphone_toggle(
    texts: &Texts,
    microphone: Local,
    reaches: bool,
    dispatch: &Callback<Command>,
) -> Html {
    let onclick = dispatch.reform(move |()| toggled_microphone(microphone));
    let (tone, icon) = if works(microphone) {
        (ControlTone::Plain, Icon::Microphone)
    } else {
        (ControlTone::Off, Icon::MicrophoneOff)
    };
    let controls = &texts.controls;
    let label = if is_on(microphone) { controls.mute } else { controls.unmute };
    let hint = (!reaches).then_some(texts.call.nobody_hears);
    control_with_hint(tone, icon, label, hint, &onclick)
}

/// Turns the camera on and off; `reaches` is whether anyone could see it.
pub(crate) fn camera_toggle(
    texts: &Texts,
    camera: Local,
    reaches: bool,
    dispatch: &Callback<Command>,
) -> Html {
    let onclick = dispatch.reform(move |()| toggled_camera(camera));
    let (tone, icon) = if works(camera) {
        (ControlTone::Plain, Icon::Camera)
    } else {
        (ControlTone::Off, Icon::CameraOff)
    };
    let controls = &texts.controls;
    let label = if is_on(camera) { controls.camera_off } else { controls.camera_on };
    let hint = (!reaches).then_some(texts.call.nobody_sees);
    control_with_hint(tone, icon, label, hint, &onclick)
}

/// Shares the screen, and stops it; `reaches` is whether anyone could see it.
pub(crate) fn share_toggle(
    texts: &Texts,
    screen: Local,
    reaches: bool,
    dispatch: &Callback<Command>,
) -> Html {
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |()| {
        if let Some(command) = toggled_screen(screen) {
            dispatch.emit(command);
        }
    });
    let (tone, icon, label) = if screen.stream().is_some() {
        (ControlTone::On, Icon::ScreenOff, texts.controls.stop_sharing)
    } else {
        (ControlTone::Plain, Icon::Screen, texts.controls.share)
    };
    let hint = (!reaches).then_some(texts.call.nobody_sees);
    control_with_hint(tone, icon, label, hint, &onclick)
}

/// Returns the command that mutes or unmutes a microphone in this state.
pub(crate) const fn toggled_microphone(microphone: Local) -> Command {
    Command::SetMicrophone(!is_on(microphone))
}

/// Returns the command that turns a camera in this state off or on.
pub(crate) const fn toggled_camera(camera: Local) -> Command {
    Command::SetCamera(!is_on(camera))
}

/// Returns the command that starts or stops to share the screen. While the browser's picker is
/// open, it is not asked a second time.
pub(crate) const fn toggled_screen(screen: Local) -> Option<Command> {
    match screen {
        Local::On(_) | Local::Muted(_) | Local::Silenced(_) => Some(Command::SetScreen(false)),
        Local::Starting => None,
        Local::Off | Local::Failed(_) => Some(Command::SetScreen(true)),
    }
}

/// Returns `true` if the next press turns the source off: it is on, or about to be.
const fn is_on(source: Local) -> bool {
    match source {
        Local::On(_) | Local::Silenced(_) | Local::Starting => true,
        Local::Off | Local::Muted(_) | Local::Failed(_) => false,
    }
}

/// Returns `true` if it is seen and heard, or about to be. What the system keeps silent is not,
/// although the person has turned it on.
const fn works(source: Local) -> bool {
    match source {
        Local::On(_) | Local::Starting => true,
        Local::Off | Local::Muted(_) | Local::Silenced(_) | Local::Failed(_) => false,
    }
}
