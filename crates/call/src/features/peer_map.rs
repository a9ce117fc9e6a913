//! Values by peer, for a limited number of peers.

use tincan_protocol::{MAX_ROOM_PEERS, PeerId};

use crate::room::Roster;

/// The most peers that are remembered. Peers who are gone count as well: what the person has set
/// for them holds until the page leaves the room.
const LIMIT: usize = 8 * MAX_ROOM_PEERS;

/// Values by peer. A list, since there are few. Beyond the limit the one that was not changed for
/// the longest time goes, among the peers that are not in the room: so nobody who comes and goes
/// under ever new ids takes the values of those who stay.
#[derive(Debug)]
pub(super) struct PeerMap<T>(Vec<(PeerId, T)>);

impl<T> Default for PeerMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> PeerMap<T> {
    pub(super) fn get(&self, peer: PeerId) -> Option<&T> {
        self.0.iter().find(|(other, _)| *other == peer).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, peer: PeerId) -> Option<&mut T> {
        self.0.iter_mut().find(|(other, _)| *other == peer).map(|(_, value)| value)
    }

    /// Changes the value of a peer, or the default if there is none.
    pub(super) fn update(&mut self, peer: PeerId, roster: &Roster, change: impl FnOnce(&mut T)) {
        change(self.entry(peer, roster));
    }

    /// Returns the value of a peer to change it, or the default if there is none.
    #[inline(never)] // Its callers are generic.
    pub(super) fn entry(&mut self, peer: PeerId, roster: &Roster) -> &mut T {
        let value = self.remove(peer).unwrap_or_default();
        if self.0.len() >= LIMIT {
            let oldest = self.0.iter().position(|(other, _)| !roster.contains(*other));
            self.0.remove(oldest.unwrap_or(0));
        }
        let at = self.0.len();
        self.0.push((peer, value));
        &mut self.0[at].1
    }

    pub(super) fn remove(&mut self, peer: PeerId) -> Option<T> {
        let at = self.0.iter().position(|(other, _)| *other == peer)?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (PeerId, &T)> {
        self.0.iter().map(|(peer, value)| (*peer, value))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (PeerId, &mut T)> {
        self.0.iter_mut().map(|(peer, value)| (*peer, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> PeerId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        PeerId::from_bytes(bytes)
    }

    #[test]
    fn the_one_that_was_not_changed_for_the_longest_time_goes() {
        let mut map = PeerMap::default();
        let roster = Roster::new(LIMIT);
        for number in 0..LIMIT {
            map.update(id(number), &roster, |value| *value = number);
        }
        map.update(id(0), &roster, |value| *value += 7);
        map.update(id(LIMIT), &roster, |value| *value = LIMIT);
        assert_eq!(map.get(id(0)), Some(&7));
        assert_eq!(map.get(id(1)), None);
        assert_eq!(map.get(id(2)), Some(&2));
        assert_eq!(map.iter().count(), LIMIT);
    }
}
