//! The reminder that one shares one's own screen.

use yew::prelude::*;

use super::Icon;
use crate::i18n::Texts;

/// Reminds of the share, and ends it.
pub(crate) fn sharing_pill(texts: &Texts, on_stop: &Callback<()>) -> Html {
    let onclick = on_stop.reform(|_: MouseEvent| ());
    html! {
        <div class="pill">
            { Icon::Screen.svg() }
            <span>{ texts.call.sharing }</span>
            <button
                type="button"
                class="pill-button"
                aria-label={texts.controls.stop_sharing}
                {onclick}
            >
                { texts.call.stop }
            </button>
        </div>
    }
}
