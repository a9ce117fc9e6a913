//! The rooms against a model: whatever happens, everyone's roster is the truth.
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

/// Connects and joins; gives the connection and the roster that it was told.
fn joined(rooms: &mut Rooms, room: u8, secret: u8) -> (ConnId, Vec<PeerId>) {
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

/// The code by which `connection` is refused, which must be all that the outputs begin with.
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
fn a_page_learns_who_is_there() {
    let mut rooms = Rooms::default();
    let (first, roster) = joined(&mut rooms, 1, 1);
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
fn a_join_that_was_on_its_way_for_long_takes_no_seat() {
    let mut rooms = Rooms::default();
    let older = rooms.connect();
    let (newer, _) = joined(&mut rooms, 1, 1);
    let outputs = rooms.handle(older, Input::Message(join(1, 1)));
    assert_eq!(refusal(&outputs, older), Some(ErrorCode::Replaced));
    assert_eq!(refusal(&outputs, newer), None);
    let outputs = rooms.handle(newer, Input::Message(ClientMessage::Ping));
    assert_eq!(outputs, [send(newer, ServerMessage::Pong)]);
}

#[test]
fn the_newest_connection_of_a_peer_wins() {
    let mut rooms = Rooms::default();
    let (older, _) = joined(&mut rooms, 1, 1);
    let (other, _) = joined(&mut rooms, 1, 2);
    let newer = rooms.connect();
    let outputs = rooms.handle(newer, Input::Message(join(1, 1)));

    assert_eq!(refusal(&outputs, older), Some(ErrorCode::Replaced));
    let peer = secret(1).peer_id();
    // The other hears that the peer is back, and never that it was gone.
    assert_eq!(outputs.get(3..), Some(&[send(other, ServerMessage::PeerJoined { peer })][..]));

    // The older connection has no say any more, and its end means nothing.
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
fn a_full_room_takes_nobody_but_who_is_in_it() {
    let mut rooms = Rooms::default();
    for n in 0..u8::try_from(MAX_ROOM_PEERS).unwrap() {
        joined(&mut rooms, 1, n);
    }
    let late = rooms.connect();
    let outputs = rooms.handle(late, Input::Message(join(1, 99)));
    assert_eq!(refusal(&outputs, late), Some(ErrorCode::RoomFull));
    assert_eq!(outputs.len(), 2, "nobody else hears of it");

    let (_, roster) = joined(&mut rooms, 1, 3);
    assert_eq!(roster.len(), MAX_ROOM_PEERS - 1);
    joined(&mut rooms, 2, 99);
}

#[test]
fn join_comes_first_and_once() {
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
    let (connection, _) = joined(&mut rooms, 1, 1);
    let outputs = rooms.handle(connection, Input::Message(join(2, 1)));
    assert_eq!(refusal(&outputs, connection), Some(ErrorCode::OutOfOrder));
    assert!(rooms.is_empty());
}

#[test]
fn another_version_is_refused() {
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
    let (sender, _) = joined(&mut rooms, 1, 1);
    joined(&mut rooms, 1, 2);
    let to = secret(2).peer_id();
    let signal = |n| Input::Message(ClientMessage::Signal { to, payload: "x".repeat(n) });
    assert_eq!(rooms.handle(sender, signal(MAX_PAYLOAD_CHARS)).len(), 1);
    let outputs = rooms.handle(sender, signal(MAX_PAYLOAD_CHARS + 1));
    assert_eq!(refusal(&outputs, sender), Some(ErrorCode::TooLarge));
}

#[test]
fn shutting_down_tells_everyone_and_forgets_everything() {
    let mut rooms = Rooms::default();
    let (joined_one, _) = joined(&mut rooms, 1, 1);
    let waiting = rooms.connect();
    let outputs = rooms.shut_down();
    assert_eq!(outputs.len(), 4);
    assert_eq!(refusal(&outputs, joined_one), Some(ErrorCode::ShuttingDown));
    assert_eq!(refusal(&outputs[2..], waiting), Some(ErrorCode::ShuttingDown));
    assert_eq!((rooms.connections(), rooms.len()), (0, 0));
}

/// One step, of one of the connections made so far.
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
    // More secrets than seats, and few rooms: full rooms and takeovers are common.
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

/// What must be true, kept as simply as can be: where each open connection sits.
#[derive(Default)]
struct Truth {
    open: BTreeMap<ConnId, Option<(u8, PeerId)>>,
}

impl Truth {
    fn in_room(&self, room: u8) -> BTreeMap<PeerId, ConnId> {
        let seats = self.open.iter().filter_map(|(connection, seat)| Some((*connection, (*seat)?)));
        seats.filter(|(_, seat)| seat.0 == room).map(|(c, (_, peer))| (peer, c)).collect()
    }

    /// Applies one step, and says what a signal must come to: whom it reaches, from whom.
    fn step(&mut self, connection: ConnId, step: &Step) -> Option<(ConnId, PeerId)> {
        let seat = *self.open.get(&connection)?;
        match (step, seat) {
            (Step::Connect, _) | (Step::Ping, Some(_)) => {}
            (Step::Join { v: VERSION, room, secret: number }, None) => {
                let peer = secret(*number).peer_id();
                let mut seats = self.in_room(*room);
                let older = seats.remove(&peer);
                if older.is_some_and(|other| other > connection) {
                    // It is the older one itself.
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

/// What the connections were told, each by itself.
#[derive(Default)]
struct Told {
    rosters: BTreeMap<ConnId, BTreeSet<PeerId>>,
    closed: BTreeSet<ConnId>,
    errors: BTreeSet<ConnId>,
}

impl Told {
    /// Takes outputs in; gives the signals among them.
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
                    self.rosters.get_mut(&to).expect("only who joined is told").insert(peer);
                }
                ServerMessage::PeerLeft { peer } => {
                    let roster = self.rosters.get_mut(&to).expect("only who joined is told");
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
    fn every_roster_is_the_truth(
        steps in prop::collection::vec((any::<prop::sample::Index>(), step()), 1..120),
    ) {
        let mut rooms = Rooms::default();
        let mut truth = Truth::default();
        let mut told = Told::default();
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
                    told.take(rooms.handle(connection, Input::Refuse(ErrorCode::Malformed)));
                    continue;
                }
                Step::Disconnect => {
                    told.take(rooms.handle(connection, Input::Disconnected));
                    told.rosters.remove(&connection);
                    continue;
                }
            };
            let signals = told.take(rooms.handle(connection, Input::Message(message)));
            prop_assert_eq!(signals, Vec::from_iter(expected));

            let mut occupied = BTreeSet::new();
            for (connection, seat) in &truth.open {
                prop_assert!(!told.closed.contains(connection));
                let Some((room, peer)) = seat else {
                    prop_assert!(!told.rosters.contains_key(connection));
                    continue;
                };
                occupied.insert(room);
                let mut others: BTreeSet<_> = truth.in_room(*room).into_keys().collect();
                others.remove(peer);
                prop_assert_eq!(told.rosters.get(connection), Some(&others));
            }
            prop_assert_eq!(rooms.connections(), truth.open.len());
            prop_assert_eq!(rooms.len(), occupied.len());
        }
    }
}
