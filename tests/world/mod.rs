//! A world in virtual time: pages with the real [`Call`], the real rooms of the server, a model of
//! browsers, and a network with faults from a seed.

pub mod browser;
mod channel;
mod chats;
mod checks;
mod faults;
mod gestures;
mod kill;
mod media;
mod network;
mod page;
mod person;
pub mod schedule;
mod server;
mod stages;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use tincan_call::protocol::{ClientMessage, NegotiationId, PeerId, ServerMessage, Source};
use tincan_call::{Command, ConnectionEvent, Input, Phase, RoomSecret, SocketEvent};
use tincan_server::rooms::{ConnId, Input as ToRooms, Output, Rooms};

use browser::Key;
use channel::ChannelSupport;
use faults::relay;
use network::{Direction, Network};
use page::Page;
use schedule::{Fault, Schedule};

/// A future event.
enum Event {
    /// A page gets an input.
    ToPage { page: usize, input: Input },
    /// A page gets an event of a socket, if it still uses that one.
    ToSocket { page: usize, socket: u32, event: SocketEvent },
    /// The server gets a new connection.
    Connect { page: usize, socket: u32 },
    /// The server gets an input, if it has not restarted since.
    ToServer { epoch: u32, connection: ConnId, input: ToRooms },
    /// A person or the network does something.
    Fault(Fault),
    /// The path of a page's media is restored.
    Heal(usize),
    /// A connection fails if nothing has flowed through it since.
    Fail { page: usize, key: Key, losses: u32 },
    /// The flow of media may have changed because time passed.
    UpdateMedia,
    /// A message in a data channel arrives at the other end, if there is a path.
    Carry { page: usize, key: Key },
    /// A page has drawn a video, or removed it.
    LaidOut { page: usize, tile: (PeerId, Source) },
    /// The server checks a connection for idleness.
    Idle { epoch: u32, connection: ConnId },
    /// From now on a page in touch with the server must not show a peer as connected.
    MustBeLost { page: usize, socket: u32, peer: PeerId },
    /// From now on a page in touch with the server must not show a peer at all.
    MustBeGone { page: usize, socket: u32, peer: PeerId },
}

/// A room, its pages, and the network between them.
pub struct World {
    now: Duration,
    random: fastrand::Rng,
    secret: RoomSecret,
    /// All pages, including killed ones.
    pages: Vec<Page>,
    rooms: Rooms,
    /// The number of restarts of the server, and the time at which it is back.
    epoch: u32,
    down_until: Duration,
    /// The page and the socket of each connection of the server.
    sockets: BTreeMap<ConnId, (usize, u32)>,
    /// The time of the last message on each connection of the server.
    sent_at: BTreeMap<ConnId, Duration>,
    network: Network,
    /// The support for data channels in each page, by number.
    channels: Vec<ChannelSupport>,
    /// True if the buffer of a data channel is small.
    is_narrow: bool,
    /// The number of messages that arrived on data channels.
    carried: usize,
    failures: f64,
    /// The time at which the faults end.
    end: Duration,
    /// True once the faults have ended.
    is_fault_free: bool,
    /// True if the server announces a relay; and the time until which there is no other route.
    relayed: bool,
    blocked_until: Duration,
    /// The time until which nothing arrives anywhere, without a browser reporting it.
    stalled_until: Duration,
    /// The time until which relays do not respond.
    relay_gone_until: Duration,
    queue: BinaryHeap<Reverse<(Duration, u64)>>,
    events: BTreeMap<u64, Event>,
    scheduled: u64,
    /// The first invalid event, if there was one.
    wrong: Option<String>,
    /// True if all events are printed, to analyse a failure.
    traced: bool,
}

impl World {
    /// Returns the world of a schedule at its beginning.
    pub fn new(schedule: &Schedule, traced: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(schedule.seed);
        let secret = RoomSecret::from_bytes([7; 16]);
        let pages = (0..schedule.pages)
            .map(|number| {
                let mut seed = [0; 32];
                random.fill(&mut seed);
                Page::new(number, secret.clone(), seed, schedule.channels[number])
            })
            .collect();
        let mut world = Self {
            now: Duration::ZERO,
            random,
            secret,
            pages,
            rooms: Rooms::default(),
            epoch: 0,
            down_until: Duration::ZERO,
            sockets: BTreeMap::new(),
            sent_at: BTreeMap::new(),
            network: Network::new(schedule.network),
            channels: schedule.channels.clone(),
            is_narrow: schedule.is_narrow,
            carried: 0,
            failures: schedule.failures,
            end: schedule.end,
            is_fault_free: false,
            relayed: schedule.relayed,
            blocked_until: Duration::ZERO,
            stalled_until: Duration::ZERO,
            relay_gone_until: Duration::ZERO,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            scheduled: 0,
            wrong: None,
            traced,
        };
        for page in 0..schedule.pages {
            world.load_connections(page);
        }
        for (at, fault) in &schedule.faults {
            world.schedule(*at, Event::Fault(fault.clone()));
        }
        world
    }

    /// Processes all events up to a time.
    pub fn run_until(&mut self, end: Duration) {
        loop {
            let event = self.queue.peek().map(|Reverse((at, _))| *at);
            let deadline = self.pages.iter().filter_map(Page::deadline).min();
            let Some(next) = event.into_iter().chain(deadline).min().filter(|next| *next <= end)
            else {
                break;
            };
            assert!(next >= self.now || deadline == Some(next), "time went back");
            self.now = self.now.max(next);
            if event == Some(next)
                && let Some(Reverse((_, id))) = self.queue.pop()
                && let Some(event) = self.events.remove(&id)
            {
                self.dispatch(event);
            } else {
                for page in 0..self.pages.len() {
                    if self.pages[page].deadline().is_some_and(|at| at <= self.now) {
                        self.input(page, Input::Timeout);
                        let again = self.pages[page].deadline();
                        assert!(
                            again.is_none_or(|at| at > self.now),
                            "page {page} would be woken forever"
                        );
                    }
                }
            }
        }
        self.now = end;
    }

    /// Ends all faults: the server is back, and everyone joins the call. Only relays that do not
    /// respond stay so, since there is another route.
    pub fn end_faults(&mut self) {
        self.network.end_faults();
        self.failures = 0.0;
        self.is_fault_free = true;
        for page in &mut self.pages {
            page.refusals = 0;
        }
        self.blocked_until = self.now;
        if self.relay_gone_until > self.now {
            self.relay_gone_until = Duration::MAX;
        }
        self.update_media();
        for page in self.alive().map(|(page, _)| page).collect::<Vec<_>>() {
            let view = self.pages[page].call.view();
            match view.phase {
                Phase::InCall => {}
                Phase::Lobby => self.input(page, Input::Command(Command::Join)),
                Phase::Calling => {
                    self.input(page, Input::Command(Command::Cancel));
                    self.input(page, Input::Command(Command::Join));
                }
                Phase::Suspended => {
                    self.input(page, Input::Command(Command::Resume));
                    self.input(page, Input::Command(Command::Join));
                }
                Phase::New | Phase::Ended(_) => {
                    self.input(page, Input::Command(enter()));
                    self.input(page, Input::Command(Command::Join));
                }
            }
        }
    }

    /// Ends all faults of the network.
    pub fn end_network_faults(&mut self) {
        self.network.end_faults();
    }

    /// Returns the number of sealed payloads that passed through the server.
    pub fn payloads(&self) -> usize {
        self.network.payloads
    }

    fn number_of(&self, peer: PeerId) -> Option<usize> {
        self.pages.iter().position(|page| page.me() == peer)
    }

    fn schedule(&mut self, at: Duration, event: Event) {
        self.scheduled += 1;
        self.queue.push(Reverse((at, self.scheduled)));
        self.events.insert(self.scheduled, event);
    }

    fn trace(&self, line: impl FnOnce() -> String) {
        if self.traced {
            eprintln!("{:?} {}", self.now, line());
        }
    }

    fn dispatch(&mut self, mut event: Event) {
        if let Event::Fault(fault) = &mut event {
            for page in fault.pages_mut().into_iter().flatten() {
                *page = self.current_page(*page);
            }
        }
        if let Event::ToPage { page, .. }
        | Event::ToSocket { page, .. }
        | Event::LaidOut { page, .. }
        | Event::Fault(
            Fault::Command(page, _)
            | Fault::Say(page)
            | Fault::Draw(page, _)
            | Fault::Hear { page, .. }
            | Fault::Volume { page, .. }
            | Fault::Devices(page)
            | Fault::EndTrack(page),
        ) = &event
        {
            let wakes = self.pages[*page].asleep_until;
            if !self.pages[*page].is_alive() {
                return;
            }
            if wakes > self.now {
                // In the order of arrival.
                self.schedule(wakes, event);
                return;
            }
        }
        match event {
            Event::ToPage { page, input } => {
                if let Input::Connection { peer, connection, event } = &input
                    && ends_operation(event).is_some_and(|negotiation| negotiation.0 > 0)
                {
                    self.pages[page].browser.complete_operation((*peer, *connection));
                }
                self.input(page, input);
            }
            Event::ToSocket { page, socket, event } => {
                if self.pages[page].socket == Some(socket) {
                    if event == SocketEvent::Closed {
                        self.pages[page].socket = None;
                    }
                    self.input(page, Input::Socket(event));
                }
            }
            Event::Connect { page, socket } => self.connect(page, socket),
            Event::ToServer { epoch, connection, input } => {
                if epoch == self.epoch {
                    self.serve(connection, input);
                }
            }
            Event::Idle { epoch, connection } => {
                if epoch == self.epoch {
                    self.idle(connection);
                }
            }
            Event::Carry { page, key } => self.carry(page, key),
            Event::MustBeLost { page, socket, peer } => self.must_be_lost(page, socket, peer),
            Event::MustBeGone { page, socket, peer } => self.must_be_gone(page, socket, peer),
            Event::LaidOut { page, tile } => self.laid_out(page, tile),
            Event::Fault(fault) => self.fault(fault),
            Event::Heal(page) => {
                self.pages[page].browser.heal_path();
                self.update_media();
            }
            Event::Fail { page, key, losses } => {
                let failed = self.pages[page].browser.fail(key, losses);
                self.tell_state(page, key, failed);
            }
            Event::UpdateMedia => self.update_media(),
        }
    }

    /// Gives a page an input now, or when it wakes up.
    fn tell(&mut self, page: usize, input: Input) {
        self.schedule(self.now, Event::ToPage { page, input });
    }

    fn close_later(&mut self, page: usize, socket: u32) {
        let at = self.network.arrival(self.now, &mut self.random, Direction::Down(page), false);
        self.schedule(at, Event::ToSocket { page, socket, event: SocketEvent::Closed });
    }

    fn connect(&mut self, page: usize, socket: u32) {
        if self.pages[page].socket != Some(socket) {
            return;
        }
        if self.now < self.down_until {
            self.close_later(page, socket);
            return;
        }
        let connection = self.rooms.connect();
        self.restart_idle_timer(connection);
        self.sockets.insert(connection, (page, socket));
        let at = self.network.arrival(self.now, &mut self.random, Direction::Down(page), false);
        self.schedule(at, Event::ToSocket { page, socket, event: SocketEvent::Opened });
    }

    /// Carries out the outputs of the server.
    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Send { to, mut message } => {
                    if let ServerMessage::Joined { ice_servers, .. } = &mut message
                        && self.relayed
                    {
                        ice_servers.push(relay(0));
                    }
                    let Some(&(page, socket)) = self.sockets.get(&to) else { continue };
                    let is_signal = matches!(message, ServerMessage::Signal { .. });
                    for _ in 0..self.network.copies(&mut self.random, is_signal) {
                        let at = self.network.arrival(
                            self.now,
                            &mut self.random,
                            Direction::Down(page),
                            is_signal,
                        );
                        let event = SocketEvent::Received(message.clone());
                        self.schedule(at, Event::ToSocket { page, socket, event });
                    }
                }
                Output::Close(connection) => {
                    if let Some((page, socket)) = self.sockets.remove(&connection) {
                        self.close_later(page, socket);
                    }
                }
            }
        }
    }

    /// Gives a page an input, and carries out the effects.
    fn input(&mut self, page: usize, input: Input) {
        self.trace(|| format!("page {page} <- {input:?}"));
        let handled = input.clone();
        self.pages[page].call.handle(self.now, input);
        while let Some(effect) = self.pages[page].call.poll() {
            self.trace(|| format!("page {page} -> {effect:?}"));
            self.run(page, effect);
        }
        self.watch_stages(page, &handled);
        self.read_chat(page);
        self.draw(page);
        self.update_media();
        self.join_again(page);
    }

    fn send(&mut self, page: usize, message: ClientMessage) {
        let Some(socket) = self.pages[page].socket else { return };
        let connection =
            self.sockets.iter().find(|(_, of)| **of == (page, socket)).map(|(c, _)| *c);
        if let Some(connection) = connection {
            self.network.watch(&message);
            self.deliver(page, connection, ToRooms::Message(message));
        }
    }

    fn deliver(&mut self, page: usize, connection: ConnId, input: ToRooms) {
        let at = self.network.arrival(self.now, &mut self.random, Direction::Up(page), false);
        self.schedule(at, Event::ToServer { epoch: self.epoch, connection, input });
    }

    fn open_socket(&mut self, page: usize) {
        self.close_socket(page);
        let socket = self.pages[page].next_socket();
        self.pages[page].asked_to_join = false;
        let at = self.network.arrival(self.now, &mut self.random, Direction::Up(page), false);
        self.schedule(at, Event::Connect { page, socket });
    }

    fn close_socket(&mut self, page: usize) {
        let Some(socket) = self.pages[page].socket.take() else { return };
        let connection =
            self.sockets.iter().find(|(_, of)| **of == (page, socket)).map(|(c, _)| *c);
        if let Some(connection) = connection {
            self.sockets.remove(&connection);
            self.deliver(page, connection, ToRooms::Disconnected);
        }
    }
}

/// Returns the operation that an event completes.
fn ends_operation(event: &ConnectionEvent) -> Option<NegotiationId> {
    match event {
        ConnectionEvent::OfferCreated { negotiation, .. }
        | ConnectionEvent::AnswerCreated { negotiation, .. }
        | ConnectionEvent::AnswerApplied { negotiation }
        | ConnectionEvent::AnswerAccepted { negotiation }
        | ConnectionEvent::NegotiationFailed { negotiation } => Some(*negotiation),
        ConnectionEvent::CandidateFound(_)
        | ConnectionEvent::ServerFailed(_)
        | ConnectionEvent::TrackReceived { .. }
        | ConnectionEvent::Measured(_)
        | ConnectionEvent::ClosedByPeer
        | ConnectionEvent::SectionsAgreed(_)
        | ConnectionEvent::Channel(_)
        | ConnectionEvent::StateChanged(_) => None,
    }
}

/// Returns the command that enters the lobby with both devices.
pub fn enter() -> Command {
    Command::Enter { microphone: true, camera: true }
}
