//! The people of a call, in words.

use tincan_call::protocol::PeerId;
use tincan_call::{CallOutcome, Peer, Ring};
use yew::AttrValue;

use crate::i18n::Texts;

/// Returns the names of peers, or what those are called who have none.
pub(super) fn names<'a>(peers: impl Iterator<Item = &'a Peer>, texts: &'a Texts) -> Vec<&'a str> {
    peers.map(|peer| texts.name(peer.name.as_str())).collect()
}

/// Returns a sentence about the peers that get ready in the lobby.
pub(super) fn in_lobby(peers: &[Peer], texts: &Texts) -> Option<AttrValue> {
    let waiting = names(peers.iter().filter(|peer| !peer.in_call), texts);
    (!waiting.is_empty()).then(|| AttrValue::from((texts.call.in_lobby)(&waiting)))
}

/// Returns the names of the peers that still ring.
pub(super) fn ringing<'a>(ring: &Ring, peers: &'a [Peer], texts: &'a Texts) -> Vec<&'a str> {
    let answers = match ring {
        Ring::Outgoing(answers) => &answers[..],
        Ring::None | Ring::Incoming(_) | Ring::Ended(_) => &[],
    };
    names(peers.iter().filter(|peer| answers.contains(&(peer.id, CallOutcome::Ringing))), texts)
}

pub(super) fn ids(peers: &[&Peer]) -> Vec<PeerId> {
    peers.iter().map(|peer| peer.id).collect()
}
