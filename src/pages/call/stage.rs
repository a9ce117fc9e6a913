//! The part of the page that shows people: what is played there, and what waits for a click.

use tincan_browser::page;
use tincan_call::Held;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlVideoElement};
use yew::prelude::*;

use crate::components::{ButtonKind, Icon, button};
use crate::i18n::Texts;

/// Returns the node of the stage, and a callback that plays within a click what waits for one.
#[hook]
pub(super) fn use_stage() -> (NodeRef, Callback<()>) {
    let stage = use_node_ref();
    let on_play = use_callback((), {
        let stage = stage.clone();
        move |(), ()| {
            if let Some(stage) = stage.cast::<Element>() {
                page::play_held(&stage);
            }
        }
    });
    (stage, on_play)
}

/// Returns the video that the page is about.
pub(super) fn main_video(stage: &NodeRef) -> Option<HtmlVideoElement> {
    let stage = stage.cast::<Element>()?;
    let find = |selector| stage.query_selector(selector).ok().flatten();
    let video = find("[data-place=stage] video").or_else(|| find(".tile[data-picture] video"));
    video.map(JsCast::unchecked_into)
}

/// The button for what waits for a click.
pub(super) fn held_button(texts: &Texts, held: Held, on_play: &Callback<()>) -> Html {
    let (icon, label) = match held {
        Held::Audio => (Icon::Sound, texts.call.tap_to_hear),
        Held::Video => (Icon::Retry, texts.call.tap_to_resume),
    };
    html! { <div class="held">{ button(ButtonKind::Main, Some(icon), label, on_play) }</div> }
}
