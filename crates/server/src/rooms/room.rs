//! One room: its few members.

use tincan_protocol::{MAX_ROOM_PEERS, PeerId};

use super::ConnId;

/// The peers of one room in the order in which they came. With so few of them a scan is faster,
/// and smaller, than any map.
#[derive(Debug, Default)]
pub(super) struct Room {
    members: Vec<Member>,
}

/// One peer in a room and the connection that it is reached by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) peer: PeerId,
    pub(super) connection: ConnId,
}

/// What became of a peer that wanted a seat.
pub(super) enum Seating {
    /// It took a free one.
    New,
    /// It had one, by this older connection, and now has it by the new one.
    TakenOver(ConnId),
    /// It has one, by a younger connection: what this one says was on its way for long.
    Late,
    /// There is none.
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
