//! What can be pressed during a call.

use tincan_call::{Command, Local, Unreached};
use yew::prelude::*;

use super::tile_actions::keep_focus;
use super::{
    ControlTone, Shapes, camera_toggle, control, copy_icon, icon, microphone_toggle, share_toggle,
};
use crate::hooks::{CopyState, count_render, use_texts};

/// Something that is not the call's own business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    CopyLink,
    ShareLink,
    PictureInPicture,
    FullScreen,
    Settings,
    Shortcuts,
}

#[derive(Properties, PartialEq)]
pub(crate) struct ControlBarProps {
    pub(crate) microphone: Local,
    pub(crate) camera: Local,
    pub(crate) screen: Local,
    /// Those of them that reach nobody.
    pub(crate) unreached: Unreached,
    /// Whether the browser can capture a screen: no button offers what can not be had.
    pub(crate) can_share: bool,
    /// Whether the system has a sheet to share a link by.
    pub(crate) can_share_link: bool,
    /// Whether there is a picture, and a browser, for a window of its own.
    pub(crate) can_pop_out: bool,
    pub(crate) dispatch: Callback<Command>,
    pub(crate) copied: CopyState,
    pub(crate) onaction: Callback<Action>,
}

/// The id of what lies behind "More".
const MORE: &str = "more";

/// The control bar. Where there is no room for all of them, those that are less used lie behind one
/// button; only the style knows where that is.
#[component(ControlBar)]
pub(crate) fn control_bar(props: &ControlBarProps) -> Html {
    count_render("ControlBar");
    let texts = use_texts();
    let controls = &texts.controls;
    let (dispatch, unreached) = (&props.dispatch, props.unreached);
    let onhangup = dispatch.reform(|()| Command::HangUp);
    // Whatever is chosen closes the menu, if it is one at the time.
    let less_used = |action: Action, of: Shapes, label: &'static str| {
        let onclick = props.onaction.reform(move |_: MouseEvent| action);
        html! {
            <button
                type="button"
                class="control"
                data-tone="plain"
                title={label}
                aria-label={label}
                popovertarget={MORE}
                popovertargetaction="hide"
                {onclick}
            >
                <span class="control-face">{ icon(of) }</span>
                <span class="control-label">{ label }</span>
            </button>
        }
    };
    html! {
        <div class="controls" role="group" aria-label={controls.bar} onmousedown={keep_focus}>
            { microphone_toggle(texts, props.microphone, !unreached.microphone, dispatch) }
            { camera_toggle(texts, props.camera, !unreached.camera, dispatch) }
            if props.can_share {
                { share_toggle(texts, props.screen, !unreached.screen, dispatch) }
            }
            <div class="controls-more" popover="auto" id={MORE}>
                { less_used(Action::CopyLink, copy_icon(props.copied), texts.copy_link) }
                if props.can_share_link {
                    <div class="touch-only">
                        { less_used(Action::ShareLink, Shapes::Share, texts.lobby.share) }
                    </div>
                }
                if props.can_pop_out {
                    { less_used(
                        Action::PictureInPicture,
                        Shapes::PictureInPicture,
                        controls.picture_in_picture,
                    ) }
                }
                { less_used(Action::FullScreen, Shapes::Expand, controls.fullscreen) }
                { less_used(Action::Settings, Shapes::Settings, texts.settings.title) }
                <div class="keyboard-only">
                    { less_used(Action::Shortcuts, Shapes::Keyboard, texts.shortcuts.title) }
                </div>
            </div>
            <button
                type="button"
                class="control controls-fold"
                data-tone="plain"
                title={controls.more}
                aria-label={controls.more}
                popovertarget={MORE}
            >
                <span class="control-face">{ icon(Shapes::More) }</span>
            </button>
            { control(ControlTone::Danger, Shapes::HangUp, controls.hang_up, &onhangup) }
        </div>
    }
}
