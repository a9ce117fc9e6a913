//! Who else is in the room, and what is known of them.

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

    /// The server can not reach them any more.
    fn leave(&mut self) {
        if self.is_here() {
            self.presence = Presence::Away { until: None };
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

/// Everyone else in the room, in the order of their ids. A list: there are never more than [`LIMIT`].
#[derive(Debug, Default)]
pub(crate) struct Roster(Vec<(PeerId, Member)>);

impl Roster {
    /// The server says that a peer is in the room.
    pub(crate) fn arrive(&mut self, peer: PeerId) {
        match self.find(peer) {
            Ok(at) => self.0[at].1.presence = Presence::Here,
            Err(at) if self.0.len() < LIMIT => {
                let member = Member { presence: Presence::Here, said: None, link: None };
                self.0.insert(at, (peer, member));
            }
            Err(_) => {}
        }
    }

    /// The server says that a peer is not in the room any more.
    pub(crate) fn leave(&mut self, peer: PeerId) {
        if let Some(member) = self.get_mut(peer) {
            member.leave();
        }
    }

    /// Takes the server's list for the truth.
    pub(crate) fn reconcile(&mut self, peers: &[PeerId]) {
        for (peer, member) in &mut self.0 {
            if !peers.contains(peer) {
                member.leave();
            }
        }
        for peer in peers {
            self.arrive(*peer);
        }
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Member> {
        let at = self.find(peer).ok()?;
        Some(&mut self.0[at].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (PeerId, &Member)> {
        self.0.iter().map(|(peer, member)| (*peer, member))
    }

    /// Everyone's ids, to go through them one by one while each is changed.
    pub(crate) fn ids(&self) -> Vec<PeerId> {
        self.0.iter().map(|(peer, _)| *peer).collect()
    }

    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<Member> {
        let at = self.find(peer).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Forgets everyone.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Member> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|(_, member)| member)
    }

    /// Where a peer is, or would be.
    fn find(&self, peer: PeerId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&peer, |(id, _)| *id)
    }
}
