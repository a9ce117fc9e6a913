//! How the connection to the signaling server stands, if that matters.

use tincan_call::Signaling;
use yew::prelude::*;

use crate::i18n::Texts;

/// A quiet line while the page is not connected to the server; a call goes on without it.
pub(crate) fn status_banner(texts: &Texts, signaling: Signaling, in_call: bool) -> Html {
    let text = match (signaling, in_call) {
        (Signaling::Online | Signaling::Off, _) | (Signaling::Connecting, false) => None,
        (Signaling::Connecting, true) => Some(texts.call.signaling_connecting),
        (Signaling::Reconnecting, true) => Some(texts.call.signaling_lost),
        (Signaling::Reconnecting, false) => Some(texts.lobby.unreachable),
    };
    html! {
        <div class="banner-region" role="status">
            if let Some(text) = text {
                <p class="banner"><span class="pulse" />{ text }</p>
            }
        </div>
    }
}
