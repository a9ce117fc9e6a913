//! The call: it takes each input to the part that it belongs to, and then brings everything to
//! what follows from it.

mod draw;
mod ringing;
mod telling;
mod uplink;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{
    ClientMessage, ErrorCode, IceServer, MachineId, Name, PeerId, PeerMessage, PeerSecret,
    ServerMessage, SourceStates,
};

use crate::effect::Effect;
use crate::effects::Effects;
use crate::input::{Command, Input, SocketEvent};
use crate::local_media::LocalMedia;
use crate::peer_link::{Context, Ids, Manners, PeerLink};
use crate::preferences::{DeviceChoice, Preferences};
use crate::random::Random;
use crate::ring::{Outgoing, Standstill};
use crate::roster::{Member, Presence, Roster, Said};
use crate::seal::Envelopes;
use crate::secret::RoomSecret;
use crate::signaling::Signaling;
use crate::view::{self, Answer, EndReason, Phase, Ring, RingEnd, View};
use crate::viewport::Heights;

/// How late the clock may come until the page counts as having slept. A browser holds back the timers
/// of hidden pages by a second or so.
const ASLEEP_AFTER: Duration = Duration::from_secs(10);

/// The most messages that are kept for senders who are not in the roster yet.
const EARLY_LIMIT: usize = 32;

/// What a call starts from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The secret of the link.
    pub secret: RoomSecret,
    /// Fresh randomness: everything random in the call grows from it.
    pub seed: [u8; 32],
    /// The name that the person gave before.
    pub name: Name,
    /// What the person likes.
    pub preferences: Preferences,
    /// A random token that the browser keeps, the same in all its pages; none if it keeps nothing.
    pub machine: Option<[u8; 16]>,
    /// The parts of a call that the browser can do.
    pub capabilities: Capabilities,
}

/// The parts of a call that the browser can do. A page that lacks one does not enter the room, so
/// that nobody waits for it or rings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// It makes peer connections (`RTCPeerConnection`).
    pub peer_connections: bool,
}

/// The state of one page in one room.
pub struct Call {
    me: PeerId,
    phase: Phase,
    name: Name,
    random: Random,
    envelopes: Envelopes,
    signaling: Signaling,
    ice_servers: Vec<IceServer>,
    local_media: LocalMedia,
    choice: DeviceChoice,
    capabilities: Capabilities,
    roster: Roster,
    /// What was said by those who are not in the roster yet.
    early: Vec<(PeerId, PeerMessage)>,
    ids: Ids,
    /// The mark of this browser in this room.
    machine: Option<MachineId>,
    outgoing: Outgoing,
    /// How the last ring ended without a call, until the person has read it.
    ring_end: Option<RingEnd>,
    /// Notices that the page stood still while it was rung.
    standstill: Standstill,
    /// Whether other pages of this browser can find this call.
    announced: bool,
    /// When to measure the links next, while there are any.
    measure_at: Option<Duration>,
    /// What others were told last, and how often they were told something.
    told: Option<(Name, bool, SourceStates)>,
    /// When others were told another name last.
    name_told_at: Option<Duration>,
    revision: u64,
    /// The number of times that any of them was told how large their pictures are shown.
    viewports: u64,
    effects: Effects,
    view: Rc<View>,
}

impl Call {
    /// A call that has not begun.
    pub fn new(settings: Settings) -> Self {
        let mut random = Random::new(settings.seed);
        let secret = PeerSecret::from_bytes(random.bytes());
        let me = secret.peer_id();
        let local_media = LocalMedia::new(settings.preferences);
        let choice = DeviceChoice { microphone: true, camera: true };
        let view = View {
            phase: Phase::New,
            signaling: view::Signaling::Off,
            me: draw::me(&settings.name, &local_media, choice),
            peers: Vec::new(),
            ring: Ring::None,
            devices: Rc::clone(local_media.devices()),
            notice: None,
        };
        Self {
            me,
            phase: Phase::New,
            name: settings.name,
            random,
            envelopes: Envelopes::new(&settings.secret, me),
            signaling: Signaling::new(settings.secret.room_id(), secret),
            ice_servers: Vec::new(),
            local_media,
            choice,
            capabilities: settings.capabilities,
            roster: Roster::default(),
            early: Vec::new(),
            ids: Ids::default(),
            machine: settings.machine.map(|token| settings.secret.machine_id(&token)),
            outgoing: Outgoing::default(),
            ring_end: None,
            standstill: Standstill::default(),
            announced: false,
            measure_at: None,
            told: None,
            name_told_at: None,
            revision: 0,
            viewports: 0,
            effects: Effects::default(),
            view: Rc::new(view),
        }
    }

    /// Takes one input. `now` is the time since any fixed start, and must not go back. Afterwards
    /// [`poll`](Self::poll) names what there is to do.
    pub fn handle(&mut self, now: Duration, input: Input) {
        if self.deadline().is_some_and(|deadline| now >= deadline + ASLEEP_AFTER) {
            self.on_late_timer(now);
        }
        self.standstill.on_input(now);
        match input {
            Input::Command(command) => self.command(now, command),
            Input::Socket(event) => self.socket(now, event),
            Input::Capture(event) => self.local_media.handle(now, event, &mut self.effects),
            Input::Connection { peer, connection, event } => {
                self.with_link(now, peer, |link, context| {
                    link.happened(connection, event, context);
                });
            }
            Input::Devices(devices) => self.local_media.set_devices(devices),
            Input::Permissions(permissions) => self.local_media.set_permissions(permissions),
            Input::OtherCall(busy) => self.other_call(busy),
            Input::ServerFound(found) => {
                self.signaling.looked(now, found, &mut self.random, &mut self.effects);
            }
            Input::Awake => {
                self.signaling.awake(now, &mut self.effects);
                self.with_links(now, PeerLink::awake);
            }
            Input::NetworkChanged => self.network_changed(now),
            Input::Timeout => {}
        }
        self.settle(now);
    }

    /// The next thing to do, in order, until there is none.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop()
    }

    /// When to call [`handle`](Self::handle) with [`Input::Timeout`], if nothing comes before.
    pub fn deadline(&self) -> Option<Duration> {
        let members = self.roster.iter().flat_map(|(_, member)| {
            let gone = match member.presence {
                Presence::Here => None,
                Presence::Away { until, .. } => until,
            };
            let reachable = member.is_here() && self.signaling.is_online();
            gone.into_iter()
                .chain(member.link.as_ref().and_then(|link| link.deadline(reachable)))
                .chain(member.incoming.deadline())
                .chain(self.viewport_deadline(member))
        });
        members
            .chain(self.signaling.deadline())
            .chain(self.outgoing.deadline())
            .chain(self.standstill.deadline())
            .chain(self.measure_at)
            .chain(self.name_deadline())
            .chain(self.local_media.deadline())
            .min()
    }

    /// The call as it stands. The same `Rc` as long as nothing changed.
    pub fn view(&self) -> Rc<View> {
        Rc::clone(&self.view)
    }

    /// The page or the machine slept, or its tab is hidden and the browser runs its timers once a
    /// minute. It spares tabs with a peer connection, so with one this was sleep, and the network may
    /// be another. Without one only ask whether the server still answers: a late timer alone must not
    /// make this page leave the room and return to it every minute.
    fn on_late_timer(&mut self, now: Duration) {
        if self.any_link(|_| true) {
            self.network_changed(now);
        } else {
            self.signaling.awake(now, &mut self.effects);
        }
    }

    /// Whatever went by way of the old network looks for another way.
    fn network_changed(&mut self, now: Duration) {
        self.signaling.network_changed(now, &mut self.effects);
        self.with_links(now, PeerLink::network_changed);
    }

    fn command(&mut self, now: Duration, command: Command) {
        match command {
            Command::Enter { microphone, camera } => {
                self.enter(now, DeviceChoice { microphone, camera });
            }
            Command::SetName(name) => self.name = name,
            Command::Join => {
                if self.phase == Phase::Lobby {
                    self.join();
                }
            }
            Command::Accept => {
                self.on_accept();
            }
            Command::AcceptWithoutCamera => {
                if self.on_accept() {
                    self.local_media.set_camera(now, false, &mut self.effects);
                }
            }
            Command::Call => self.ring(now),
            Command::Cancel => self.cancel(),
            Command::Decline => self.decline(),
            Command::HangUp => {
                if self.is_in_room() {
                    self.end(EndReason::HungUp);
                }
            }
            Command::Leave => {
                if self.phase == Phase::InCall {
                    self.end(EndReason::Left);
                }
            }
            Command::Suspend => {
                if self.is_in_room() {
                    self.leave_room();
                    self.phase = Phase::Suspended;
                }
            }
            Command::Resume => {
                if self.phase == Phase::Suspended {
                    self.enter(now, self.choice);
                }
            }
            // Devices belong to the lobby and the call; whoever is out of the room uses none.
            Command::SetMicrophone(_)
            | Command::SetCamera(_)
            | Command::RetryDevices
            | Command::SetScreen(_)
            | Command::Talk(_)
                if !self.is_in_room() => {}
            Command::SetMicrophone(on) => {
                self.choice.microphone = on;
                self.local_media.set_microphone(now, on, &mut self.effects);
            }
            Command::SetCamera(on) => {
                self.choice.camera = on;
                self.local_media.set_camera(now, on, &mut self.effects);
            }
            Command::RetryDevices => {
                self.choice = DeviceChoice { microphone: true, camera: true };
                self.local_media.retry_devices(now, &mut self.effects);
            }
            Command::Talk(held) => self.local_media.talk(now, held, &mut self.effects),
            Command::SetScreen(on) => self.local_media.set_screen(now, on, &mut self.effects),
            Command::RetryLink(peer) => self.with_link(now, peer, PeerLink::retry),
            Command::SetPreferences(preferences) => {
                self.local_media.set_preferences(now, preferences, &mut self.effects);
            }
            Command::UseOffered => self.local_media.use_offered(now, &mut self.effects),
            Command::Dismiss => self.local_media.dismiss(),
            Command::DismissRing => self.ring_end = None,
            Command::SetVolume(peer, volume) => {
                if let Some(member) = self.roster.get_mut(peer) {
                    member.volume = volume.min(100);
                }
            }
            Command::SetHeard(peer, heard) => {
                if let Some(member) = self.roster.get_mut(peer) {
                    member.heard = Some(heard);
                }
            }
            Command::SetShown { peer, source, height } => {
                if let Some(member) = self.roster.get_mut(peer) {
                    member.viewport.shown(source, height);
                }
            }
            Command::SpeakerRefused(speaker) => self.local_media.speaker_refused(speaker),
            Command::ReportPlayback { peer, source, playback } => {
                if let Some(member) = self.roster.get_mut(peer) {
                    member.elements.report(source, playback);
                }
            }
        }
    }

    fn socket(&mut self, now: Duration, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.signaling.opened(now, &mut self.effects),
            SocketEvent::Closed => self.signaling.closed(now, &mut self.random),
            SocketEvent::Received(message) => {
                if !self.signaling.is_off() {
                    self.signaling.on_message(now, message == ServerMessage::Pong);
                    self.received(now, message);
                }
            }
        }
    }

    fn received(&mut self, now: Duration, message: ServerMessage) {
        match message {
            ServerMessage::Joined { peer, peers, ice_servers, .. } => {
                if peer != self.me {
                    self.turned_away(now, EndReason::Refused, PeerLink::is_connected);
                } else if self.signaling.joined(now) {
                    self.set_ice_servers(now, ice_servers);
                    self.roster.reconcile(&peers);
                    for peer in peers {
                        self.meet(now, peer);
                    }
                }
            }
            ServerMessage::Error { code, .. } => self.refused(now, code),
            // True whenever it comes: the seal proves it, not the server.
            ServerMessage::Signal { from, payload } => {
                if let Ok(message) = self.envelopes.open(from, &payload) {
                    self.peer_said(now, from, message);
                }
            }
            // These only count in the room: nothing of them is news before `joined`.
            ServerMessage::PeerJoined { .. }
            | ServerMessage::PeerLeft { .. }
            | ServerMessage::IceServers { .. }
                if !self.signaling.is_online() => {}
            ServerMessage::PeerJoined { peer } => {
                self.roster.arrive(peer);
                self.meet(now, peer);
            }
            ServerMessage::PeerLeft { peer } => self.roster.leave(peer),
            ServerMessage::IceServers { ice_servers, .. } => self.set_ice_servers(now, ice_servers),
            ServerMessage::Pong | ServerMessage::Unknown => {}
        }
    }

    fn refused(&mut self, now: Duration, code: ErrorCode) {
        match code {
            ErrorCode::Version => {
                self.turned_away(now, EndReason::Version, PeerLink::is_connected);
            }
            // By a connection of its own, if a call goes on: it may come back.
            ErrorCode::Replaced => self.turned_away(now, EndReason::Replaced, PeerLink::goes_on),
            // Whoever was in the room before tries again: their place may come free, and their
            // calls go on.
            ErrorCode::RoomFull if !self.signaling.joined_before() => self.end(EndReason::RoomFull),
            ErrorCode::RoomFull
            | ErrorCode::Malformed
            | ErrorCode::UnknownType
            | ErrorCode::TooLarge
            | ErrorCode::TooManyMessages
            | ErrorCode::TooSlow
            | ErrorCode::OutOfOrder
            | ErrorCode::Idle
            | ErrorCode::ShuttingDown
            | ErrorCode::Unknown => self.try_again(now),
        }
    }

    /// The server does not want this page. That is the end, but not of a call that goes on without it.
    fn turned_away(&mut self, now: Duration, reason: EndReason, goes_on: fn(&PeerLink) -> bool) {
        if self.any_link(goes_on) {
            self.try_again(now);
        } else {
            self.end(reason);
        }
    }

    fn try_again(&mut self, now: Duration) {
        self.effects.push(Effect::CloseSocket);
        self.signaling.closed(now, &mut self.random);
    }

    /// A message that opened, and so is from a page that holds the link.
    fn peer_said(&mut self, now: Duration, from: PeerId, message: PeerMessage) {
        // An end needs no answer. So it counts even while this page is out of the room.
        let is_end = matches!(message, PeerMessage::HangUp { .. } | PeerMessage::Cancel { .. });
        let takes = self.signaling.is_online() || is_end;
        let Some(member) = self.roster.get_mut(from).filter(|_| takes) else {
            // It has overtaken the news that its sender is in the room, or that this page is.
            if self.is_in_room() {
                if self.early.len() == EARLY_LIMIT {
                    self.early.remove(0);
                }
                self.early.push((from, message));
            }
            return;
        };
        match message {
            PeerMessage::State { revision, name, in_call, sources, machine } => {
                let is_news = member.said.as_ref().is_none_or(|said| said.revision < revision);
                member.say(Said { revision, name, in_call, sources, machine });
                if is_news {
                    self.outgoing.returned(from);
                }
            }
            PeerMessage::HangUp { revision } => {
                if member.hang_up(revision) {
                    let (name, over) = (member.name(), member.incoming.end());
                    self.outgoing.left(from);
                    self.ring_is_over(name, over);
                }
            }
            PeerMessage::Invite { ring } => self.invited(now, from, ring),
            PeerMessage::Accept { ring } => self.outgoing.answered(from, ring, Answer::Accepted),
            PeerMessage::Decline { ring } => self.outgoing.answered(from, ring, Answer::Declined),
            PeerMessage::Busy { ring } => self.outgoing.answered(from, ring, Answer::Busy),
            PeerMessage::Cancel { ring } => {
                let (name, over) = (member.name(), member.incoming.cancelled(ring));
                self.ring_is_over(name, over);
            }
            PeerMessage::Viewport { revision, camera, screen } => {
                member.viewport.heard(revision, Heights { camera, screen });
            }
            PeerMessage::Offer { .. }
            | PeerMessage::Answer { .. }
            | PeerMessage::Candidate { .. }
            | PeerMessage::Candidates { .. } => {
                self.with_link(now, from, |link, context| link.receive(message, context));
            }
            PeerMessage::Unknown => {}
        }
    }

    /// A peer is in the room, newly or again: it is told how this page stands, and what it may
    /// have missed.
    fn meet(&mut self, now: Duration, peer: PeerId) {
        self.tell_one(peer);
        if let Some(news) = self.outgoing.news(peer) {
            self.send(peer, &news);
        }
        if let Some(member) = self.roster.get_mut(peer) {
            member.viewport.tell_again();
        }
        self.with_link(now, peer, PeerLink::resync);
        for (from, message) in
            self.early.extract_if(.., |(from, _)| *from == peer).collect::<Vec<_>>()
        {
            self.peer_said(now, from, message);
        }
    }

    /// Whether the page is in the room, ready or in the call.
    fn is_in_room(&self) -> bool {
        match self.phase {
            Phase::Lobby | Phase::Calling | Phase::InCall => true,
            Phase::New | Phase::Suspended | Phase::Ended(_) => false,
        }
    }

    /// Enters the lobby from outside of the room.
    fn enter(&mut self, now: Duration, choice: DeviceChoice) {
        if self.is_in_room() {
            return;
        }
        self.choice = choice;
        if !self.capabilities.peer_connections {
            self.phase = Phase::Ended(EndReason::NoPeerConnections);
            return;
        }
        self.phase = Phase::Lobby;
        self.signaling.start(now, &mut self.effects);
        self.local_media.start(now, choice.microphone, choice.camera, &mut self.effects);
    }

    fn set_ice_servers(&mut self, now: Duration, ice_servers: Vec<IceServer>) {
        if self.ice_servers == ice_servers {
            return;
        }
        self.ice_servers = ice_servers;
        self.with_links(now, |link, context| link.set_ice_servers(context));
    }

    /// Leaves the call and the room for this reason.
    fn end(&mut self, reason: EndReason) {
        self.leave_room();
        self.phase = Phase::Ended(reason);
    }

    /// Leaves the call and the room, and lets go of everything.
    fn leave_room(&mut self) {
        self.cancel();
        self.ring_end = None;
        self.revision += 1;
        let farewell = PeerMessage::HangUp { revision: self.revision };
        for peer in self.roster.ids() {
            self.send(peer, &farewell);
        }
        for link in self.roster.take().filter_map(|member| member.link) {
            link.close(&mut self.effects);
        }
        self.early.clear();
        self.local_media.stop(&mut self.effects);
        self.signaling.stop(&mut self.effects);
        (self.told, self.name_told_at) = (None, None);
    }

    /// Brings everything to what follows from the last input and from the clock.
    fn settle(&mut self, now: Duration) {
        let urgent = self.any_link(PeerLink::waits_for_server);
        self.signaling.hurry(now, urgent, &mut self.effects);
        self.signaling.timeout(now, &mut self.random, &mut self.effects);
        self.local_media.timeout(now);
        self.watch_asked(now);
        self.watch_callers(now);
        self.settle_rings(now);
        self.tell(now);
        for peer in self.roster.ids() {
            self.settle_member(now, peer);
        }
        self.measure(now);
        self.govern();
        self.draw(now);
    }

    /// Opens and closes the link with a peer as the two phases demand, and forgets the peer when
    /// nothing is left of it.
    fn settle_member(&mut self, now: Duration, peer: PeerId) {
        let me_in_call = self.phase == Phase::InCall;
        let manners = Manners::of(self.me, peer);
        let online = self.signaling.is_online();
        let Some(member) = self.roster.get_mut(peer) else { return };
        let both_in_call = me_in_call && member.is_in_call();
        let reachable = online && member.is_here();
        if !reachable && member.link.as_ref().is_some_and(PeerLink::is_closed_by_peer) {
            // The server can deliver nothing from them, so they count as gone. If they only made a new
            // connection, that brings them back.
            member.leave();
            if let Some(link) = member.link.take() {
                link.close(&mut self.effects);
            }
        }
        match &member.link {
            None if both_in_call && member.is_here() => {
                self.with_context(now, peer, |member, context| {
                    member.link = Some(PeerLink::open(peer, manners, context));
                });
            }
            Some(_) if !both_in_call => {
                if let Some(link) = member.link.take() {
                    link.close(&mut self.effects);
                }
            }
            None | Some(_) => {}
        }
        self.watch_for_loss(now, peer);
        self.with_link(now, peer, PeerLink::settle);
        self.tell_viewport(now, peer);
        self.forget_if_gone(now, peer);
    }

    /// Forgets a peer of whom nothing is left.
    fn forget_if_gone(&mut self, now: Duration, peer: PeerId) {
        let is_online = self.signaling.is_online();
        let Some(member) = self.roster.get_mut(peer) else { return };
        member.watch(now, is_online);
        if !member.is_gone(now) {
            return;
        }
        let (name, over) = (member.name(), member.incoming.end());
        if let Some(link) = self.roster.remove(peer) {
            link.close(&mut self.effects);
        }
        self.ring_is_over(name, over);
    }

    /// Whether this is true of any link.
    fn any_link(&self, is_so: fn(&PeerLink) -> bool) -> bool {
        self.roster.iter().any(|(_, member)| member.link.as_ref().is_some_and(is_so))
    }

    fn with_links(&mut self, now: Duration, act: fn(&mut PeerLink, &mut Context<'_>)) {
        for peer in self.roster.ids() {
            self.with_link(now, peer, act);
        }
    }

    fn with_link(
        &mut self,
        now: Duration,
        peer: PeerId,
        act: impl FnOnce(&mut PeerLink, &mut Context<'_>),
    ) {
        self.with_context(now, peer, |member, context| {
            if let Some(link) = &mut member.link {
                act(link, context);
            }
        });
    }

    /// Lends a peer's link what it needs of the call, and sends what it has to say.
    fn with_context(
        &mut self,
        now: Duration,
        peer: PeerId,
        act: impl FnOnce(&mut Member, &mut Context<'_>),
    ) {
        let Some(member) = self.roster.get_mut(peer) else { return };
        let mut outbox = Vec::new();
        let mut context = Context {
            now,
            reachable: self.signaling.is_online() && member.is_here(),
            ice_servers: &self.ice_servers,
            jitter: self.random.fraction(),
            local_media: &self.local_media,
            ids: &mut self.ids,
            effects: &mut self.effects,
            outbox: &mut outbox,
        };
        act(member, &mut context);
        for message in outbox {
            if let PeerMessage::Offer { .. } = message {
                // It means nothing to a peer who does not know that this page is in the call.
                self.tell_one(peer);
            }
            self.send(peer, &message);
        }
    }

    /// Sends a message to a peer, if there is a way; if not, meeting them again makes up for it.
    fn send(&mut self, peer: PeerId, message: &PeerMessage) {
        let here = self.roster.get_mut(peer).is_some_and(|member| member.is_here());
        if !here || !self.signaling.is_online() {
            return;
        }
        // A description that no frame can hold is not sent, and the link will fail and say so.
        if let Ok(payload) = self.envelopes.seal(&mut self.random, peer, message) {
            self.effects.push(Effect::Send(ClientMessage::Signal { to: peer, payload }));
        }
    }
}
