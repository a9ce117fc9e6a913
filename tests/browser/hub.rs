//! A signaling server for the fake sockets of one page. It has one room and checks nothing.

use gloo_timers::callback::Interval;
use tincan_protocol::{ClientMessage, PeerId, ServerMessage, VERSION};
use wasm_bindgen::JsValue;

use crate::support::{FakeSocket, FakeSockets};

/// Serves every socket of the page for as long as it lives.
pub(crate) struct Hub {
    _turns: Interval,
    _sockets: FakeSockets,
}

struct Client {
    socket: FakeSocket,
    peer: Option<PeerId>,
}

impl Hub {
    pub(crate) fn start() -> Self {
        let sockets = FakeSockets::install();
        let mut seen = 0;
        let mut clients = Vec::new();
        let turns = Interval::new(5, move || {
            for socket in FakeSockets::all().into_iter().skip(seen) {
                socket.open();
                clients.push(Client { socket, peer: None });
                seen += 1;
            }
            take_turn(&mut clients);
        });
        Self { _turns: turns, _sockets: sockets }
    }
}

fn take_turn(clients: &mut Vec<Client>) {
    for at in 0..clients.len() {
        for frame in clients[at].socket.take_sent() {
            match serde_json::from_str(&frame).expect("a message") {
                ClientMessage::Join { secret, .. } => join(clients, at, secret.peer_id()),
                ClientMessage::Signal { to, payload } => {
                    let from = clients[at].peer.expect("joined");
                    tell(clients, |peer| peer == to, &ServerMessage::Signal { from, payload });
                }
                ClientMessage::Leave | ClientMessage::Ping => {}
            }
        }
    }
    while let Some(at) = clients.iter().position(|client| !client.socket.is_open()) {
        let gone = clients.remove(at);
        gone.socket.end();
        if let Some(peer) = gone.peer {
            tell(clients, |_| true, &ServerMessage::PeerLeft { peer });
        }
    }
}

fn join(clients: &mut [Client], at: usize, peer: PeerId) {
    let peers = clients.iter().filter_map(|client| client.peer).collect();
    tell(clients, |_| true, &ServerMessage::PeerJoined { peer });
    clients[at].peer = Some(peer);
    let joined = ServerMessage::Joined {
        v: VERSION,
        peer,
        peers,
        ice_servers: Vec::new(),
        expires_in: None,
    };
    tell(clients, |other| other == peer, &joined);
}

fn tell(clients: &[Client], whom: impl Fn(PeerId) -> bool, message: &ServerMessage) {
    let frame = JsValue::from_str(&serde_json::to_string(message).expect("JSON"));
    for client in clients.iter().filter(|client| client.peer.is_some_and(&whom)) {
        client.socket.receive(&frame);
    }
}
