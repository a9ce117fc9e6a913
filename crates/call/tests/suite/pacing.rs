//! The message rate of a page, which the server limits.

use std::time::Duration;

use crate::support::{Bench, CallIs, both_devices, candidate, enter, room, track};
use tincan_call::protocol::{
    Answer, Candidate, ClientMessage, ConnectionId, FeatureMessage, MAX_MESSAGE_BURST,
    MAX_MESSAGES_PER_SECOND, MAX_ROOM_PEERS, Name, NegotiationId, NegotiationMessage, Offer,
    PeerId, PeerMessage, PeerSecret, PeerState, ServerMessage, Source, SourceStates,
};
use tincan_call::{
    CaptureEvent, CaptureId, Command, ConnectionEvent, ConnectionState, Effect, Envelopes,
    FeatureCommand, Input, Operation,
};

/// The number of candidates for each link.
const CANDIDATES: u32 = 500;

/// A page in a full room, and the times of its messages to the server.
struct FullRoom {
    bench: Bench,
    peers: Vec<(PeerId, Envelopes)>,
    sent: Vec<(Duration, ClientMessage)>,
    /// The offers that are not answered yet.
    offers: Vec<(PeerId, ConnectionId, NegotiationId)>,
}

impl FullRoom {
    /// Returns a page that has joined the call of all others and is connected with them.
    fn joined() -> Self {
        let secrets = (1_u8..).map(|n| PeerSecret::from_bytes([n; 16]));
        let ids: Vec<_> = secrets.map(|secret| secret.peer_id()).take(MAX_ROOM_PEERS - 1).collect();
        let peers = ids.iter().map(|id| (*id, Envelopes::new(&room(), *id))).collect();
        let mut full =
            Self { bench: Bench::new(CallIs::Polite), peers, sent: Vec::new(), offers: Vec::new() };
        full.input(Input::Command(enter()));
        full.input(Input::Capture(CaptureEvent::Captured {
            capture: CaptureId(1),
            tracks: vec![track(Source::Microphone, 1), track(Source::Camera, 2)],
        }));
        let effects = full.bench.join_room(ids);
        full.note(&effects);
        for at in 0..full.peers.len() {
            full.says_it_is_in_the_call(at);
        }
        full.input(Input::Command(Command::Join));
        // A polite page waits a while for the peer's offer.
        full.pass(4000);
        full.answer_all();
        full
    }

    fn receive(&mut self, at: usize, nonce: u8, message: &PeerMessage) {
        let me = self.bench.me;
        let (from, envelopes) = &mut self.peers[at];
        let (from, payload) = (*from, envelopes.seal_with([nonce; 16], me, message));
        let payload = payload.expect("sealed");
        let effects = self.bench.server(ServerMessage::Signal { from, payload });
        self.note(&effects);
    }

    fn says_it_is_in_the_call(&mut self, at: usize) {
        let (revision, name, sources) = (1, Name::new("Bob"), SourceStates::default());
        let state =
            PeerMessage::State(PeerState { revision, name, in_call: true, sources, machine: None });
        self.receive(at, 1, &state);
    }

    fn answer_all(&mut self) {
        for (peer, connection, negotiation) in std::mem::take(&mut self.offers) {
            let at = self.peers.iter().position(|(other, _)| *other == peer).expect("a peer");
            let (from, sdp) = (ConnectionId(1), "a=ice-ufrag:bob\n".to_owned());
            let answer = PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
                connection: from,
                negotiation,
                voids: None,
                sdp,
            }));
            self.receive(at, 2, &answer);
            self.report(peer, connection, ConnectionEvent::AnswerAccepted { negotiation });
            let connected = ConnectionEvent::StateChanged(ConnectionState::Connected);
            self.report(peer, connection, connected);
        }
    }

    fn input(&mut self, input: Input) {
        let effects = self.bench.input(input);
        self.note(&effects);
    }

    /// Records sent messages. Acts as the server, which answers pings, and as the browser, which
    /// makes offers and gathers candidates.
    fn note(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Send(message) => {
                    self.sent.push((self.bench.now, message.clone()));
                    if *message == ClientMessage::Ping {
                        self.bench.server(ServerMessage::Pong);
                    }
                }
                Effect::Connection {
                    peer,
                    connection,
                    operation: Operation::CreateOffer { negotiation, .. },
                } => {
                    let (negotiation, sources) = (*negotiation, both_devices());
                    let sdp = "a=ice-ufrag:ada\n".to_owned();
                    self.offers.push((*peer, *connection, negotiation));
                    let event = ConnectionEvent::OfferCreated { negotiation, sdp, sources };
                    self.report(*peer, *connection, event);
                    for n in 0..CANDIDATES {
                        let found = Candidate {
                            candidate: format!("candidate:{n} 1 udp 1 192.0.2.1 {n} typ host"),
                            ..candidate("ada")
                        };
                        self.report(*peer, *connection, ConnectionEvent::CandidateFound(found));
                    }
                }
                _ => {}
            }
        }
    }

    fn report(&mut self, peer: PeerId, connection: ConnectionId, event: ConnectionEvent) {
        self.input(Input::Connection { peer, connection, event });
    }

    /// Lets time pass, with a timer that is exact to a millisecond.
    fn pass(&mut self, millis: u64) {
        for _ in 0..millis {
            self.bench.now += Duration::from_millis(1);
            if self.bench.call.deadline().is_some_and(|deadline| deadline <= self.bench.now) {
                self.input(Input::Timeout);
            }
        }
    }

    /// Returns the messages to one peer.
    fn messages_to(&mut self, at: usize) -> Vec<PeerMessage> {
        let me = self.bench.me;
        let (peer, envelopes) = &mut self.peers[at];
        let payloads = self.sent.iter().filter_map(|(_, message)| match message {
            ClientMessage::Signal { to, payload } if to == peer => Some(payload),
            _ => None,
        });
        payloads.map(|payload| envelopes.open(me, payload).expect("it opens")).collect()
    }

    /// Asserts that the burst and the rate of messages are within the server's limits.
    fn assert_within_limits(&self) {
        let cost = Duration::from_secs(1) / MAX_MESSAGES_PER_SECOND;
        let mut full_at = Duration::ZERO;
        for (number, (at, _)) in self.sent.iter().enumerate() {
            full_at = full_at.max(*at) + cost;
            let within = full_at.saturating_sub(*at) <= cost * MAX_MESSAGE_BURST;
            assert!(within, "message {number} at {at:?} is refused");
        }
    }

    fn count(&self) -> u32 {
        self.sent.len().try_into().expect("a count")
    }
}

#[test]
fn joining_a_full_room_stays_within_the_burst_limit() {
    let mut full = FullRoom::joined();
    full.assert_within_limits();
    for at in 0..full.peers.len() {
        let messages = full.messages_to(at);
        assert!(messages.iter().any(|message| matches!(
            message,
            PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { .. }))
        )));
        let candidates = messages.iter().map(|message| match message {
            PeerMessage::Negotiation(NegotiationMessage::Candidate { .. }) => 1,
            PeerMessage::Negotiation(NegotiationMessage::Candidates { candidates, .. }) => {
                candidates.len()
            }
            _ => 0,
        });
        assert_eq!(candidates.sum::<usize>(), usize::try_from(CANDIDATES).unwrap());
    }
}

#[test]
fn typing_a_name_and_resizing_stay_within_the_rate_limit() {
    let mut full = FullRoom::joined();
    full.pass(10_000);
    full.sent.clear();
    let seconds = 60;
    // A letter every 30 ms, and a window that is resized at 60 Hz.
    for turn in 0..seconds * 1000 / 15 {
        if turn % 2 == 0 {
            full.input(Input::Command(Command::SetName(Name::new(&format!("Ada {turn}")))));
        }
        for at in 0..full.peers.len() {
            let (peer, source) = (full.peers[at].0, Source::Camera);
            let height = [90, 180, 270, 360, 540, 720][turn % 6];
            full.input(Input::Command(Command::Feature(FeatureCommand::SetShown {
                peer,
                source,
                height,
            })));
        }
        full.pass(15);
    }
    full.assert_within_limits();
    let seconds = u32::try_from(seconds).unwrap();
    assert!(full.count() < MAX_MESSAGES_PER_SECOND * seconds, "{} messages", full.count());
    // The last state arrives.
    full.input(Input::Command(Command::SetName(Name::new("Grace"))));
    full.pass(1000);
    for at in 0..full.peers.len() {
        let messages = full.messages_to(at);
        let name = messages.iter().rev().find_map(|message| match message {
            PeerMessage::State(PeerState { name, .. }) => Some(name.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(name.as_deref(), Some("Grace"));
        let shown = messages.iter().rev().find_map(|message| match message {
            PeerMessage::Feature(FeatureMessage::Viewport { camera, .. }) => Some(*camera),
            _ => None,
        });
        assert_eq!(shown, Some(360));
    }
}

#[test]
fn a_name_is_sent_at_once_and_then_batched_with_other_changes() {
    let mut bench = Bench::connected(CallIs::Impolite);
    let name = |name: &str| Some(Command::SetName(Name::new(name)));
    // The milliseconds since the last step, the command, and the name that is sent.
    for (number, (after, command, told)) in [
        (0, name("G"), Some("G")),
        (100, name("Gr"), None),
        (100, name("Gra"), None),
        (299, None, None),
        (1, None, Some("Gra")),
        (100, name("Grac"), None),
        // Other changes are sent at once, together with the name.
        (100, Some(Command::SetMicrophone(false)), Some("Grac")),
        (100, name("Grace"), None),
        // An unchanged name is not sent again.
        (100, name("Grac"), None),
        (1000, None, None),
        (0, name("Grace"), Some("Grace")),
    ]
    .into_iter()
    .enumerate()
    {
        bench.now += Duration::from_millis(after);
        let effects = bench.input(command.map_or(Input::Timeout, Input::Command));
        let names = bench.sent(&effects).into_iter().map(|message| match message {
            PeerMessage::State(PeerState { name, .. }) => name.as_str().to_owned(),
            other => panic!("{other:?}"),
        });
        let names: Vec<_> = names.collect();
        assert_eq!(names, Vec::from_iter(told), "step {number}");
    }
}
