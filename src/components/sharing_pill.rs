//! The reminder that one shares one's own screen.

use yew::prelude::*;

use super::{Shapes, icon};
use crate::i18n::Texts;

/// Reminds of the share, and ends it.
pub(crate) fn sharing_pill(texts: &Texts, onstop: &Callback<()>) -> Html {
    let onclick = onstop.reform(|_: MouseEvent| ());
    html! {
        <div class="pill">
            { icon(Shapes::Screen) }
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
