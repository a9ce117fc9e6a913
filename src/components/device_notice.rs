//! The reason why a device does not work, and the remedy.

use tincan_call::{CaptureError, Command, Local, Me};
use yew::prelude::*;

use super::{ButtonKind, CaptureReport, Icon, button, notice};
use crate::hooks::{count_render, use_texts};
use crate::i18n::{Device, Trouble};

/// The errors of the devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeviceErrors {
    microphone: Option<Trouble>,
    camera: Option<Trouble>,
    screen: Option<Trouble>,
    screen_audio: Option<Trouble>,
}

impl DeviceErrors {
    /// Returns the errors of this page's devices.
    pub(crate) const fn of(me: &Me) -> Self {
        Self {
            microphone: trouble(me.microphone),
            camera: trouble(me.camera),
            screen: trouble(me.screen),
            screen_audio: trouble(me.screen_audio),
        }
    }

    /// One entry for each thing to say: one for both devices, if they have the same trouble.
    fn entries(self) -> impl Iterator<Item = (Device, Trouble)> {
        let both = self.camera.filter(|camera| self.microphone == Some(*camera));
        let apart = |trouble: Option<Trouble>| trouble.filter(|_| both.is_none());
        [
            (Device::Both, both),
            (Device::Camera, apart(self.camera)),
            (Device::Microphone, apart(self.microphone)),
            (Device::Screen, self.screen),
            (Device::ScreenAudio, self.screen_audio),
        ]
        .into_iter()
        .filter_map(|(device, trouble)| Some((device, trouble?)))
    }
}

const fn trouble(source: Local) -> Option<Trouble> {
    match source {
        Local::Failed(error) => Some(Trouble::Failed(error)),
        Local::Silenced(_) => Some(Trouble::Silenced),
        Local::Off | Local::Starting | Local::On(_) | Local::Muted(_) => None,
    }
}

/// Returns `true` if another attempt can succeed without loading the page anew.
const fn can_retry(device: Device, trouble: Trouble) -> bool {
    let error = match (trouble, device) {
        (Trouble::Failed(error), _) => error,
        (Trouble::Silenced, Device::Microphone | Device::Camera | Device::Both) => return true,
        // It would need the picker, and another screen to be chosen.
        (Trouble::Silenced, Device::Screen | Device::ScreenAudio) => return false,
    };
    match error {
        CaptureError::NotAllowed
        | CaptureError::BlockedBySystem
        | CaptureError::NotFound
        | CaptureError::NotReadable
        | CaptureError::OverConstrained
        | CaptureError::Other => true,
        CaptureError::InsecureContext | CaptureError::NotSupported => false,
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct DeviceNoticeProps {
    pub(crate) errors: DeviceErrors,
    pub(crate) dispatch: Callback<Command>,
    /// Before a call: say that one can join all the same.
    #[prop_or_default]
    pub(crate) in_lobby: bool,
    /// Takes the notice away; without it there is no button for that.
    #[prop_or_default]
    pub(crate) on_dismiss: Option<Callback<()>>,
    /// Draws the button that copies a report, once its code is loaded.
    #[prop_or_default]
    pub(crate) report: Option<CaptureReport>,
}

/// A notice for each trouble with a device.
#[component(DeviceNotice)]
pub(crate) fn device_notice(props: &DeviceNoticeProps) -> Html {
    count_render("DeviceNotice");
    let texts = use_texts();
    let entry = |(device, trouble): (Device, Trouble)| {
        let help = (texts.errors.help)(device, trouble);
        let text = if props.in_lobby {
            let anyway = (texts.errors.join_anyway)(device);
            (texts.sentences)(&[help.to_owned(), anyway.to_owned()]).into()
        } else {
            AttrValue::from(help)
        };
        let dispatch = props.dispatch.clone();
        let retry = Callback::from(move |()| match device {
            Device::Microphone => dispatch.emit(Command::SetMicrophone(true)),
            Device::Camera => dispatch.emit(Command::SetCamera(true)),
            Device::Screen | Device::ScreenAudio => dispatch.emit(Command::SetScreen(true)),
            Device::Both => dispatch.emit(Command::RetryDevices),
        });
        let retry = can_retry(device, trouble)
            .then(|| button(ButtonKind::Small, Some(Icon::Retry), texts.try_again, &retry));
        let dismiss = props.on_dismiss.as_ref();
        let dismiss =
            dismiss.map(|onclick| button(ButtonKind::Small, None, texts.dismiss, onclick));
        let title = AttrValue::from((texts.errors.title)(device, trouble));
        let report = match trouble {
            Trouble::Failed(error) => props.report.map(|report| report.draw(error)),
            Trouble::Silenced => None,
        };
        notice(title, text, html! { <>{ retry }{ report }{ dismiss }</> })
    };
    html! { <div class="notices">{ for props.errors.entries().map(entry) }</div> }
}
