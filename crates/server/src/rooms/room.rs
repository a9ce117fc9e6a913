//! The members of one room.

use tincan_protocol::{MAX_ROOM_PEERS, PeerId};

use super::ConnId;

/// The peers of one room in the order in which they joined. There are so few of them that a scan is
/// faster and smaller than a map.
#[derive(Debug, Default)]
pub(super) struct Room {
    members: Vec<Member>,
}

/// A peer in a room and its connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) peer: PeerId,
    pub(super) connection: ConnId,
}

/// The result of a request for a seat.
pub(super) enum Seating {
    /// The peer took a free seat.
    New,
    /// The peer had a seat through this older connection, and now has it through the new one.
    TakenOver(ConnId),
    /// The peer has a seat through a younger connection: this `join` was delayed.
    Late,
    /// There is no free seat.
    Full,
}

impl Room {
    pub(super) fn seat(&mut self, peer: PeerId, connection: ConnId) -> Seating {
        if let Some(member) = self.members.iter_mut().find(|member| member.peer == peer) {
            if member.connection > connection {
                return Seating::Late;
            }
            let older = std::mem::replace(&mut member.connection, connection);
            return Seating::TakenOver(older);
        }
        if self.members.len() >= MAX_ROOM_PEERS {
            return Seating::Full;
        }
        self.members.push(Member { peer, connection });
        Seating::New
    }

    pub(super) fn leave(&mut self, connection: ConnId) {
        self.members.retain(|member| member.connection != connection);
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    pub(super) fn connection_of(&self, peer: PeerId) -> Option<ConnId> {
        self.members.iter().find(|member| member.peer == peer).map(|member| member.connection)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}
