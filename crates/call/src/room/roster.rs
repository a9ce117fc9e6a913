//! Everyone else in the room.

use tincan_protocol::PeerId;

use super::member::{Member, Presence};
use crate::link::PeerLink;

/// Everyone else in the room.
#[derive(Debug)]
pub(crate) struct Roster {
    limit: usize,
    /// In the order of their ids. A list: there are never many.
    members: Vec<(PeerId, Member)>,
    /// Those who were here, the latest at the end. The state that they tell when they come back may
    /// overtake the news that they were gone, and nothing older than their last one counts.
    past: Vec<(PeerId, Member)>,
}

impl Roster {
    /// Makes a roster for so many members, and as many who have left.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, members: Vec::new(), past: Vec::new() }
    }

    /// The server reports that a peer is in the room.
    pub(crate) fn arrive(&mut self, peer: PeerId) {
        match self.find(peer) {
            Ok(at) => self.members[at].1.presence = Presence::Here,
            Err(at) if self.members.len() < self.limit => {
                let past = self.past.iter().position(|(id, _)| *id == peer);
                let member = past.map_or_else(Member::new, |at| self.past.remove(at).1);
                self.members.insert(at, (peer, member));
            }
            Err(_) => {}
        }
    }

    /// The server reports that a peer is no longer in the room.
    pub(crate) fn leave(&mut self, peer: PeerId) {
        if let Some(member) = self.get_mut(peer) {
            member.leave();
        }
    }

    /// Takes the server's list for the truth.
    pub(crate) fn reconcile(&mut self, peers: &[PeerId]) {
        for (peer, member) in &mut self.members {
            if !peers.contains(peer) {
                member.miss();
            }
        }
        for peer in peers {
            self.arrive(*peer);
        }
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Member> {
        let at = self.find(peer).ok()?;
        Some(&mut self.members[at].1)
    }

    pub(crate) fn contains(&self, peer: PeerId) -> bool {
        self.find(peer).is_ok()
    }

    pub(crate) fn get(&self, peer: PeerId) -> Option<&Member> {
        let at = self.find(peer).ok()?;
        Some(&self.members[at].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (PeerId, &Member)> {
        self.members.iter().map(|(peer, member)| (*peer, member))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (PeerId, &mut Member)> {
        self.members.iter_mut().map(|(peer, member)| (*peer, member))
    }

    /// Everyone's ids, to go through them one by one while each is changed.
    pub(crate) fn ids(&self) -> Vec<PeerId> {
        self.members.iter().map(|(peer, _)| *peer).collect()
    }

    /// Takes a peer out of the room, and remembers them. Returns their link, which is to be closed.
    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<PeerLink> {
        let at = self.find(peer).ok()?;
        let (_, mut member) = self.members.remove(at);
        let link = member.link.take();
        if member.is_known() {
            self.past.push((peer, member.into_past()));
            let beyond = self.past.len().saturating_sub(self.limit);
            self.past.drain(..beyond);
        }
        link
    }

    /// Forgets everyone.
    pub(crate) fn take(&mut self) -> Vec<(PeerId, Member)> {
        self.past.clear();
        std::mem::take(&mut self.members)
    }

    /// Returns the place of a peer in the list, or the one that it would have.
    fn find(&self, peer: PeerId) -> Result<usize, usize> {
        self.members.binary_search_by_key(&peer, |(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use tincan_protocol::{Name, PeerState, SourceStates};

    use super::*;

    const LIMIT: usize = 24;

    fn id(number: usize) -> PeerId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        PeerId::from_bytes(bytes)
    }

    #[test]
    fn only_the_last_who_left_are_remembered() {
        let mut roster = Roster::new(LIMIT);
        for number in 0..=LIMIT {
            roster.arrive(id(number));
            let member = roster.get_mut(id(number)).expect("who has just come");
            member.state = Some(PeerState {
                revision: 1,
                name: Name::new("Bob"),
                in_call: true,
                sources: SourceStates::default(),
                machine: None,
            });
            roster.remove(id(number));
        }
        for number in 0..=LIMIT / 2 {
            roster.arrive(id(number));
            let is_known = roster.get(id(number)).is_some_and(|member| member.state.is_some());
            assert_eq!(is_known, number > 0, "{number}");
        }
    }
}
