//! The settings in front of the call.

use std::rc::Rc;

use tincan_call::{Command, DeviceInfo, Preferences, StreamId};
use yew::prelude::*;

use super::{Settings, dialog};
use crate::hooks::{Streams, count_render, use_dialog, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct SettingsDialogProps {
    pub(crate) open: bool,
    pub(crate) onclose: Callback<()>,
    pub(crate) devices: Rc<[DeviceInfo]>,
    pub(crate) preferences: Rc<Preferences>,
    pub(crate) streams: Streams,
    /// The stream of the microphone, to show how loud it is.
    pub(crate) microphone: Option<StreamId>,
    pub(crate) dispatch: Callback<Command>,
}

/// The settings, in a dialog.
#[component(SettingsDialog)]
pub(crate) fn settings_dialog(props: &SettingsDialogProps) -> Html {
    count_render("SettingsDialog");
    let texts = use_texts();
    let node = use_dialog(props.open);
    let content = props.open.then(|| {
        html! {
            <Settings
                devices={Rc::clone(&props.devices)}
                preferences={Rc::clone(&props.preferences)}
                streams={&props.streams}
                microphone={props.microphone}
                dispatch={&props.dispatch}
            />
        }
    });
    dialog(texts, &node, texts.settings.title, content, &props.onclose)
}
