//! Copying a text, and saying for a moment how it went.

use gloo_timers::callback::Timeout;
use tincan_browser::page;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::use_effect_with;

/// The time for which the outcome is shown.
const SHOWN_MS: u32 = 4_000;

/// The outcome of the last copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyState {
    /// There was none lately.
    Idle,
    /// The text is in the clipboard.
    Copied,
    /// The browser refused.
    Failed,
}

/// Returns the outcome of the last copying of `text`, and a callback that copies it.
#[hook]
pub(crate) fn use_copy(text: &AttrValue) -> (CopyState, Callback<()>) {
    let state = use_state_eq(|| CopyState::Idle);

    let copy = use_callback(text.clone(), {
        let state = state.setter();
        move |(), text: &AttrValue| {
            let copying = page::copy(text);
            let state = state.clone();
            spawn_local(async move {
                state.set(if copying.await { CopyState::Copied } else { CopyState::Failed });
            });
        }
    });

    use_effect_with(*state, {
        let setter = state.setter();
        move |shown| {
            let forget = (*shown != CopyState::Idle)
                .then(|| Timeout::new(SHOWN_MS, move || setter.set(CopyState::Idle)));
            move || drop(forget)
        }
    });

    (*state, copy)
}
