//! A call on a test bench: the test acts as the driver, the server and the other page.
// Each test file uses a part of it, and unexpected results fail the test.

pub mod capture;
pub mod pair;

use std::rc::Rc;
use std::time::Duration;

use tincan_call::protocol::{
    Answer, Candidate, ClientMessage, ConnectionId, MidSources, Name, NegotiationId,
    NegotiationMessage, Offer, PeerId, PeerMessage, PeerSecret, PeerState, RingId, RingMessage,
    ServerMessage, Source, SourceState, SourceStates, VERSION,
};
use tincan_call::{
    Call, Capabilities, CaptureEvent, CaptureId, Command, ConnectionEvent, ConnectionState,
    DeviceId, Effect, Envelopes, Input, LocalTrack, Operation, Policy, Preferences, RoomSecret,
    Settings, SocketEvent, StreamId, TrackId, View,
};

/// The role of the call on the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallIs {
    Polite,
    Impolite,
}

pub struct Bench {
    pub call: Call,
    pub now: Duration,
    pub me: PeerId,
    /// The other page.
    pub peer: PeerId,
    peers_envelopes: Envelopes,
    peers_revision: u64,
    nonces: u8,
}

pub fn room() -> RoomSecret {
    RoomSecret::from_bytes([3; 16])
}

/// Returns the initial settings of the page on the bench.
pub fn settings() -> Settings {
    Settings {
        secret: room(),
        seed: [5; 32],
        name: Name::new("Ada"),
        preferences: Preferences::default(),
        machine: None,
        capabilities: Capabilities { peer_connections: true },
        policy: Policy::default(),
    }
}

impl Bench {
    /// Returns a call that is not joined to a room.
    pub fn new(call_is: CallIs) -> Self {
        let settings = settings();
        // Only the server is shown the id's secret, so a twin reveals the id.
        let mut twin = Call::new(settings.clone());
        twin.handle(Duration::ZERO, Input::Command(enter()));
        twin.handle(Duration::ZERO, Input::Socket(SocketEvent::Opened));
        let me = std::iter::from_fn(|| twin.poll())
            .find_map(|effect| match effect {
                Effect::Send(ClientMessage::Join { secret, .. }) => Some(secret.peer_id()),
                _ => None,
            })
            .expect("a join");
        let peer = (0..=255)
            .map(|n| PeerSecret::from_bytes([n; 16]).peer_id())
            .find(|peer| (me < *peer) == (call_is == CallIs::Polite))
            .expect("an id on either side");
        Self {
            call: Call::new(settings),
            now: Duration::ZERO,
            me,
            peer,
            peers_envelopes: Envelopes::new(&room(), peer),
            peers_revision: 0,
            nonces: 0,
        }
    }

    /// Returns a page that has accepted this ring of the peer, and is in the call before it.
    pub fn accepting(ring: RingId) -> Self {
        let mut bench = Self::in_lobby(CallIs::Polite);
        bench.peer_stands(false);
        bench.receive(&PeerMessage::Ring(RingMessage::Invite { ring }));
        bench.input(Input::OtherCall(false));
        bench.command(Command::Accept);
        bench
    }

    /// Returns a page in the lobby with both devices on, while the peer is in the call.
    pub fn in_lobby(call_is: CallIs) -> Self {
        let mut bench = Self::new(call_is);
        bench.command(enter());
        bench.input(Input::Capture(CaptureEvent::Captured {
            capture: CaptureId(1),
            tracks: vec![track(Source::Microphone, 1), track(Source::Camera, 2)],
        }));
        bench.join_room(vec![bench.peer]);
        bench.peer_stands(true);
        bench
    }

    /// Returns a page that has just joined the call of the peer.
    pub fn in_call(call_is: CallIs) -> (Self, Vec<Effect>) {
        let mut bench = Self::in_lobby(call_is);
        let effects = bench.command(Command::Join);
        (bench, effects)
    }

    /// Returns a page whose first offer was answered: stable and connected.
    pub fn connected(call_is: CallIs) -> Self {
        let (mut bench, _) = Self::in_call(call_is);
        if call_is == CallIs::Polite {
            bench.wait(3);
        }
        bench.event(offer_created(1));
        bench.answer(1);
        bench.event(ConnectionEvent::AnswerAccepted { negotiation: NegotiationId(1) });
        bench.event(ConnectionEvent::StateChanged(ConnectionState::Connected));
        bench
    }

    /// Ends the first frames of the connection, which are small.
    pub fn first_frames_end(&mut self) {
        self.now += Policy::default().uplink.first_frames;
        self.everything(Input::Timeout);
    }

    /// Handles an input. Returns the effects without the periodic ones for every link: see
    /// [`Self::everything`].
    pub fn input(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = self.everything(input);
        effects.retain(|effect| match effect {
            Effect::AnnounceCall(_) | Effect::MeasureTracks => false,
            Effect::Connection { operation, .. } => {
                !matches!(operation, Operation::SetEncoding { .. } | Operation::Measure)
            }
            _ => true,
        });
        effects
    }

    /// Handles an input. Returns all effects.
    pub fn everything(&mut self, input: Input) -> Vec<Effect> {
        self.call.handle(self.now, input);
        std::iter::from_fn(|| self.call.poll()).collect()
    }

    pub fn command(&mut self, command: Command) -> Vec<Effect> {
        self.input(Input::Command(command))
    }

    pub fn socket(&mut self, event: SocketEvent) -> Vec<Effect> {
        self.input(Input::Socket(event))
    }

    pub fn server(&mut self, message: ServerMessage) -> Vec<Effect> {
        self.socket(SocketEvent::Received(message))
    }

    /// Opens the socket and joins the room.
    pub fn join_room(&mut self, peers: Vec<PeerId>) -> Vec<Effect> {
        self.socket(SocketEvent::Opened);
        let (v, peer) = (VERSION, self.me);
        self.server(ServerMessage::Joined { v, peer, peers, ice_servers: vec![], expires_in: None })
    }

    /// Handles an event of the page's first connection.
    pub fn event(&mut self, event: ConnectionEvent) -> Vec<Effect> {
        self.event_of(1, event)
    }

    pub fn event_of(&mut self, connection: u64, event: ConnectionEvent) -> Vec<Effect> {
        let (peer, connection) = (self.peer, ConnectionId(connection));
        self.input(Input::Connection { peer, connection, event })
    }

    /// Lets time pass, timer by timer.
    pub fn wait(&mut self, seconds: u64) -> Vec<Effect> {
        self.wait_millis(seconds * 1000)
    }

    pub fn wait_millis(&mut self, millis: u64) -> Vec<Effect> {
        let end = self.now + Duration::from_millis(millis);
        let mut effects = Vec::new();
        while let Some(at) = self.call.deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            effects.extend(self.input(Input::Timeout));
            assert_ne!(self.call.deadline(), Some(at), "woken for nothing");
        }
        self.now = end;
        effects
    }

    pub fn view(&self) -> Rc<View> {
        self.call.view()
    }

    pub fn sealed(&mut self, message: &PeerMessage) -> String {
        self.nonces += 1;
        self.peers_envelopes.seal_with([self.nonces; 16], self.me, message).expect("sealed")
    }

    /// Receives a message of the other page.
    pub fn receive(&mut self, message: &PeerMessage) -> Vec<Effect> {
        let payload = self.sealed(message);
        self.server(ServerMessage::Signal { from: self.peer, payload })
    }

    pub fn peer_stands(&mut self, in_call: bool) -> Vec<Effect> {
        let sources = SourceStates { microphone: SourceState::On, ..SourceStates::default() };
        self.peer_tells(in_call, sources)
    }

    /// Receives the next state of the other page.
    fn peer_tells(&mut self, in_call: bool, sources: SourceStates) -> Vec<Effect> {
        self.peers_revision += 1;
        let (revision, name) = (self.peers_revision, Name::new("Bob"));
        self.receive(&PeerMessage::State(PeerState {
            revision,
            name,
            in_call,
            sources,
            machine: None,
        }))
    }

    /// Makes the next state of the other page follow this revision.
    pub fn peers_revision(&mut self, revision: u64) {
        self.peers_revision = revision;
    }

    /// Lets the other page share its screen.
    pub fn peer_shares(&mut self) -> Vec<Effect> {
        let on = SourceState::On;
        let sources = SourceStates { screen: on, screen_audio: on, ..SourceStates::default() };
        self.peer_tells(true, sources)
    }

    /// Receives an answer from connection 1 of the other page.
    pub fn answer(&mut self, negotiation: u64) -> Vec<Effect> {
        self.answer_from(1, negotiation)
    }

    pub fn answer_from(&mut self, connection: u64, negotiation: u64) -> Vec<Effect> {
        let (connection, negotiation) = (ConnectionId(connection), NegotiationId(negotiation));
        let sdp = "a=ice-ufrag:bob\n".to_owned();
        self.receive(&PeerMessage::Negotiation(NegotiationMessage::Answer(Answer {
            connection,
            negotiation,
            voids: None,
            sdp,
        })))
    }

    /// Receives an offer from a connection of the other page to one of this page's.
    pub fn offer(&mut self, connection: u64, to: Option<u64>, negotiation: u64) -> Vec<Effect> {
        self.offer_with(connection, to, negotiation, "bob")
    }

    /// Receives such an offer of the ICE generation with this username fragment.
    pub fn offer_with(
        &mut self,
        connection: u64,
        to: Option<u64>,
        negotiation: u64,
        fragment: &str,
    ) -> Vec<Effect> {
        self.receive(&PeerMessage::Negotiation(NegotiationMessage::Offer(Offer {
            connection: ConnectionId(connection),
            to: to.map(ConnectionId),
            negotiation: NegotiationId(negotiation),
            sdp: format!("a=ice-ufrag:{fragment}\n"),
            sources: both_devices(),
        })))
    }

    pub fn candidate(&mut self, connection: u64, fragment: &str) -> Vec<Effect> {
        self.receive(&PeerMessage::Negotiation(NegotiationMessage::Candidate {
            connection: ConnectionId(connection),
            candidate: candidate(fragment),
        }))
    }

    /// Creates and applies the answer of a connection.
    pub fn answered(&mut self, connection: u64, negotiation: u64) -> Vec<Effect> {
        let negotiation = NegotiationId(negotiation);
        let sdp = "a=ice-ufrag:ada\n".to_owned();
        let created = ConnectionEvent::AnswerCreated { negotiation, sdp };
        let mut effects = self.event_of(connection, created);
        let applied = ConnectionEvent::AnswerApplied { negotiation };
        effects.extend(self.event_of(connection, applied));
        effects
    }

    /// Returns the messages to the other page among some effects.
    pub fn sent(&mut self, effects: &[Effect]) -> Vec<PeerMessage> {
        effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(ClientMessage::Signal { to, payload }) if *to == self.peer => {
                    Some(self.peers_envelopes.open(self.me, payload).expect("a payload that opens"))
                }
                _ => None,
            })
            .collect()
    }
}

pub fn enter() -> Command {
    Command::Enter { microphone: true, camera: true }
}

pub fn track(source: Source, id: u32) -> LocalTrack {
    let device = Some(DeviceId(format!("device {id}")));
    LocalTrack {
        source,
        track: TrackId(id),
        stream: StreamId(id),
        device,
        height: 720,
        muted: false,
    }
}

/// The state of a peer in the call who has this name.
pub fn state_named(revision: u64, name: &str) -> PeerMessage {
    PeerMessage::State(PeerState {
        revision,
        name: Name::new(name),
        in_call: true,
        sources: SourceStates::default(),
        machine: None,
    })
}

pub fn both_devices() -> MidSources {
    [("0".to_owned(), Source::Microphone), ("1".to_owned(), Source::Camera)].into_iter().collect()
}

pub fn offer_created(negotiation: u64) -> ConnectionEvent {
    ConnectionEvent::OfferCreated {
        negotiation: NegotiationId(negotiation),
        sdp: "a=ice-ufrag:ada\n".to_owned(),
        sources: both_devices(),
    }
}

pub fn candidate(fragment: &str) -> Candidate {
    Candidate {
        candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".to_owned(),
        sdp_mid: Some("0".to_owned()),
        sdp_m_line_index: Some(0),
        username_fragment: Some(fragment.to_owned()),
    }
}

/// Returns the operations on connections among some effects.
pub fn operations(effects: &[Effect]) -> Vec<&Operation> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Connection { operation, .. } => Some(operation),
            _ => None,
        })
        .filter(|operation| !matches!(operation, Operation::SendTrack { .. }))
        .collect()
}

pub fn offers(messages: &[PeerMessage]) -> Vec<NegotiationId> {
    messages
        .iter()
        .filter_map(|message| match message {
            PeerMessage::Negotiation(NegotiationMessage::Offer(Offer { negotiation, .. })) => {
                Some(*negotiation)
            }
            _ => None,
        })
        .collect()
}
