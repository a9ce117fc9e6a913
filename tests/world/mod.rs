//! A world in virtual time: pages with the real [`Call`], the server's real rooms, browsers as a
//! model, and a network that does what its seed says.

pub mod browser;
mod faults;
mod network;
mod page;
pub mod schedule;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use tincan_call::protocol::{ClientMessage, NegotiationId, PeerId, ServerMessage};
use tincan_call::{
    Command, ConnectionEvent, ConnectionState, Input, LinkState, Phase, Ring, RoomSecret,
    SocketEvent,
};
use tincan_server::rooms::{ConnId, Input as ToRooms, Output, Rooms};

use browser::{Key, Ways};
use faults::relay;
use network::{Direction, Network};
use page::Page;
use schedule::{Fault, Schedule};

/// What will happen, and when it is due.
enum Event {
    /// A page is told something.
    ToPage { page: usize, input: Input },
    /// A page is told something by a socket, if that is still the one it uses.
    ToSocket { page: usize, socket: u32, event: SocketEvent },
    /// The server gets a new connection.
    Connect { page: usize, socket: u32 },
    /// The server is told something, if it was not restarted since.
    ToServer { life: u32, connection: ConnId, input: ToRooms },
    /// The person or the network does something.
    Fault(Fault),
    /// The path of a page's media is there again.
    Heal(usize),
    /// Nothing has flowed through a connection for long, if nothing has since.
    Fail { page: usize, key: Key, losses: u32 },
    /// Something may be in time's hands alone: look again.
    Look,
}

/// One room, its pages, and everything between them.
pub struct World {
    now: Duration,
    random: fastrand::Rng,
    pages: Vec<Page>,
    rooms: Rooms,
    /// How often the server was restarted, and until when it is away.
    life: u32,
    down_until: Duration,
    /// Which page and socket each of the server's connections belongs to.
    sockets: BTreeMap<ConnId, (usize, u32)>,
    network: Network,
    failures: f64,
    /// Whether the server names a relay, and until when there is no other way.
    relayed: bool,
    blocked_until: Duration,
    /// Until when it does not answer.
    relay_gone_until: Duration,
    queue: BinaryHeap<Reverse<(Duration, u64)>>,
    events: BTreeMap<u64, Event>,
    scheduled: u64,
    /// Whether all that happens is printed, for whoever looks into a failure.
    traced: bool,
}

impl World {
    /// The world of a schedule, before anything has happened.
    pub fn new(schedule: &Schedule, traced: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(schedule.seed);
        let secret = RoomSecret::from_bytes([7; 16]);
        let pages = (0..schedule.pages)
            .map(|number| {
                let mut seed = [0; 32];
                random.fill(&mut seed);
                Page::new(number, secret.clone(), seed)
            })
            .collect();
        let mut world = Self {
            now: Duration::ZERO,
            random,
            pages,
            rooms: Rooms::default(),
            life: 0,
            down_until: Duration::ZERO,
            sockets: BTreeMap::new(),
            network: Network::new(schedule.network),
            failures: schedule.failures,
            relayed: schedule.relayed,
            blocked_until: Duration::ZERO,
            relay_gone_until: Duration::ZERO,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            scheduled: 0,
            traced,
        };
        for (at, fault) in &schedule.faults {
            world.schedule(*at, Event::Fault(fault.clone()));
        }
        world
    }

    /// Lets everything happen up to a time.
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
                self.happen(event);
            } else {
                for page in 0..self.pages.len() {
                    if self.pages[page].deadline().is_some_and(|at| at <= self.now) {
                        self.input(page, Input::Timeout);
                        let again = self.pages[page].deadline();
                        assert!(
                            again.is_none_or(|at| at > self.now),
                            "page {page} would be woken for ever"
                        );
                    }
                }
            }
        }
        self.now = end;
    }

    /// Ends every trouble: the server is back, and everyone is in the call. Only relays that were gone
    /// stay so: there is another way.
    pub fn calm_down(&mut self) {
        self.network.calm_down();
        self.failures = 0.0;
        self.blocked_until = self.now;
        if self.relay_gone_until > self.now {
            self.relay_gone_until = Duration::MAX;
        }
        self.update_media();
        for page in 0..self.pages.len() {
            let view = self.pages[page].call.view();
            match view.phase {
                Phase::InCall => {}
                Phase::Lobby => self.input(page, Input::Command(Command::Join)),
                Phase::Calling => {
                    self.input(page, Input::Command(Command::Cancel));
                    self.input(page, Input::Command(Command::Join));
                }
                Phase::New | Phase::Ended(_) => {
                    self.input(page, Input::Command(enter()));
                    self.input(page, Input::Command(Command::Join));
                }
            }
        }
    }

    /// Checks that every pair of pages ended well, and returns what did not.
    pub fn check(&self) -> Result<(), String> {
        for (a, page) in self.pages.iter().enumerate() {
            let view = page.call.view();
            if view.peers.len() != self.pages.len() - 1 {
                return Err(format!("page {a} sees {} others", view.peers.len()));
            }
            page.browser.check_tidy(self.pages.len() - 1)?;
            for peer in &view.peers {
                let b = self.number_of(peer.id).ok_or("a peer from nowhere")?;
                let other = &self.pages[b];
                if peer.link != LinkState::Connected {
                    return Err(format!("{a} to {b} is {:?}", peer.link));
                }
                if peer.sources != other.sources() {
                    return Err(format!("{a} believes {:?} of {b}", peer.sources));
                }
                if peer.person.is_none() || peer.screen.is_some() != other.shares_screen() {
                    return Err(format!("{a} sees the wrong streams of {b}"));
                }
                let mine = page.browser.with(peer.id).ok_or("no connection")?;
                let theirs = other.browser.with(page.me()).ok_or("no connection")?;
                mine.check_matches(theirs).map_err(|why| format!("{a} and {b}: {why}"))?;
                mine.check_sends(&page.live_tracks())
                    .map_err(|why| format!("{a} to {b}: {why}"))?;
            }
        }
        Ok(())
    }

    /// The network behaves from now on; nobody does anything any more.
    pub fn fall_silent(&mut self) {
        self.network.calm_down();
    }

    /// Checks that no ring is left, that everyone agrees on who is in the call, and that those who
    /// are see each other.
    pub fn check_rings(&self) -> Result<(), String> {
        for (a, page) in self.pages.iter().enumerate() {
            let view = page.call.view();
            match (&view.phase, &view.ring) {
                (Phase::Lobby, Ring::None | Ring::Ended(_))
                | (Phase::InCall | Phase::Ended(_), Ring::None) => {}
                other => return Err(format!("page {a} still stands at {other:?}")),
            }
            for peer in &view.peers {
                let b = self.number_of(peer.id).ok_or("a peer from nowhere")?;
                let there = self.pages[b].call.view().phase == Phase::InCall;
                if peer.in_call != there {
                    return Err(format!("{a} believes {} of {b}", peer.in_call));
                }
                let both = there && view.phase == Phase::InCall;
                let expected = if both { LinkState::Connected } else { LinkState::None };
                if peer.link != expected {
                    return Err(format!("{a} to {b} is {:?}", peer.link));
                }
            }
        }
        Ok(())
    }

    /// The number of sealed payloads that passed through the server.
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

    fn happen(&mut self, event: Event) {
        if let Event::ToPage { page, .. }
        | Event::ToSocket { page, .. }
        | Event::Fault(Fault::Command(page, _)) = &event
            && let wakes = self.pages[*page].asleep_until
            && wakes > self.now
        {
            // In the order in which it came.
            self.schedule(wakes, event);
            return;
        }
        match event {
            Event::ToPage { page, input } => {
                if let Input::Connection { peer, connection, event } = &input
                    && ends_operation(event).is_some_and(|negotiation| negotiation.0 > 0)
                {
                    self.pages[page].browser.told((*peer, *connection));
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
            Event::ToServer { life, connection, input } => {
                if life == self.life {
                    let outputs = self.rooms.handle(connection, input);
                    self.carry_out(outputs);
                }
            }
            Event::Fault(fault) => self.fault(fault),
            Event::Heal(page) => {
                self.pages[page].browser.heal_path();
                self.update_media();
            }
            Event::Fail { page, key, losses } => {
                let failed = self.pages[page].browser.fail(key, losses);
                self.tell_state(page, key, failed);
            }
            Event::Look => self.update_media(),
        }
    }

    /// Tells a page something now, or when it wakes up.
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
        self.sockets.insert(connection, (page, socket));
        let at = self.network.arrival(self.now, &mut self.random, Direction::Down(page), false);
        self.schedule(at, Event::ToSocket { page, socket, event: SocketEvent::Opened });
    }

    /// What the server wants done.
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

    /// Tells a page something, and does what it then wants done.
    fn input(&mut self, page: usize, input: Input) {
        self.trace(|| format!("page {page} <- {input:?}"));
        self.pages[page].call.handle(self.now, input);
        while let Some(effect) = self.pages[page].call.poll() {
            self.trace(|| format!("page {page} -> {effect:?}"));
            self.run(page, effect);
        }
        self.update_media();
    }

    /// Looks which connections media can flow through now, and tells the pages.
    fn update_media(&mut self) {
        let ways = Ways {
            direct: self.now >= self.blocked_until,
            relayed: self.now >= self.relay_gone_until,
        };
        for a in 0..self.pages.len() {
            for key in self.pages[a].browser.keys() {
                let me = self.pages[a].me();
                let flows = self.number_of(key.0).is_some_and(|b| {
                    let mine = self.pages[a].browser.connection(key);
                    let theirs = self.pages[b].browser.with(me);
                    mine.zip(theirs).is_some_and(|(mine, theirs)| mine.flows_to(theirs, ways))
                });
                let news = self.pages[a].browser.set_flows(key, flows);
                let starts = self.pages[a].browser.starts_to_connect(key);
                if (starts || news == Some(ConnectionState::Disconnected))
                    && let Some(connection) = self.pages[a].browser.connection(key)
                {
                    let losses = connection.losses;
                    let at = self.now + Duration::from_millis(self.random.u64(5000..30_000));
                    self.schedule(at, Event::Fail { page: a, key, losses });
                }
                self.tell_state(a, key, news);
            }
        }
    }

    /// Tells a page the state of a connection, if it is news; in the order of the states.
    fn tell_state(&mut self, page: usize, key: Key, news: Option<ConnectionState>) {
        let Some(state) = news else { return };
        let at = self.now + Duration::from_millis(self.random.u64(1..200));
        let at = at.max(self.pages[page].last_state_at);
        self.pages[page].last_state_at = at;
        self.schedule(at, Event::ToPage { page, input: page::state_changed(key, state) });
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
        self.schedule(at, Event::ToServer { life: self.life, connection, input });
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

/// The operation that an event ends.
fn ends_operation(event: &ConnectionEvent) -> Option<NegotiationId> {
    match event {
        ConnectionEvent::OfferCreated { negotiation, .. }
        | ConnectionEvent::AnswerCreated { negotiation, .. }
        | ConnectionEvent::AnswerAccepted { negotiation }
        | ConnectionEvent::NegotiationFailed { negotiation } => Some(*negotiation),
        ConnectionEvent::CandidateFound(_)
        | ConnectionEvent::TrackReceived { .. }
        | ConnectionEvent::Measured(_)
        | ConnectionEvent::StateChanged(_) => None,
    }
}

/// The command that leads into the lobby with both devices.
pub fn enter() -> Command {
    Command::Enter { microphone: true, camera: true }
}
