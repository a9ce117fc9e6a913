//! What can be pressed during a call.

use tincan_call::{Command, Local};
use yew::prelude::*;

use super::{
    ControlTone, Shapes, camera_toggle, control, copy_icon, microphone_toggle, share_toggle,
};
use crate::hooks::{CopyState, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct ControlBarProps {
    pub(crate) microphone: Local,
    pub(crate) camera: Local,
    pub(crate) screen: Local,
    /// Whether the browser can capture a screen: no button offers what can not be had.
    pub(crate) can_share: bool,
    pub(crate) dispatch: Callback<Command>,
    pub(crate) copied: CopyState,
    pub(crate) oncopy: Callback<()>,
}

/// The control bar.
#[component(ControlBar)]
pub(crate) fn control_bar(props: &ControlBarProps) -> Html {
    let texts = use_texts();
    let dispatch = &props.dispatch;
    let onhangup = dispatch.reform(|()| Command::HangUp);
    html! {
        <div class="controls" role="group" aria-label={texts.controls.bar}>
            { microphone_toggle(texts, props.microphone, dispatch) }
            { camera_toggle(texts, props.camera, dispatch) }
            { props.can_share.then(|| share_toggle(texts, props.screen, dispatch)) }
            { control(ControlTone::Plain, copy_icon(props.copied), texts.copy_link, &props.oncopy) }
            { control(ControlTone::Danger, Shapes::HangUp, texts.controls.hang_up, &onhangup) }
        </div>
    }
}
