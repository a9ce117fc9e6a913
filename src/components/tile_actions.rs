//! The buttons of one tile.

use tincan_call::{Command, FeatureCommand, Hearing, Peer};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Shapes, icon, sending};
use crate::i18n::Texts;

/// A small round button on a tile; `does` is for the style. A click does not give it the focus, so
/// that the space bar stays free to talk with.
pub(super) fn tile_button(
    does: &'static str,
    of: Shapes,
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
            { icon(of) }
        </button>
    }
}

/// Leaves the focus where it is, for `onmousedown`.
#[allow(clippy::needless_pass_by_value)] // It is a callback.
pub(super) fn keep_focus(event: MouseEvent) {
    event.prevent_default();
}

/// Returns the icon and the label of the button that pins `what`, or unpins it.
pub(super) fn pin_words(texts: &Texts, what: &str, pinned: bool) -> (Shapes, String) {
    if pinned {
        (Shapes::PinOff, (texts.call.unpin)(what))
    } else {
        (Shapes::Pin, (texts.call.pin)(what))
    }
}

/// How loud a person is heard, and whether at all: behind a button. The browser closes it by
/// itself, at a click elsewhere or by Escape, and nothing that lies in the way can cut it off.
/// `more` is what the smallest tiles have no room for.
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
    let (of, words) = if heard {
        (Shapes::SoundOff, (texts.call.mute_for_me)(name))
    } else {
        (Shapes::Sound, (texts.call.hear_again)(name))
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
                { icon(Shapes::More) }
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
                { small_button(of, words, &sending(dispatch, Command::Feature(FeatureCommand::SetHeard(id, !heard)))) }
                { more }
            </div>
        </>
    }
}

/// A button whose words name a person.
pub(super) fn small_button(of: Shapes, label: String, onclick: &Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="button" data-kind="small" {onclick}>
            { icon(of) }
            <span>{ label }</span>
        </button>
    }
}
