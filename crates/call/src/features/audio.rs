//! The volume of others, and whether they are heard at all.

use tincan_protocol::PeerId;

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::{Hearing, View};
use crate::link::PeerLink;

/// The volume of a person as they are, in percent.
const FULL_VOLUME: u8 = 100;

/// The settings of this page's person for the audio of others.
#[derive(Debug, Default)]
pub(super) struct Audio {
    heard: PeerMap<Option<bool>>,
    volumes: PeerMap<Option<u8>>,
}

impl Feature for Audio {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::SetVolume(peer, volume) = *command
            && context.roster.contains(peer)
        {
            self.volumes
                .update(peer, context.roster, |value| *value = Some(volume.min(FULL_VOLUME)));
        }
        if let FeatureCommand::SetHeard(peer, heard) = *command
            && context.roster.contains(peer)
        {
            self.heard.update(peer, context.roster, |value| *value = Some(heard));
        }
    }

    fn on_left_room(&mut self) {
        *self = Self::default();
    }

    fn present(&self, view: &mut View, context: &FeatureContext<'_>) {
        for peer in &mut view.peers {
            peer.volume = self.volumes.get(peer.id).copied().flatten().unwrap_or(FULL_VOLUME);
            peer.hearing = self.hearing(peer.id, context);
        }
    }
}

impl Audio {
    /// Returns whether a peer is audible. A page on the same machine is not until the person wants
    /// that, because the two would feed back.
    fn hearing(&self, peer: PeerId, context: &FeatureContext<'_>) -> Hearing {
        let member = context.roster.get(peer);
        let machine = member.and_then(|member| member.state.as_ref()?.machine);
        let link = member.and_then(|member| member.link.as_ref());
        let is_same_browser = machine.is_some() && machine == context.machine;
        let is_same_machine = is_same_browser || link.is_some_and(PeerLink::same_machine);
        match (self.heard.get(peer).copied().flatten(), is_same_machine) {
            (Some(true), _) | (None, false) => Hearing::Heard,
            (Some(false), _) => Hearing::Muted,
            (None, true) => Hearing::SameMachine,
        }
    }
}
