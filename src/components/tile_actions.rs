//! The buttons of one tile.

use tincan_call::{Command, FeatureCommand, Hearing, Peer};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Icon, on_click};
use crate::i18n::Texts;

/// A small round button on a tile; `does` is for the style. A click does not give it the focus, so
/// that the space bar stays free to talk with.
pub(super) fn tile_button(
    does: &'static str,
    icon: Icon,
    label: String,
    onclick: &Callback<MouseEvent>,
) -> Html {
    let label = AttrValue::from(label);
    html! {
        <button
            type="button"
            class="tile-button"
            data-does={does}
            title={label.clone()}
            aria-label={label}
            {onclick}
            onmousedown={keep_focus}
        >
            { icon.svg() }
        </button>
    }
}

/// Leaves the focus where it is, for `onmousedown`.
#[allow(clippy::needless_pass_by_value)] // It is a callback.
pub(super) fn keep_focus(event: MouseEvent) {
    event.prevent_default();
}

/// Returns the icon and the label of the button that pins `what`, or unpins it.
pub(super) fn pin_words(texts: &Texts, what: &str, pinned: bool) -> (Icon, String) {
    if pinned {
        (Icon::PinOff, (texts.call.unpin)(what))
    } else {
        (Icon::Pin, (texts.call.pin)(what))
    }
}

/// The volume of a person, and muting them, in a popover behind a button. The browser closes it by
/// itself, at a click elsewhere or by Escape, and nothing that lies in the way can cut it off.
/// `more` holds what the smallest tiles have no room for.
pub(super) fn person_menu(
    texts: &Texts,
    peer: &Peer,
    name: &str,
    more: Option<Html>,
    dispatch: &Callback<Command>,
) -> Html {
    let id = peer.id;
    let menu = AttrValue::from(["menu-", &id.to_string()].concat());
    let label = AttrValue::from((texts.call.options)(name));
    // The field gives nothing but a number.
    let oninput = dispatch.reform(move |event: InputEvent| {
        let volume = event.target_unchecked_into::<HtmlInputElement>().value();
        Command::Feature(FeatureCommand::SetVolume(id, volume.parse().unwrap_or(100)))
    });
    let heard = peer.hearing == Hearing::Heard;
    let (icon, words) = if heard {
        (Icon::SoundOff, (texts.call.mute_for_me)(name))
    } else {
        (Icon::Sound, (texts.call.hear_again)(name))
    };
    html! {
        <>
            <button
                type="button"
                class="tile-button"
                popovertarget={menu.clone()}
                title={label.clone()}
                aria-label={label}
                onmousedown={keep_focus}
            >
                { Icon::More.svg() }
            </button>
            <div class="tile-menu" popover="auto" id={menu}>
                <label>
                    <span>{ (texts.call.volume)(name) }</span>
                    <input
                        type="range"
                        min="0"
                        max="100"
                        step="5"
                        value={peer.volume.to_string()}
                        {oninput}
                    />
                </label>
                { small_button(icon, words, &on_click(dispatch, Command::Feature(FeatureCommand::SetHeard(id, !heard)))) }
                { more }
            </div>
        </>
    }
}

/// A button whose words name a person.
pub(super) fn small_button(icon: Icon, label: String, onclick: &Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="button" data-kind="small" {onclick}>
            { icon.svg() }
            <span>{ label }</span>
        </button>
    }
}
