//! Room membership: who is in which room, and which messages follow from it.
//!
//! [`Rooms`] is a pure state machine: no socket, no clock, no randomness, no task. It takes one
//! input at a time and returns the outputs, in the order in which they have to be carried out. The
//! same inputs in the same order give the same outputs, so a simulator can drive it in virtual
//! time:
//!
//! ```
//! use tincan_protocol::{ClientMessage, PeerSecret, RoomId, ServerMessage, VERSION};
//! use tincan_server::rooms::{Input, Output, Rooms};
//!
//! let mut rooms = Rooms::default();
//! let connection = rooms.connect();
//! let join = ClientMessage::Join {
//!     v: VERSION,
//!     room: RoomId::from_bytes([1; 16]),
//!     secret: PeerSecret::from_bytes([2; 16]),
//! };
//! let outputs = rooms.handle(connection, Input::Message(join));
//! assert!(matches!(
//!     &outputs[..],
//!     [Output::Send { to, message: ServerMessage::Joined { .. } }] if *to == connection
//! ));
//! ```

mod room;

use std::collections::BTreeMap;
use std::fmt;
use std::mem;

use tincan_protocol::{
    ClientMessage, ErrorCode, MAX_PAYLOAD_CHARS, PeerId, PeerSecret, RoomId, ServerMessage, VERSION,
};

use self::room::{Room, Seating};
use crate::refusal;

/// One connection to the server, from its handshake to its end. The id is never reused, unlike a
/// [`PeerId`], which comes back with every reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(u64);

impl ConnId {
    /// Returns the number, which is unique among these rooms.
    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// An event on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A message arrived.
    Message(ClientMessage),
    /// The connection broke a rule that is checked outside the rooms (frame format, rate, silence):
    /// refuse it with this code.
    Refuse(ErrorCode),
    /// The connection was lost.
    Disconnected,
}

/// An action to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send a message.
    Send {
        /// The receiving connection.
        to: ConnId,
        /// The message.
        message: ServerMessage,
    },
    /// Close a connection once everything queued for it is sent. It is already removed from the
    /// rooms: later input from it is ignored.
    Close(ConnId),
}

/// All rooms of one server.
///
/// Ordered maps, because they release memory as they shrink, need no random state, and cannot be
/// slowed down by ids that a client chooses.
#[derive(Debug, Default)]
pub struct Rooms {
    connected: u64,
    connections: BTreeMap<ConnId, Option<Seat>>,
    by_id: BTreeMap<RoomId, Room>,
}

/// The place of a connection after `join`.
#[derive(Debug, Clone, Copy)]
struct Seat {
    room: RoomId,
    peer: PeerId,
}

impl Rooms {
    /// Adds a connection, which is in no room yet. Inputs of other connections are ignored.
    pub fn connect(&mut self) -> ConnId {
        let connection = ConnId(self.connected);
        self.connected += 1;
        self.connections.insert(connection, None);
        connection
    }

    /// Handles an input of a connection and returns the actions to carry out, in order. Inputs of a
    /// closed or unknown connection are ignored.
    pub fn handle(&mut self, connection: ConnId, input: Input) -> Vec<Output> {
        let Some(&seat) = self.connections.get(&connection) else {
            return Vec::new();
        };
        match (input, seat) {
            (Input::Message(ClientMessage::Join { v, room, secret }), None) => {
                self.join(connection, v, room, secret)
            }
            (Input::Message(ClientMessage::Signal { to, payload }), Some(seat)) => {
                self.signal(connection, seat, to, payload)
            }
            (Input::Message(ClientMessage::Ping), Some(_)) => {
                vec![Output::Send { to: connection, message: ServerMessage::Pong }]
            }
            (Input::Message(ClientMessage::Leave), Some(_)) => {
                let mut outputs = vec![Output::Close(connection)];
                self.forget(connection, &mut outputs);
                outputs
            }
            // Any other message before `join`, and any further `join`.
            (Input::Message(_), None | Some(_)) => self.refuse(connection, ErrorCode::OutOfOrder),
            (Input::Refuse(code), _) => self.refuse(connection, code),
            (Input::Disconnected, _) => {
                let mut outputs = Vec::new();
                self.forget(connection, &mut outputs);
                outputs
            }
        }
    }

    /// Tells every connection that the server is shutting down, closes it and clears all rooms.
    pub fn shut_down(&mut self) -> Vec<Output> {
        self.by_id.clear();
        mem::take(&mut self.connections)
            .into_keys()
            .flat_map(|connection| refused(connection, ErrorCode::ShuttingDown))
            .collect()
    }

    /// Returns the number of connections, whether in a room or not.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Returns the number of rooms, each of which has at least one peer.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Returns `true` if there is no room.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn join(
        &mut self,
        connection: ConnId,
        v: u32,
        room_id: RoomId,
        secret: PeerSecret,
    ) -> Vec<Output> {
        if v != VERSION {
            return self.refuse(connection, ErrorCode::Version);
        }
        let peer = secret.peer_id();
        let room = self.by_id.entry(room_id).or_default();
        let older = match room.seat(peer, connection) {
            Seating::New => None,
            Seating::TakenOver(older) => Some(older),
            Seating::Late => return self.refuse(connection, ErrorCode::Replaced),
            Seating::Full => return self.refuse(connection, ErrorCode::RoomFull),
        };
        let others = || room.members().filter(|member| member.connection != connection);

        let mut outputs = Vec::new();
        if let Some(older) = older {
            outputs.extend(refused(older, ErrorCode::Replaced));
            self.connections.remove(&older);
        }
        outputs.push(Output::Send {
            to: connection,
            message: ServerMessage::Joined {
                v: VERSION,
                peer,
                peers: others().map(|member| member.peer).collect(),
                // Credentials depend on the clock, so the session adds them when it writes the
                // message.
                ice_servers: Vec::new(),
                expires_in: None,
            },
        });
        // Also sent after a takeover: messages to the older connection may be lost, and this tells
        // the others to send them again.
        outputs.extend(others().map(|member| Output::Send {
            to: member.connection,
            message: ServerMessage::PeerJoined { peer },
        }));
        self.connections.insert(connection, Some(Seat { room: room_id, peer }));
        outputs
    }

    fn signal(
        &mut self,
        connection: ConnId,
        from: Seat,
        to: PeerId,
        payload: String,
    ) -> Vec<Output> {
        if payload.len() > MAX_PAYLOAD_CHARS {
            return self.refuse(connection, ErrorCode::TooLarge);
        }
        let receiver = self.by_id.get(&from.room).and_then(|room| room.connection_of(to));
        match receiver {
            Some(receiver) if receiver != connection => vec![Output::Send {
                to: receiver,
                message: ServerMessage::Signal { from: from.peer, payload },
            }],
            // There is no such peer, or it is the sender: drop the message.
            Some(_) | None => Vec::new(),
        }
    }

    fn refuse(&mut self, connection: ConnId, code: ErrorCode) -> Vec<Output> {
        let mut outputs = Vec::from(refused(connection, code));
        self.forget(connection, &mut outputs);
        outputs
    }

    /// Removes a connection, and tells the other members of its room.
    fn forget(&mut self, connection: ConnId, outputs: &mut Vec<Output>) {
        let Some(Some(seat)) = self.connections.remove(&connection) else {
            return;
        };
        let Some(room) = self.by_id.get_mut(&seat.room) else {
            return;
        };
        room.leave(connection);
        outputs.extend(room.members().map(|member| Output::Send {
            to: member.connection,
            message: ServerMessage::PeerLeft { peer: seat.peer },
        }));
        if room.is_empty() {
            self.by_id.remove(&seat.room);
        }
    }
}

fn refused(connection: ConnId, code: ErrorCode) -> [Output; 2] {
    [Output::Send { to: connection, message: refusal::error(code) }, Output::Close(connection)]
}
