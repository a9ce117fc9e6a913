//! Who else is in the room, and what is known of them.

use std::collections::BTreeMap;
use std::time::Duration;

use tincan_protocol::{MAX_ROOM_PEERS, Name, PeerId, SourceStates};

use crate::peer_link::PeerLink;

/// How long a peer who left the server without a word is kept, once their media is gone as well.
pub(crate) const GONE_AFTER: Duration = Duration::from_secs(15);

/// The most peers that are kept: a room, and those of its last moments. A server that names more
/// is not believed.
const LIMIT: usize = 4 * MAX_ROOM_PEERS;

/// What a peer said of itself last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) revision: u32,
    pub(crate) name: Name,
    pub(crate) in_call: bool,
    pub(crate) sources: SourceStates,
}

/// Whether the server can reach a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In the room, as the server says.
    Here,
    /// Not any more; only the media may live on.
    Away {
        /// When to give up on them, while no media flows.
        until: Option<Duration>,
    },
}

/// Another page.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) presence: Presence,
    pub(crate) said: Option<Said>,
    pub(crate) link: Option<PeerLink>,
}

impl Member {
    pub(crate) fn is_here(&self) -> bool {
        self.presence == Presence::Here
    }

    pub(crate) fn is_in_call(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.in_call)
    }

    /// Takes what the peer says of itself, if it is news.
    pub(crate) fn say(&mut self, said: Said) {
        if self.said.as_ref().is_none_or(|last| last.revision < said.revision) {
            self.said = Some(said);
        }
    }

    /// Takes that the peer has hung up, if it is news.
    pub(crate) fn hang_up(&mut self, revision: u32) {
        if let Some(said) = &mut self.said
            && said.revision < revision
        {
            said.revision = revision;
            said.in_call = false;
        }
    }

    /// Starts or stops the time after which an absent peer is given up.
    pub(crate) fn watch(&mut self, now: Duration) {
        let flows = self.link.as_ref().is_some_and(PeerLink::is_connected);
        if let Presence::Away { until } = &mut self.presence {
            *until = if flows { None } else { until.or(Some(now + GONE_AFTER)) };
        }
    }

    /// Whether nothing is left of the peer.
    pub(crate) fn is_gone(&self, now: Duration) -> bool {
        match self.presence {
            Presence::Here => false,
            Presence::Away { until } => {
                self.link.is_none() || until.is_some_and(|until| now >= until)
            }
        }
    }
}

/// Everyone else in the room.
#[derive(Debug, Default)]
pub(crate) struct Roster(BTreeMap<PeerId, Member>);

impl Roster {
    /// The server says that a peer is in the room.
    pub(crate) fn arrive(&mut self, peer: PeerId) {
        if let Some(member) = self.0.get_mut(&peer) {
            member.presence = Presence::Here;
        } else if self.0.len() < LIMIT {
            self.0.insert(peer, Member { presence: Presence::Here, said: None, link: None });
        }
    }

    /// The server says that a peer is not in the room any more.
    pub(crate) fn leave(&mut self, peer: PeerId) {
        if let Some(member) = self.0.get_mut(&peer)
            && member.is_here()
        {
            member.presence = Presence::Away { until: None };
        }
    }

    /// Takes the server's list for the truth.
    pub(crate) fn reconcile(&mut self, peers: &[PeerId]) {
        let absent: Vec<_> = self.0.keys().filter(|peer| !peers.contains(peer)).copied().collect();
        for peer in absent {
            self.leave(peer);
        }
        for peer in peers {
            self.arrive(*peer);
        }
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Member> {
        self.0.get_mut(&peer)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (PeerId, &Member)> {
        self.0.iter().map(|(peer, member)| (*peer, member))
    }

    /// Everyone's ids, to go through them one by one while each is changed.
    pub(crate) fn ids(&self) -> Vec<PeerId> {
        self.0.keys().copied().collect()
    }

    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<Member> {
        self.0.remove(&peer)
    }

    /// Forgets everyone.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Member> + use<> {
        std::mem::take(&mut self.0).into_values()
    }
}
