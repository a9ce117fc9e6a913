//! The control bar of a call.

use tincan_call::{Command, Local, Unreached};
use yew::prelude::*;

use super::popover::popover;
use super::tile_actions::keep_focus;
use super::{
    ControlTone, FeatureControl, Icon, Press, camera_toggle, control, copy_icon, microphone_toggle,
    share_toggle,
};
use crate::hooks::{CopyState, count_render, use_fit, use_menu, use_texts};

/// Something that is not the call's own business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// One of a feature of the call.
    Feature(FeatureControl),
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
    /// True if the browser can capture a screen: no button offers what cannot be had.
    pub(crate) can_share: bool,
    /// The actions that the page and its browser offer, the most used ones first.
    pub(crate) actions: Vec<Action>,
    pub(crate) dispatch: Callback<Command>,
    pub(crate) copied: CopyState,
    pub(crate) on_action: Callback<Action>,
}

/// The id of what lies behind "More".
const MORE: &str = "more";

/// The control bar. The switches of what is sent and the end of the call are always in it. Of the
/// actions as many as there is room for; the others are in a menu behind "More".
#[component(ControlBar)]
pub(crate) fn control_bar(props: &ControlBarProps) -> Html {
    count_render("ControlBar");
    let texts = use_texts();
    let controls = &texts.controls;
    let (dispatch, unreached) = (&props.dispatch, props.unreached);
    let on_hang_up = dispatch.reform(|()| Command::HangUp);
    let bar = use_node_ref();
    let fit = use_fit(&bar);

    let fixed = if props.can_share { 4 } else { 3 };
    let (in_bar, in_menu) = props.actions.split_at(room(fit, fixed, props.actions.len()));
    let action = |action: &Action| {
        let action = action.clone();
        let (icon, label) = match &action {
            Action::Feature(control) => {
                let onclick = props.on_action.reform({
                    let action = action.clone();
                    move |_| action.clone()
                });
                return feature_button(control, &onclick);
            }
            Action::CopyLink => (copy_icon(props.copied), texts.copy_link),
            Action::ShareLink => (Icon::Share, texts.lobby.share),
            Action::PictureInPicture => (Icon::PictureInPicture, controls.picture_in_picture),
            Action::FullScreen => (Icon::Expand, controls.fullscreen),
            Action::Settings => (Icon::Settings, texts.settings.title),
            Action::Shortcuts => (Icon::Keyboard, texts.shortcuts.title),
        };
        action_button(icon, label, &props.on_action.reform(move |_| action.clone()))
    };
    html! {
        <div
            ref={bar}
            class="controls"
            role="group"
            aria-label={controls.bar}
            onmousedown={keep_focus}
        >
            { microphone_toggle(texts, props.microphone, !unreached.microphone, dispatch) }
            { camera_toggle(texts, props.camera, !unreached.camera, dispatch) }
            if props.can_share {
                { share_toggle(texts, props.screen, !unreached.screen, dispatch) }
            }
            // One node, however many: none of the others takes the place of its neighbour.
            { in_bar.iter().map(action).collect::<Html>() }
            if !in_menu.is_empty() {
                <More
                    label={controls.more}
                    has_badge={in_menu.iter().any(has_badge)}
                    actions={in_menu.iter().map(action).collect::<Html>()}
                />
            }
            { control(ControlTone::Danger, Icon::HangUp, controls.hang_up, &on_hang_up) }
        </div>
    }
}

const fn has_badge(action: &Action) -> bool {
    matches!(action, Action::Feature(FeatureControl { badge: Some(_), .. }))
}

/// Returns the number of actions in the bar, of which `fit` controls fit side by side. `fixed` of
/// them are always there, and so is the button of the menu, unless the menu would be empty.
fn room(fit: usize, fixed: usize, actions: usize) -> usize {
    let free = fit.saturating_sub(fixed);
    if free >= actions { actions } else { free.saturating_sub(1) }
}

/// A button for an action. It closes the menu, if it is in one.
fn action_button(icon: Icon, label: &'static str, onclick: &Callback<MouseEvent>) -> Html {
    html! {
        <button
            key={label}
            type="button"
            class="control control-action"
            data-tone="plain"
            title={label}
            aria-label={label}
            popovertarget={MORE}
            popovertargetaction="hide"
            {onclick}
        >
            <span class="control-face">{ icon.svg() }</span>
            <span class="control-label">{ label }</span>
        </button>
    }
}

/// A button for a control of a feature. What it opens lies in front of the menu that it is in; all
/// else closes the menu.
fn feature_button(control: &FeatureControl, onclick: &Callback<MouseEvent>) -> Html {
    let FeatureControl { key, icon, label, is_on, badge, panel, press } = control;
    let (key, label, is_on) = (*key, *label, *is_on);
    let (target, does) = match press {
        Press::Command(_) | Press::PickFiles(_) => (MORE, Some("hide")),
        Press::Toggle(popover) => (*popover, None),
    };
    let name = badge.as_ref().map_or(AttrValue::Static(label), |badge| badge.label.clone().into());
    let expanded = panel.map(|_| if is_on { "true" } else { "false" });
    html! {
        <button
            {key}
            type="button"
            class="control control-action"
            data-tone={if is_on { "on" } else { "plain" }}
            title={name.clone()}
            aria-label={name}
            aria-expanded={expanded}
            aria-controls={*panel}
            popovertarget={target}
            popovertargetaction={does}
            {onclick}
        >
            <span class="control-face">
                { icon.svg() }
                if let Some(badge) = badge {
                    // Drawn by the style: the name of the control has the number in words.
                    <span class="control-badge" data-count={badge.text()} />
                }
            </span>
            <span class="control-label">{ label }</span>
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct MoreProps {
    label: &'static str,
    /// One of the actions has a badge, which is not seen while the menu is closed.
    has_badge: bool,
    actions: Html,
}

/// The button of a menu, and the menu. Without actions there is none, and nothing is left of it: a
/// browser does not report that a menu is gone which was open.
#[component(More)]
fn more(props: &MoreProps) -> Html {
    let MoreProps { label, has_badge, actions } = props;
    let label = *label;
    let menu = use_menu();
    html! {
        <>
            <button
                type="button"
                class="control controls-fold"
                data-tone="plain"
                data-hint={has_badge.then_some("on")}
                title={label}
                aria-label={label}
                aria-expanded={if menu.is_open { "true" } else { "false" }}
                aria-controls={MORE}
                popovertarget={MORE}
            >
                <span class="control-face">{ Icon::More.svg() }</span>
                <span class="control-label">{ label }</span>
            </button>
            { popover(&menu, MORE, "controls-more", label, actions.clone()) }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_that_do_not_fit_leave_room_for_the_button_of_the_menu() {
        for (fit, fixed, actions, in_bar) in [
            (0, 4, 5, 0),
            (4, 4, 5, 0),
            (5, 4, 5, 0),
            (6, 4, 5, 1),
            (8, 4, 5, 3),
            (9, 4, 5, 5),
            (20, 4, 5, 5),
            (3, 3, 0, 0),
            (4, 3, 1, 1),
        ] {
            assert_eq!(room(fit, fixed, actions), in_bar, "{fit} {fixed} {actions}");
        }
    }
}
