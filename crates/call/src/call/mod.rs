//! The call: passes each input to the part that it concerns, then reconciles.
//!
//! The parts decide: `signaling`, `room`, `link`, `ring`, `media`, `uplink`, `features`. This
//! module holds them, and what concerns several of them at once.

mod commands;
mod features;
mod peers;
mod preparing;
mod present;
mod reconcile;
mod ringing;
mod server;
mod telling;
mod uplink;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{IceServer, MachineId, Name, PeerId, PeerMessage, PeerSecret, SourceStates};

use crate::api::view::{self, EndReason, Phase, Ring, RingEnd, View};
use crate::api::{Effect, Effects, Input};
use crate::crypto::{Envelopes, RoomSecret};
use crate::features::{CallFeatures, Feature, Features};
use crate::link::{self, Ids, PeerLink};
use crate::media::local::LocalMedia;
use crate::media::preferences::{DeviceChoice, Preferences};
use crate::policy::Policy;
use crate::random::Random;
use crate::ring::{FreezeDetector, OutgoingCall};
use crate::room::{Presence, Roster};
use crate::signaling::{self, Signaling};

/// The parameters of a new call.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The secret of the invite link.
    pub secret: RoomSecret,
    /// Fresh randomness, from which everything random in the call is derived.
    pub seed: [u8; 32],
    /// The person's name.
    pub name: Name,
    /// The preferences of the person.
    pub preferences: Preferences,
    /// A random token that the browser keeps, the same in all its pages; none if it keeps nothing.
    pub machine: Option<[u8; 16]>,
    /// The parts of a call that the browser can do.
    pub capabilities: Capabilities,
    /// The times and limits.
    pub policy: Policy,
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
    policy: Policy,
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
    /// The code of connections is loaded.
    can_connect: bool,
    roster: Roster,
    /// Messages of those who are not in the roster yet.
    early: Vec<(PeerId, PeerMessage)>,
    ids: Ids,
    /// The mark of this browser in this room.
    machine: Option<MachineId>,
    outgoing: OutgoingCall,
    /// The end of the last ring that led to no call, until the person has read it.
    ring_end: Option<RingEnd>,
    freeze: FreezeDetector,
    /// Other pages of this browser can find this call.
    is_announced: bool,
    /// The time of the next measurement of the links, while there are any.
    measure_at: Option<Duration>,
    /// The state that others were told last.
    told: Option<(Name, bool, SourceStates)>,
    /// The time at which others were told another name last.
    name_told_at: Option<Duration>,
    /// The number of states that others were told.
    revision: u64,
    features: Features,
    effects: Effects,
    view: Rc<View>,
}

impl Call {
    /// Creates a call that has not begun.
    pub fn new(settings: Settings) -> Self {
        let policy = settings.policy;
        let mut random = Random::new(settings.seed);
        let secret = PeerSecret::from_bytes(random.bytes());
        let me = secret.peer_id();
        let local_media = LocalMedia::new(settings.preferences, policy.media);
        let choice = DeviceChoice { microphone: true, camera: true };
        let view = View {
            phase: Phase::New,
            signaling: view::Signaling::Off,
            me: present::me(&settings.name, &local_media, choice),
            peers: Vec::new(),
            ring: Ring::None,
            devices: Rc::clone(local_media.devices()),
            notice: None,
            features: CallFeatures::default(),
        };
        Self {
            policy,
            me,
            phase: Phase::New,
            name: settings.name,
            random,
            envelopes: Envelopes::new(&settings.secret, me),
            signaling: Signaling::new(settings.secret.room_id(), secret, policy.signaling),
            ice_servers: Vec::new(),
            local_media,
            choice,
            capabilities: settings.capabilities,
            can_connect: false,
            roster: Roster::new(policy.room.max_members),
            early: Vec::new(),
            ids: Ids::default(),
            machine: settings.machine.map(|token| settings.secret.machine_id(&token)),
            outgoing: OutgoingCall::default(),
            ring_end: None,
            freeze: FreezeDetector::default(),
            is_announced: false,
            measure_at: None,
            told: None,
            name_told_at: None,
            revision: 0,
            features: Features::default(),
            effects: Effects::default(),
            view: Rc::new(view),
        }
    }

    /// Takes one input. `now` is the time since any fixed start, and must not go back. Afterwards
    /// [`poll`](Self::poll) returns what there is to do.
    pub fn handle(&mut self, now: Duration, input: Input) {
        if self.deadline().is_some_and(|at| now >= at + self.policy.room.asleep_after) {
            self.on_late_timer(now);
        }
        self.freeze.on_input(now, &self.policy.ring);
        match input {
            Input::Command(command) => self.on_command(now, command),
            Input::Socket(event) => self.on_socket_event(now, event),
            Input::Capture(event) => self.local_media.handle(now, event, &mut self.effects),
            Input::Connection { peer, connection, event } => {
                self.on_link(now, peer, link::Event::Connection(connection, event));
            }
            Input::Devices(devices) => self.local_media.set_devices(devices),
            Input::Permissions(permissions) => self.local_media.set_permissions(permissions),
            Input::ConnectionsLoaded => self.can_connect = true,
            Input::OtherCall(busy) => self.on_other_call(now, busy),
            Input::ServerProbed(is_there) => {
                self.on_signaling(now, signaling::Event::Probed(is_there));
            }
            Input::Awake => {
                self.on_signaling(now, signaling::Event::Awake);
                self.on_links(now, || link::Event::Awake);
            }
            Input::NetworkChanged => self.on_network_changed(now),
            Input::Feature(input) => {
                self.on_features(now, &|feature, context| feature.on_input(&input, context));
            }
            Input::Timeout => {}
        }
        self.reconcile(now);
    }

    /// Returns the next thing to do, in order, until there is none.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop()
    }

    /// Returns when to call [`handle`](Self::handle) with [`Input::Timeout`], if no other input
    /// comes before.
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
        });
        members
            .chain(self.signaling.deadline())
            .chain(self.outgoing.deadline())
            .chain(self.freeze.deadline())
            .chain(self.measure_at)
            .chain(self.name_deadline())
            .chain(self.local_media.deadline())
            .chain(self.features_deadline())
            .min()
    }

    /// Returns the STUN and TURN servers that the server named, for a check of the network.
    pub fn ice_servers(&self) -> &[IceServer] {
        &self.ice_servers
    }

    /// Returns the call as the page shows it. The same `Rc` as long as nothing changed.
    pub fn view(&self) -> Rc<View> {
        Rc::clone(&self.view)
    }

    /// The page or the machine slept, or its tab is hidden and the browser runs its timers once a
    /// minute. It spares tabs with a peer connection, so with one this was sleep, and the network
    /// may be another. Without one only ask whether the server still answers: a late timer alone
    /// must not make this page leave the room and return to it every minute.
    fn on_late_timer(&mut self, now: Duration) {
        if self.any_link(|_| true) {
            self.on_network_changed(now);
        } else {
            self.on_signaling(now, signaling::Event::Awake);
        }
    }

    fn on_network_changed(&mut self, now: Duration) {
        self.on_signaling(now, signaling::Event::NetworkChanged);
        self.on_links(now, || link::Event::NetworkChanged);
    }

    /// Returns `true` if the page is in the room, in the lobby or in the call.
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
        self.on_signaling(now, signaling::Event::Start);
        self.local_media.start(now, choice.microphone, choice.camera, &mut self.effects);
    }

    /// Leaves the call and the room for this reason.
    fn end(&mut self, now: Duration, reason: EndReason) {
        self.leave_room(now);
        self.phase = Phase::Ended(reason);
    }

    /// Leaves the call and the room, and releases everything.
    fn leave_room(&mut self, now: Duration) {
        self.cancel();
        self.ring_end = None;
        self.revision += 1;
        let farewell = PeerMessage::HangUp { revision: self.revision };
        for peer in self.roster.ids() {
            self.send(peer, &farewell);
        }
        for (peer, member) in self.roster.take() {
            if let Some(link) = member.link {
                link.close(&mut self.effects);
            }
            if let Some(link) = member.prepared {
                link.close(peer, &mut self.effects);
            }
        }
        self.early.clear();
        self.features.all_mut().into_iter().for_each(Feature::on_left_room);
        self.local_media.stop(&mut self.effects);
        self.on_signaling(now, signaling::Event::Stop);
        (self.told, self.name_told_at) = (None, None);
    }

    /// Returns `true` if this is true of any link.
    fn any_link(&self, is_so: fn(&PeerLink) -> bool) -> bool {
        self.roster.iter().any(|(_, member)| member.link.as_ref().is_some_and(is_so))
    }
}
