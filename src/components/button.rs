//! Buttons.

use yew::prelude::*;

use super::Icon;

/// The weight of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The one thing to do next; at most one on a page.
    Main,
    /// Something else to do.
    Plain,
    /// Small, inside of something.
    Small,
    /// It takes a call.
    Go,
    /// It ends a ring.
    Stop,
}

impl ButtonKind {
    /// The value of `data-kind`, for the style.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Plain => "plain",
            Self::Small => "small",
            Self::Go => "go",
            Self::Stop => "stop",
        }
    }
}

/// A button with words on it.
pub(crate) fn button(
    kind: ButtonKind,
    icon: Option<Icon>,
    label: &'static str,
    onclick: &Callback<()>,
) -> Html {
    let onclick = onclick.reform(|_: MouseEvent| ());
    html! {
        <button type="button" class="button" data-kind={kind.as_str()} {onclick}>
            { icon.map(Icon::svg) }
            <span>{ label }</span>
        </button>
    }
}

/// The button that sends the form around it.
pub(crate) fn submit_button(kind: ButtonKind, label: &'static str) -> Html {
    html! { <button type="submit" class="button" data-kind={kind.as_str()}>{ label }</button> }
}

/// An icon to press; its label is read, and shown to whoever points at it.
pub(crate) fn icon_button(icon: Icon, label: &'static str, onclick: &Callback<()>) -> Html {
    let onclick = onclick.reform(|_: MouseEvent| ());
    html! {
        <button type="button" class="icon-button" aria-label={label} title={label} {onclick}>
            { icon.svg() }
        </button>
    }
}

/// The state of a control, as its look shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ControlTone {
    /// As it is most of the time.
    Plain,
    /// Something is off that is mostly on.
    Off,
    /// Something is on that is mostly off.
    On,
    /// It ends the call.
    Danger,
}

/// A round button with an icon; its label is seen where there is room for it, and always read.
pub(crate) fn control(
    tone: ControlTone,
    icon: Icon,
    label: &'static str,
    onclick: &Callback<()>,
) -> Html {
    control_with_hint(tone, icon, label, None, onclick)
}

/// The same, with something to know about it: marked on the button, and told to whoever points at
/// it and to screen readers.
pub(crate) fn control_with_hint(
    tone: ControlTone,
    icon: Icon,
    label: &'static str,
    hint: Option<&'static str>,
    onclick: &Callback<()>,
) -> Html {
    let tone = match tone {
        ControlTone::Plain => "plain",
        ControlTone::Off => "off",
        ControlTone::On => "on",
        ControlTone::Danger => "danger",
    };
    let onclick = onclick.reform(|_: MouseEvent| ());
    html! {
        <button
            type="button"
            class="control"
            data-tone={tone}
            data-hint={hint.map(|_| "on")}
            aria-label={label}
            title={hint}
            {onclick}
        >
            <span class="control-face">{ icon.svg() }</span>
            <span class="control-label">{ label }</span>
        </button>
    }
}
