//! Announcements of features for screen readers.

use tincan_call::View;
use tincan_call::features::AnnouncedReactions;
use tincan_call::protocol::PeerId;
use yew::prelude::*;

use crate::i18n::Texts;

/// The regions are always there, so that screen readers watch them.
pub(super) fn announcements(texts: &Texts, view: &View) -> Html {
    html! {
        <div class="visually-hidden">
            // One line for each hand: only the one that is added is read.
            <div aria-live="polite" aria-atomic="false" aria-relevant="additions">
                { for raised(texts, view).map(|(peer, words)| html! {
                    <p key={peer.to_string()}>{ words }</p>
                }) }
            </div>
            <div role="status">{ reactions(texts, view) }</div>
        </div>
    }
}

/// Returns the words for each raised hand, in the order of the peers, so that no line moves.
fn raised<'a>(
    texts: &'a Texts,
    view: &'a View,
) -> impl Iterator<Item = (PeerId, String)> + use<'a> {
    let peers =
        view.peers.iter().filter(|peer| peer.features.hand.is_some_and(|hand| hand.is_announced));
    peers.map(|peer| {
        let name = texts.name(peer.name.as_str());
        (peer.id, (texts.gestures.raised_hand)(name))
    })
}

/// Returns the reactions of the last moments, in words.
fn reactions(texts: &Texts, view: &View) -> String {
    let gestures = &texts.gestures;
    let sentences = view.features.announced_reactions.iter().filter_map(|announced| {
        let AnnouncedReactions { peer, reactions } = announced;
        let names: Vec<&str> = reactions.iter().map(|sign| (gestures.reaction)(*sign)).collect();
        let Some(peer) = peer else { return Some((gestures.you_reacted)(&names)) };
        let peer = view.peers.iter().find(|other| other.id == *peer)?;
        Some((gestures.reacted)(texts.name(peer.name.as_str()), &names))
    });
    (texts.sentences)(&sentences.collect::<Vec<_>>())
}
