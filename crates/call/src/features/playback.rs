//! The elements that play others, and what the page shows of each source.

use tincan_protocol::PeerId;

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::{Hearing, View};
use crate::media::remote::{self, Elements};

/// The elements that play others.
#[derive(Debug, Default)]
pub(super) struct Playback {
    elements: PeerMap<Elements>,
}

impl Feature for Playback {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::ReportPlayback { peer, source, playback } = *command
            && context.roster.contains(peer)
        {
            self.elements
                .update(peer, context.roster, |elements| elements.report(source, playback));
        }
    }

    /// The elements are removed with the tiles, which is not reported.
    fn on_peer_gone(&mut self, peer: PeerId) {
        self.elements.remove(peer);
    }

    fn on_left_room(&mut self) {
        self.elements.clear();
    }

    fn present(&self, view: &mut View, context: &FeatureContext<'_>) {
        for peer in &mut view.peers {
            let link = context.roster.get(peer.id).and_then(|member| member.link.as_ref());
            let elements = self.elements.get(peer.id).copied().unwrap_or_default();
            let is_heard = peer.hearing == Hearing::Heard;
            peer.remote = remote::remote_sources(peer.sources, link, elements);
            peer.held = remote::held(peer.sources, is_heard, link, elements);
        }
    }
}
