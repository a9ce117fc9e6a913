//! The state of the connection to the signaling server, if it matters.

use tincan_call::Signaling;
use yew::prelude::*;

use crate::i18n::Texts;

/// The page that it is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    Lobby,
    /// In a call, with anyone who is seen and heard or not.
    Call {
        goes_on: bool,
    },
}

/// A quiet line while the page is not connected to the server; a call goes on without it.
pub(crate) fn status_banner(texts: &Texts, signaling: Signaling, scene: Scene) -> Html {
    let text = match (signaling, scene) {
        (Signaling::Online | Signaling::Off, _) | (Signaling::Connecting, Scene::Lobby) => None,
        (Signaling::Connecting, Scene::Call { .. }) => Some(texts.call.signaling_connecting),
        (Signaling::Reconnecting, Scene::Call { goes_on: true }) => Some(texts.call.signaling_lost),
        (Signaling::Reconnecting, Scene::Call { goes_on: false }) => {
            Some(texts.call.signaling_reconnecting)
        }
        (Signaling::Reconnecting, Scene::Lobby) => Some(texts.lobby.unreachable),
    };
    html! {
        <div class="banner-region" role="status">
            if let Some(text) = text {
                <p class="banner"><span class="pulse" /><span>{ text }</span></p>
            }
        </div>
    }
}
