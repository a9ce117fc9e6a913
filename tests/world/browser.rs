//! A model of the browser's peer connections. It follows the rules of JSEP (RFC 8829), and fails
//! the test where a browser would report an error.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tincan_call::protocol::{Candidate, ConnectionId, MidSources, PeerId, Source};
use tincan_call::{
    ConnectionEvent, ConnectionState, Encoding, OfferApplied, Operation, StreamId, TrackId,
    TransportPolicy,
};

use super::channel::{Channel, ChannelSupport};

/// Identifies a connection of a page.
pub type Key = (PeerId, ConnectionId);

/// The `m=` section of a data channel.
const CHANNEL: &str = "m=application\n";

/// All connections of one page.
pub struct Browser {
    page: usize,
    channel: ChannelSupport,
    connections: BTreeMap<Key, Connection>,
}

impl Browser {
    pub fn new(page: usize, channel: ChannelSupport) -> Self {
        Self { page, channel, connections: BTreeMap::new() }
    }

    pub fn open(&mut self, key: Key, transport: TransportPolicy) {
        let name = format!("{}/{}", self.page, key.1.0);
        let old =
            self.connections.insert(key, Connection::new(name, key.1, transport, self.channel));
        assert!(old.is_none(), "a connection is opened twice");
    }

    pub fn close(&mut self, key: Key) {
        assert!(self.connections.remove(&key).is_some(), "a connection is closed twice");
    }

    pub fn operate(&mut self, key: Key, operation: Operation, fail: bool) -> Vec<ConnectionEvent> {
        let connection = self.connections.get_mut(&key);
        connection.expect("an operation on a connection that is gone").operate(operation, fail)
    }

    /// Records that the page is being given the result of an operation.
    pub fn complete_operation(&mut self, key: Key) {
        if let Some(connection) = self.connections.get_mut(&key) {
            connection.busy = false;
        }
    }

    pub fn keys(&self) -> Vec<Key> {
        self.connections.keys().copied().collect()
    }

    pub fn connection(&self, key: Key) -> Option<&Connection> {
        self.connections.get(&key)
    }

    pub fn connection_mut(&mut self, key: Key) -> Option<&mut Connection> {
        self.connections.get_mut(&key)
    }

    /// Returns `true` if media flows through a connection.
    pub fn flows(&self, key: Key) -> bool {
        self.connection(key).is_some_and(|connection| connection.flows)
    }

    /// Returns the amount of data received on a connection, which grows while media flows.
    pub fn arrived(&mut self, key: Key, now: Option<Duration>) -> u64 {
        let Some(connection) = self.connections.get_mut(&key) else { return 0 };
        if let Some(now) = now.filter(|_| connection.flows) {
            connection.arrived = u64::try_from(now.as_millis() / 100).unwrap_or(u64::MAX);
        }
        connection.arrived
    }

    /// Returns the connection with a peer.
    pub fn with(&self, peer: PeerId) -> Option<&Connection> {
        self.connections.iter().find(|(key, _)| key.0 == peer).map(|(_, connection)| connection)
    }

    /// Returns the key of the connection with a peer.
    pub fn key_with(&self, peer: PeerId) -> Option<Key> {
        self.connections.keys().find(|key| key.0 == peer).copied()
    }

    /// Breaks the paths of all connections until an ICE restart.
    pub fn lose_path(&mut self) {
        for connection in self.connections.values_mut() {
            connection.lost_generation = Some(connection.generation);
        }
    }

    /// Restores the paths of all connections.
    pub fn heal_path(&mut self) {
        for connection in self.connections.values_mut() {
            connection.lost_generation = None;
        }
    }

    /// Fails a connection through which nothing has flowed for long. Returns the state if it is
    /// new.
    pub fn fail(&mut self, key: Key, losses: u32) -> Option<ConnectionState> {
        let connection = self.connections.get(&key)?;
        (!connection.flows && connection.losses == losses).then_some(ConnectionState::Failed)
    }

    /// Returns `true` if a connection has both descriptions for the first time, so that ICE starts.
    pub fn starts_to_connect(&mut self, key: Key) -> bool {
        let Some(connection) = self.connections.get_mut(&key) else { return false };
        let is_described = connection.local.is_some() && connection.remote.is_some();
        let starts = !connection.started && is_described;
        connection.started |= starts;
        starts
    }

    /// Sets whether media flows. Returns the connection state if it is new.
    pub fn set_flows(&mut self, key: Key, flows: bool) -> Option<ConnectionState> {
        let connection = self.connections.get_mut(&key)?;
        if connection.flows == flows {
            return None;
        }
        connection.flows = flows;
        connection.losses += u32::from(!flows);
        Some(if flows { ConnectionState::Connected } else { ConnectionState::Disconnected })
    }

    pub fn check_tidy(&self, expected: usize) -> Result<(), String> {
        if self.connections.len() == expected {
            return Ok(());
        }
        Err(format!("page {} holds {} connections", self.page, self.connections.len()))
    }
}

/// An `RTCPeerConnection`.
pub struct Connection {
    name: String,
    id: ConnectionId,
    transceivers: Vec<Transceiver>,
    local: Option<String>,
    remote: Option<String>,
    /// The answer that is created and not applied yet.
    answer: Option<String>,
    /// The pending local offer.
    pending: Option<PendingOffer>,
    /// The local ICE generation.
    generation: u32,
    offers: u32,
    candidates: BTreeSet<String>,
    sending: BTreeMap<Source, TrackId>,
    encodings: BTreeMap<Source, Encoding>,
    pub flows: bool,
    arrived: u64,
    started: bool,
    /// The number of times that media stopped flowing.
    pub losses: u32,
    transport: TransportPolicy,
    lost_generation: Option<u32>,
    busy: bool,
    support: ChannelSupport,
    pub channel: Channel,
}

/// The possible routes between two pages.
#[derive(Debug, Clone, Copy)]
pub struct Routes {
    pub direct: bool,
    /// True if there is a route through a relay.
    pub relayed: bool,
}

/// A local offer that waits for its answer.
struct PendingOffer {
    sdp: String,
    /// The ICE generation before it.
    before: u32,
    applied: OfferApplied,
}

/// A section with its source, either pending in an offer or negotiated.
struct Transceiver {
    source: Source,
    mid: Option<usize>,
    agreed: bool,
}

impl Connection {
    fn new(
        name: String,
        id: ConnectionId,
        transport: TransportPolicy,
        support: ChannelSupport,
    ) -> Self {
        Self {
            name,
            id,
            transceivers: Vec::new(),
            local: None,
            remote: None,
            answer: None,
            pending: None,
            generation: 0,
            offers: 0,
            candidates: BTreeSet::new(),
            sending: BTreeMap::new(),
            encodings: BTreeMap::new(),
            flows: false,
            arrived: 0,
            started: false,
            losses: 0,
            transport,
            lost_generation: None,
            busy: false,
            support,
            channel: Channel::new(support),
        }
    }

    /// Returns `true` if the negotiated descriptions contain the section of the channel, and `None`
    /// if the offer did not.
    pub fn agrees_on_channel(&self) -> Option<bool> {
        let (local, remote) = (self.local.as_deref()?, self.remote.as_deref()?);
        let (local, remote) = (local.contains(CHANNEL), remote.contains(CHANNEL));
        (local || remote).then_some(local && remote)
    }

    /// Checks that each end's local description is the other's remote one.
    pub fn check_matches(&self, other: &Self) -> Result<(), String> {
        match (&self.pending, &self.local, &self.remote) {
            (Some(_), _, _) => Err(format!("{} waits for an answer", self.name)),
            (None, Some(local), Some(remote))
                if Some(local) == other.remote.as_ref() && Some(remote) == other.local.as_ref() =>
            {
                Ok(())
            }
            _ => Err(format!(
                "descriptions differ: {:?} {:?} / {:?} {:?}",
                self.local, self.remote, other.local, other.remote
            )),
        }
    }

    pub fn check_sends(&self, tracks: &BTreeMap<Source, TrackId>) -> Result<(), String> {
        let sections: BTreeSet<_> = self.transceivers.iter().map(|t| t.source).collect();
        if sections.len() != self.transceivers.len() {
            return Err("two sections carry one source".to_owned());
        }
        if !tracks.keys().all(|source| sections.contains(source)) {
            return Err(format!("there are no sections for all of {tracks:?}"));
        }
        if self.sending != *tracks {
            return Err(format!("sends {:?} of {tracks:?}", self.sending));
        }
        Ok(())
    }

    /// Returns the current encoding of a source.
    pub fn encoding(&self, source: Source) -> Option<Encoding> {
        self.encodings.get(&source).copied()
    }

    /// Returns `true` if media would flow between two ends.
    pub fn flows_to(&self, other: &Self, routes: Routes) -> bool {
        let relayed = [self.transport, other.transport].contains(&TransportPolicy::Relay);
        let open = if relayed { routes.relayed } else { routes.direct };
        let receives = |a: &Self, b: &Self| {
            a.candidates.contains(&b.fragment()) && a.lost_generation != Some(a.generation)
        };
        // Media that flows continues during a negotiation.
        let goes_on = |a: &Self| a.flows && a.lost_generation != Some(a.generation);
        let found =
            || self.check_matches(other).is_ok() && receives(self, other) && receives(other, self);
        open && (goes_on(self) && goes_on(other) || found())
    }

    fn operate(&mut self, operation: Operation, fail: bool) -> Vec<ConnectionEvent> {
        if let Operation::CreateOffer { negotiation, .. }
        | Operation::AcceptOffer { negotiation, .. }
        | Operation::ApplyAnswer { negotiation }
        | Operation::AcceptAnswer { negotiation, .. } = &operation
        {
            assert!(!self.busy, "two operations at once");
            self.busy = true;
            if fail {
                return vec![ConnectionEvent::NegotiationFailed { negotiation: *negotiation }];
            }
        }
        match operation {
            Operation::CreateOffer { negotiation, applied, sections, ice_restart } => {
                let (sdp, sources) = self.create_offer(applied, &sections, ice_restart);
                let mut events = vec![ConnectionEvent::OfferCreated { negotiation, sdp, sources }];
                if applied == OfferApplied::AtOnce {
                    events.extend(self.found());
                }
                events
            }
            Operation::AcceptOffer { negotiation, sdp, sources } => {
                let answer = self.accept_offer(&sdp, &sources);
                let mut events = vec![ConnectionEvent::AnswerCreated { negotiation, sdp: answer }];
                events.extend(self.received());
                events
            }
            Operation::ApplyAnswer { negotiation } => {
                self.local = self.answer.take();
                assert!(self.local.is_some(), "there is no answer to apply");
                let mut events = vec![ConnectionEvent::AnswerApplied { negotiation }];
                events.extend(self.found());
                events
            }
            Operation::AcceptAnswer { negotiation, sdp } => {
                let applied = self.accept_answer(&sdp);
                let mut events = vec![ConnectionEvent::AnswerAccepted { negotiation }];
                if applied == OfferApplied::WithAnswer {
                    events.extend(self.found());
                }
                events.extend(self.received());
                events
            }
            Operation::AddCandidate(candidate) => {
                let fragment = candidate.username_fragment.unwrap_or_default();
                let remote = self.remote.as_deref().unwrap_or_default();
                assert_eq!(field(remote, "a=ice-ufrag:"), fragment, "a candidate does not fit");
                self.candidates.insert(fragment);
                Vec::new()
            }
            Operation::SendTrack { source, track } => {
                self.sending.remove(&source);
                self.sending.extend(track.map(|track| (source, track)));
                Vec::new()
            }
            Operation::SetEncoding { source, encoding } => {
                self.encodings.insert(source, encoding);
                Vec::new()
            }
            Operation::SetIceServers(_)
            | Operation::SendKeyFrame(_)
            | Operation::SendMessage { .. }
            | Operation::CloseChannel
            | Operation::Measure => Vec::new(),
        }
    }

    fn create_offer(
        &mut self,
        applied: OfferApplied,
        sections: &[Source],
        ice_restart: bool,
    ) -> (String, MidSources) {
        assert!(self.pending.is_none(), "an offer on top of an offer");
        for source in sections {
            if !self.transceivers.iter().any(|transceiver| transceiver.source == *source) {
                self.transceivers.push(Transceiver { source: *source, mid: None, agreed: false });
            }
        }
        let agreed = self.transceivers.iter().filter(|transceiver| transceiver.agreed).count();
        let fresh = self.transceivers.iter_mut().filter(|transceiver| !transceiver.agreed);
        for (mid, transceiver) in (agreed..).zip(fresh) {
            transceiver.mid = Some(mid);
        }
        let before = self.generation;
        if ice_restart || self.local.is_none() {
            self.generation += 1;
        }
        self.offers += 1;
        let has_channel = self.support == ChannelSupport::Full;
        let sdp = self.describe(&format!("offer {}", self.offers), has_channel);
        self.pending = Some(PendingOffer { sdp: sdp.clone(), before, applied });
        (sdp, self.sources())
    }

    fn accept_offer(&mut self, sdp: &str, sources: &MidSources) -> String {
        if let Some(offer) = self.pending.take() {
            // Roll back. Without an earlier description, even the transports are recreated.
            for transceiver in self.transceivers.iter_mut().filter(|t| !t.agreed) {
                transceiver.mid = None;
            }
            if self.local.is_some() {
                self.generation = offer.before;
            }
        }
        self.check_peer(sdp);
        assert_eq!(&parse_sources(sdp), sources, "the offer says what it carries");
        for transceiver in self.transceivers.iter().filter(|transceiver| transceiver.agreed) {
            let mid = transceiver.mid.unwrap_or_default().to_string();
            assert_eq!(sources.get(&mid), Some(transceiver.source), "a section was lost");
        }
        let restarted = self.remote.as_deref().map(|old| field(old, "a=ice-ufrag:"))
            != Some(field(sdp, "a=ice-ufrag:"));
        if restarted || self.local.is_none() {
            self.generation += 1;
        }
        // A transceiver for the offer that was rolled back is stopped if the peer's offer has a
        // section for its source.
        self.transceivers.retain(|t| t.agreed || !sources.sources().any(|s| s == t.source));
        for (mid, source) in sources.iter() {
            if !self.transceivers.iter().any(|transceiver| transceiver.source == source) {
                let mid = mid.parse().ok();
                self.transceivers.push(Transceiver { source, mid, agreed: true });
            }
        }
        self.remote = Some(sdp.to_owned());
        let has_channel = sdp.contains(CHANNEL) && self.support != ChannelSupport::Rejecting;
        let what = format!("answer to {} {}", field(sdp, "o="), field(sdp, "s="));
        let answer = self.describe(&what, has_channel);
        self.answer = Some(answer.clone());
        answer
    }

    /// Applies an answer. Returns when the offer was applied.
    fn accept_answer(&mut self, sdp: &str) -> OfferApplied {
        let offer = self.pending.take().expect("an answer without an offer");
        self.check_peer(sdp);
        let answered = format!("answer to {} {}", self.name, field(&offer.sdp, "s="));
        assert_eq!(field(sdp, "s="), answered, "the answer to another offer");
        for transceiver in &mut self.transceivers {
            transceiver.agreed |= transceiver.mid.is_some();
        }
        self.local = Some(offer.sdp);
        self.remote = Some(sdp.to_owned());
        offer.applied
    }

    /// Checks that a connection stays with one peer connection of the other page: a browser would
    /// treat another's fingerprint as an attack.
    fn check_peer(&self, sdp: &str) {
        if let Some(remote) = &self.remote {
            assert_eq!(field(remote, "o="), field(sdp, "o="), "another connection's description");
        }
    }

    fn describe(&self, what: &str, has_channel: bool) -> String {
        let head = format!("v=0\no={}\ns={what}\n", self.name);
        let sources = self.sources();
        let sections = sources.iter().map(|(mid, source)| format!("m={mid} {source:?}\n"));
        let channel = has_channel.then(|| CHANNEL.to_owned());
        // As browsers do, the fragment is repeated in each section.
        let fragment = format!("a=ice-ufrag:{}\n", self.fragment());
        let sections = sections.chain(channel).map(|section| section + &fragment);
        std::iter::once(head).chain(sections).collect()
    }

    fn sources(&self) -> MidSources {
        let section = |t: &Transceiver| Some((t.mid?.to_string(), t.source));
        self.transceivers.iter().filter_map(section).collect()
    }

    fn fragment(&self) -> String {
        format!("{}+{}", self.name, self.generation)
    }

    fn found(&self) -> impl Iterator<Item = ConnectionEvent> + use<> {
        let fragment = self.fragment();
        let kinds: &[&str] = match self.transport {
            TransportPolicy::All => &["host", "srflx"],
            TransportPolicy::Relay => &["relay"],
        };
        kinds.iter().map(move |kind| {
            ConnectionEvent::CandidateFound(Candidate {
                candidate: format!("candidate:1 1 udp 1 192.0.2.1 9 typ {kind}"),
                sdp_mid: Some("0".to_owned()),
                sdp_m_line_index: Some(0),
                username_fragment: Some(fragment.clone()),
            })
        })
    }

    fn received(&self) -> impl Iterator<Item = ConnectionEvent> + use<> {
        let (id, sources) = (u32::try_from(self.id.0).expect("a small id"), self.sources());
        sources.sources().collect::<Vec<_>>().into_iter().map(move |source| {
            let is_screen = matches!(source, Source::Screen | Source::ScreenAudio);
            let stream = StreamId(1_000_000 + id * 2 + u32::from(is_screen));
            ConnectionEvent::TrackReceived { source, stream }
        })
    }
}

/// Returns the rest of the line with this prefix.
fn field<'a>(sdp: &'a str, name: &str) -> &'a str {
    sdp.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default()
}

fn parse_sources(sdp: &str) -> MidSources {
    let section = |line: &str| {
        let (mid, source) = line.strip_prefix("m=")?.split_once(' ')?;
        let source = match source {
            "Microphone" => Source::Microphone,
            "Camera" => Source::Camera,
            "Screen" => Source::Screen,
            _ => Source::ScreenAudio,
        };
        Some((mid.to_owned(), source))
    };
    sdp.lines().filter_map(section).collect()
}
