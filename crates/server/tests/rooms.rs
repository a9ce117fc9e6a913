//! Comparison of the rooms with a model: after any input every page has a correct roster.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tincan_protocol::{
    ClientMessage, ErrorCode, MAX_PAYLOAD_CHARS, MAX_ROOM_PEERS, PeerId, PeerSecret, RoomId,
    ServerMessage, VERSION,
};
use tincan_server::rooms::{ConnId, Input, Output, Rooms};

fn room(n: u8) -> RoomId {
    RoomId::from_bytes([n; 16])
}

fn secret(n: u8) -> PeerSecret {
    PeerSecret::from_bytes([n; 16])
}

fn join(room_number: u8, secret_number: u8) -> ClientMessage {
    ClientMessage::Join { v: VERSION, room: room(room_number), secret: secret(secret_number) }
}

/// Connects and joins. Returns the connection and its roster.
fn connect_and_join(rooms: &mut Rooms, room: u8, secret: u8) -> (ConnId, Vec<PeerId>) {
    let connection = rooms.connect();
    let outputs = rooms.handle(connection, Input::Message(join(room, secret)));
    let roster = outputs.into_iter().find_map(|output| match output {
        Output::Send { to, message: ServerMessage::Joined { peers, .. } } if to == connection => {
            Some(peers)
        }
        Output::Send { .. } | Output::Close(_) => None,
    });
    (connection, roster.expect("a seat"))
}

fn send(to: ConnId, message: ServerMessage) -> Output {
    Output::Send { to, message }
}

/// Returns the code by which `connection` is refused, if the outputs start with a refusal.
fn refusal(outputs: &[Output], connection: ConnId) -> Option<ErrorCode> {
    match outputs {
        [
            Output::Send { to, message: ServerMessage::Error { code, .. } },
            Output::Close(closed),
            ..,
        ] if *to == connection && *closed == connection => Some(*code),
        _ => None,
    }
}

#[test]
fn joining_returns_the_roster_and_announces_the_peer() {
    let mut rooms = Rooms::default();
    let (first, roster) = connect_and_join(&mut rooms, 1, 1);
    assert_eq!(roster, []);

    let second = rooms.connect();
    let outputs = rooms.handle(second, Input::Message(join(1, 2)));
    let peer = secret(2).peer_id();
    let answer = ServerMessage::Joined {
        v: VERSION,
        peer,
        peers: vec![secret(1).peer_id()],
        ice_servers: vec![],
        expires_in: None,
    };
    assert_eq!(outputs, [send(second, answer), send(first, ServerMessage::PeerJoined { peer })]);
}

#[test]
fn a_delayed_join_does_not_replace_a_newer_connection() {
    let mut rooms = Rooms::default();
    let older = rooms.connect();
    let (newer, _) = connect_and_join(&mut rooms, 1, 1);
    let outputs = rooms.handle(older, Input::Message(join(1, 1)));
    assert_eq!(refusal(&outputs, older), Some(ErrorCode::Replaced));
    assert_eq!(refusal(&outputs, newer), None);
    let outputs = rooms.handle(newer, Input::Message(ClientMessage::Ping));
    assert_eq!(outputs, [send(newer, ServerMessage::Pong)]);
}

#[test]
fn the_newest_connection_of_a_peer_wins() {
    let mut rooms = Rooms::default();
    let (older, _) = connect_and_join(&mut rooms, 1, 1);
    let (other, _) = connect_and_join(&mut rooms, 1, 2);
    let newer = rooms.connect();
    let outputs = rooms.handle(newer, Input::Message(join(1, 1)));

    assert_eq!(refusal(&outputs, older), Some(ErrorCode::Replaced));
    let peer = secret(1).peer_id();
    // The other is told that the peer is back, and never that it was gone.
    assert_eq!(outputs.get(3..), Some(&[send(other, ServerMessage::PeerJoined { peer })][..]));

    // Later input of the older connection is ignored, and so is its end.
    assert_eq!(rooms.handle(older, Input::Message(ClientMessage::Leave)), []);
    assert_eq!(rooms.handle(older, Input::Disconnected), []);
    let signal = ClientMessage::Signal { to: peer, payload: "p".into() };
    let from = secret(2).peer_id();
    assert_eq!(
        rooms.handle(other, Input::Message(signal)),
        [send(newer, ServerMessage::Signal { from, payload: "p".into() })]
    );
}

#[test]
fn a_full_room_admits_only_its_own_members() {
    let mut rooms = Rooms::default();
    for n in 0..u8::try_from(MAX_ROOM_PEERS).unwrap() {
        connect_and_join(&mut rooms, 1, n);
    }
    let late = rooms.connect();
    let outputs = rooms.handle(late, Input::Message(join(1, 99)));
    assert_eq!(refusal(&outputs, late), Some(ErrorCode::RoomFull));
    assert_eq!(outputs.len(), 2, "nobody else hears of it");

    let (_, roster) = connect_and_join(&mut rooms, 1, 3);
    assert_eq!(roster.len(), MAX_ROOM_PEERS - 1);
    connect_and_join(&mut rooms, 2, 99);
}

#[test]
fn join_must_come_first_and_only_once() {
    let mut rooms = Rooms::default();
    let to = secret(1).peer_id();
    for message in [
        ClientMessage::Signal { to, payload: String::new() },
        ClientMessage::Ping,
        ClientMessage::Leave,
    ] {
        let connection = rooms.connect();
        let outputs = rooms.handle(connection, Input::Message(message));
        assert_eq!(refusal(&outputs, connection), Some(ErrorCode::OutOfOrder));
    }
    let (connection, _) = connect_and_join(&mut rooms, 1, 1);
    let outputs = rooms.handle(connection, Input::Message(join(2, 1)));
    assert_eq!(refusal(&outputs, connection), Some(ErrorCode::OutOfOrder));
    assert!(rooms.is_empty());
}

#[test]
fn an_unsupported_version_is_refused() {
    let mut rooms = Rooms::default();
    let connection = rooms.connect();
    let message = ClientMessage::Join { v: VERSION + 1, room: room(1), secret: secret(1) };
    let outputs = rooms.handle(connection, Input::Message(message));
    assert_eq!(refusal(&outputs, connection), Some(ErrorCode::Version));
    assert!(rooms.is_empty());
}

#[test]
fn a_payload_that_would_not_fit_into_a_frame_is_refused() {
    let mut rooms = Rooms::default();
    let (sender, _) = connect_and_join(&mut rooms, 1, 1);
    connect_and_join(&mut rooms, 1, 2);
    let to = secret(2).peer_id();
    let signal = |n| Input::Message(ClientMessage::Signal { to, payload: "x".repeat(n) });
    assert_eq!(rooms.handle(sender, signal(MAX_PAYLOAD_CHARS)).len(), 1);
    let outputs = rooms.handle(sender, signal(MAX_PAYLOAD_CHARS + 1));
    assert_eq!(refusal(&outputs, sender), Some(ErrorCode::TooLarge));
}

#[test]
fn shutting_down_tells_everyone_and_forgets_everything() {
    let mut rooms = Rooms::default();
    let (joined_one, _) = connect_and_join(&mut rooms, 1, 1);
    let waiting = rooms.connect();
    let outputs = rooms.shut_down();
    assert_eq!(outputs.len(), 4);
    assert_eq!(refusal(&outputs, joined_one), Some(ErrorCode::ShuttingDown));
    assert_eq!(refusal(&outputs[2..], waiting), Some(ErrorCode::ShuttingDown));
    assert_eq!((rooms.connections(), rooms.len()), (0, 0));
}

/// A step of one of the connections made so far.
#[derive(Debug, Clone)]
enum Step {
    Connect,
    Join { v: u32, room: u8, secret: u8 },
    Signal { to: u8 },
    Ping,
    Leave,
    Refuse,
    Disconnect,
}

fn step() -> impl Strategy<Value = Step> {
    // There are more secrets than seats, and few rooms: full rooms and takeovers are common.
    prop_oneof![
        4 => Just(Step::Connect),
        8 => (0..20_u8, 0..2_u8, 0..12_u8).prop_map(|(v, room, secret)| Step::Join {
            v: if v == 0 { VERSION + 1 } else { VERSION },
            room,
            secret,
        }),
        4 => (0..12_u8).prop_map(|to| Step::Signal { to }),
        1 => Just(Step::Ping),
        1 => Just(Step::Leave),
        1 => Just(Step::Refuse),
        1 => Just(Step::Disconnect),
    ]
}

/// A simple model of the rooms: the seat of each open connection.
#[derive(Default)]
struct Truth {
    open: BTreeMap<ConnId, Option<(u8, PeerId)>>,
}

impl Truth {
    fn in_room(&self, room: u8) -> BTreeMap<PeerId, ConnId> {
        let seats = self.open.iter().filter_map(|(connection, seat)| Some((*connection, (*seat)?)));
        seats.filter(|(_, seat)| seat.0 == room).map(|(c, (_, peer))| (peer, c)).collect()
    }

    /// Applies one step. Returns the receiver and the sender of a signal that has to be delivered.
    fn step(&mut self, connection: ConnId, step: &Step) -> Option<(ConnId, PeerId)> {
        let seat = *self.open.get(&connection)?;
        match (step, seat) {
            (Step::Connect, _) | (Step::Ping, Some(_)) => {}
            (Step::Join { v: VERSION, room, secret: number }, None) => {
                let peer = secret(*number).peer_id();
                let mut seats = self.in_room(*room);
                let older = seats.remove(&peer);
                if older.is_some_and(|other| other > connection) {
                    // The older connection is this one.
                    self.open.remove(&connection);
                    return None;
                }
                if seats.len() == MAX_ROOM_PEERS {
                    self.open.remove(&connection);
                } else {
                    self.open.insert(connection, Some((*room, peer)));
                }
                if let Some(older) = older {
                    self.open.remove(&older);
                }
            }
            (Step::Signal { to }, Some((room, from))) => {
                let to = self.in_room(room).get(&secret(*to).peer_id()).copied();
                return to.filter(|to| *to != connection).map(|to| (to, from));
            }
            _ => {
                self.open.remove(&connection);
            }
        }
        None
    }
}

/// The received messages of each connection.
#[derive(Default)]
struct Received {
    rosters: BTreeMap<ConnId, BTreeSet<PeerId>>,
    closed: BTreeSet<ConnId>,
    errors: BTreeSet<ConnId>,
}

impl Received {
    /// Applies outputs. Returns the signals among them.
    fn take(&mut self, outputs: Vec<Output>) -> Vec<(ConnId, PeerId)> {
        let mut signals = Vec::new();
        for output in outputs {
            let (to, message) = match output {
                Output::Close(connection) => {
                    assert!(self.closed.insert(connection), "closed twice");
                    self.rosters.remove(&connection);
                    continue;
                }
                Output::Send { to, message } => (to, message),
            };
            assert!(!self.closed.contains(&to), "nothing is sent after the close");
            assert!(!self.errors.contains(&to), "nothing but the close follows an error");
            match message {
                ServerMessage::Joined { peer, peers, .. } => {
                    assert!(!peers.contains(&peer), "a roster is of the others");
                    assert!(self.rosters.insert(to, peers.into_iter().collect()).is_none());
                }
                ServerMessage::PeerJoined { peer } => {
                    self.rosters.get_mut(&to).expect("only members are told").insert(peer);
                }
                ServerMessage::PeerLeft { peer } => {
                    let roster = self.rosters.get_mut(&to).expect("only members are told");
                    assert!(roster.remove(&peer), "only who was there can leave");
                }
                ServerMessage::Signal { from, .. } => signals.push((to, from)),
                ServerMessage::Error { .. } => {
                    self.errors.insert(to);
                }
                ServerMessage::Pong | ServerMessage::IceServers { .. } => {}
                ServerMessage::Unknown => panic!("this is never sent"),
            }
        }
        assert!(self.errors.is_subset(&self.closed), "an error is followed by the close");
        signals
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn rosters_match_the_model(
        steps in prop::collection::vec((any::<prop::sample::Index>(), step()), 1..120),
    ) {
        let mut rooms = Rooms::default();
        let mut truth = Truth::default();
        let mut received = Received::default();
        let mut connections = Vec::new();
        let mut connect = |rooms: &mut Rooms, truth: &mut Truth| {
            let connection = rooms.connect();
            truth.open.insert(connection, None);
            connections.push(connection);
            connections.clone()
        };
        let mut known = connect(&mut rooms, &mut truth);

        for (index, step) in steps {
            let connection = *index.get(&known);
            let expected = truth.step(connection, &step);
            let message = match step {
                Step::Connect => {
                    known = connect(&mut rooms, &mut truth);
                    continue;
                }
                Step::Join { v, room: number, secret: secret_number } => {
                    ClientMessage::Join { v, room: room(number), secret: secret(secret_number) }
                }
                Step::Signal { to } => ClientMessage::Signal {
                    to: secret(to).peer_id(),
                    payload: "sealed".into(),
                },
                Step::Ping => ClientMessage::Ping,
                Step::Leave => ClientMessage::Leave,
                Step::Refuse => {
                    received.take(rooms.handle(connection, Input::Refuse(ErrorCode::Malformed)));
                    continue;
                }
                Step::Disconnect => {
                    received.take(rooms.handle(connection, Input::Disconnected));
                    received.rosters.remove(&connection);
                    continue;
                }
            };
            let signals = received.take(rooms.handle(connection, Input::Message(message)));
            prop_assert_eq!(signals, Vec::from_iter(expected));

            let mut occupied = BTreeSet::new();
            for (connection, seat) in &truth.open {
                prop_assert!(!received.closed.contains(connection));
                let Some((room, peer)) = seat else {
                    prop_assert!(!received.rosters.contains_key(connection));
                    continue;
                };
                occupied.insert(room);
                let mut others: BTreeSet<_> = truth.in_room(*room).into_keys().collect();
                others.remove(peer);
                prop_assert_eq!(received.rosters.get(connection), Some(&others));
            }
            prop_assert_eq!(rooms.connections(), truth.open.len());
            prop_assert_eq!(rooms.len(), occupied.len());
        }
    }
}
