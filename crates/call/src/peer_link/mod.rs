//! The connection of this page with one other peer: perfect negotiation (W3C WebRTC, 10.7) as
//! plain states, with what the network may do to it: loss, delay, reordering, repetition, and
//! peers that start over.
//!
//! ```text
//!               begin                 OfferCreated               answer
//!   Stable ------------> Offering ------------------> Awaiting ----------> AcceptingAnswer
//!    ^  |                    |                           |                        |
//!    |  | offer              | OfferCreated,             | offer, polite          |
//!    |  v                    v an offer is held          v (the browser rolls     |
//!    |  AcceptingOffer <-----+---------------------------+  ours back)            |
//!    |        | AnswerCreated                                      AnswerAccepted |
//!    +--------+-------------------------------------------------------------------+
//! ```
//!
//! - At most one browser operation is under way; an offer that comes meanwhile is held.
//! - Of two offers that cross, the impolite peer's goes on; the polite peer's is rolled back and
//!   made anew afterwards, if it is still wanted. What is wanted is never stored: it is the
//!   difference between the sections that there should be and those agreed on.
//! - An offer that gets no answer is sent again; an offer that was answered before gets the same
//!   answer again. So no single message matters.
//! - An offer names the connection that it is meant for. One for a connection that is gone is
//!   dropped; one from a new connection makes this side start a new one too.

mod candidates;
mod offer;
mod rate;
mod recovery;

use std::time::Duration;

use tincan_protocol::{ConnectionId, IceServer, NegotiationId, PeerId, PeerMessage, Source};

use crate::coverage::{self, Machine};
use crate::devices::Devices;
use crate::effect::{Effect, Operation, TransportPolicy};
use crate::effects::Effects;
use crate::governor::Share;
use crate::input::{ConnectionEvent, ConnectionState};
use crate::measured::LinkStats;
use crate::media::{StreamId, TrackId};
use crate::view::{Failure, LinkState};
use candidates::{EarlyCandidates, FoundCandidates, Generations, Kinds};
use offer::{Direction, RemoteOffer, direction};
use rate::Rate;
use recovery::{Ground, Recovery, Step};

/// How long the polite peer leaves it to the other to make the first offer.
const FIRST_OFFER_PATIENCE: Duration = Duration::from_secs(3);
/// How long an answer may take before the offer is sent again; doubled each time.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3);
/// The longest that an offer waits before it is sent again.
const ANSWER_PATIENCE_LIMIT: Duration = Duration::from_secs(12);

/// Counts connections and negotiations over all links of a page.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    connections: u32,
    negotiations: u32,
}

impl Ids {
    fn connection(&mut self) -> ConnectionId {
        self.connections += 1;
        ConnectionId(self.connections)
    }

    fn negotiation(&mut self) -> NegotiationId {
        self.negotiations += 1;
        NegotiationId(self.negotiations)
    }
}

/// What a link needs from the call around it, for one input.
pub(crate) struct Context<'a> {
    pub(crate) now: Duration,
    /// Whether a message would reach the peer: this page and the peer are in the room.
    pub(crate) reachable: bool,
    pub(crate) ice_servers: &'a [IceServer],
    /// By chance, from 0 up to 1.
    pub(crate) jitter: f64,
    pub(crate) devices: &'a Devices,
    pub(crate) ids: &'a mut Ids,
    pub(crate) effects: &'a mut Effects,
    /// Messages to the peer.
    pub(crate) outbox: &'a mut Vec<PeerMessage>,
}

impl Context<'_> {
    fn ground(&self) -> Ground {
        Ground {
            now: self.now,
            reachable: self.reachable,
            relayed: is_relayed(self.ice_servers),
            jitter: self.jitter,
        }
    }
}

/// Whether there is a TURN server among them (RFC 7065).
fn is_relayed(servers: &[IceServer]) -> bool {
    servers.iter().flat_map(|server| &server.urls).any(|url| url.starts_with("turn"))
}

/// Which of the two gives way when offers cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    Polite,
    Impolite,
}

impl Manners {
    /// The peer with the smaller id is polite.
    pub(crate) fn of(me: PeerId, peer: PeerId) -> Self {
        if me < peer { Self::Polite } else { Self::Impolite }
    }
}

/// Where the negotiation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Negotiation {
    /// Nothing is under way.
    Stable,
    /// The browser makes an offer.
    Offering { id: NegotiationId },
    /// The offer is sent; the answer is on its way.
    Awaiting { id: NegotiationId, offer: PeerMessage, sections: Vec<Source>, resend: Resend },
    /// The browser applies the answer.
    AcceptingAnswer { id: NegotiationId, sdp: String, sections: Vec<Source> },
    /// The browser applies the peer's offer, and answers it.
    AcceptingOffer { offer: RemoteOffer },
}

impl Negotiation {
    fn name(&self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Offering { .. } => "offering",
            Self::Awaiting { .. } => "awaiting",
            Self::AcceptingAnswer { .. } => "accepting answer",
            Self::AcceptingOffer { .. } => "accepting offer",
        }
    }
}

/// When an offer is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resend {
    at: Duration,
    wait: Duration,
}

/// Whether ICE shall start anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IceRestart {
    NotWanted,
    /// With the next offer.
    Wanted,
    /// With the offer that is under way.
    Offered,
}

/// The connection of this page with one other peer.
#[derive(Debug)]
pub(crate) struct PeerLink {
    peer: PeerId,
    manners: Manners,
    /// This page's connection.
    connection: ConnectionId,
    /// The peer's connection that it is paired with, once they have met.
    paired: Option<ConnectionId>,
    negotiation: Negotiation,
    /// An offer that came while an operation was under way.
    held: Option<RemoteOffer>,
    /// The last offer that this side began.
    begun: Option<NegotiationId>,
    /// The peer's last offer that was answered, and the answer.
    answered: Option<(NegotiationId, PeerMessage)>,
    /// The peer's offers up to this one are done or rolled back.
    void: Option<NegotiationId>,
    /// From when on an unpaired connection may make its first offer.
    begin_at: Duration,
    /// The sections that both sides agreed on.
    agreed: Vec<Source>,
    ice_restart: IceRestart,
    /// What the peer's description in force says of ICE.
    generations: Generations,
    early: EarlyCandidates,
    found: FoundCandidates,
    recovery: Recovery,
    /// What each side has found since media flowed last.
    ours: Kinds,
    theirs: Kinds,
    /// Why the link failed, if it did.
    failure: Failure,
    rate: Rate,
    /// The track that each section was told to send.
    sending: Vec<(Source, TrackId)>,
    person: Option<StreamId>,
    screen: Option<StreamId>,
}

impl PeerLink {
    /// Opens a connection with a peer.
    #[inline(never)] // As the rest of the link, it is loaded with the call.
    pub(crate) fn open(peer: PeerId, manners: Manners, context: &mut Context<'_>) -> Self {
        let begin_at = match manners {
            Manners::Impolite => context.now,
            Manners::Polite => context.now + FIRST_OFFER_PATIENCE,
        };
        let connection = context.ids.connection();
        let link = Self {
            peer,
            manners,
            connection,
            paired: None,
            negotiation: Negotiation::Stable,
            held: None,
            begun: None,
            answered: None,
            void: None,
            begin_at,
            agreed: Vec::new(),
            ice_restart: IceRestart::NotWanted,
            generations: Generations::default(),
            early: EarlyCandidates::default(),
            found: FoundCandidates::default(),
            recovery: Recovery::new(context.ground()),
            ours: Kinds::default(),
            theirs: Kinds::default(),
            failure: Failure::NoPath,
            rate: Rate::default(),
            sending: Vec::new(),
            person: None,
            screen: None,
        };
        link.open_connection(TransportPolicy::All, context);
        link
    }

    /// Closes the connection.
    pub(crate) fn close(self, effects: &mut Effects) {
        effects.push(Effect::CloseConnection { peer: self.peer, connection: self.connection });
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.recovery.is_connected()
    }

    pub(crate) fn state(&self) -> LinkState {
        self.recovery.view(self.failure)
    }

    pub(crate) fn person(&self) -> Option<StreamId> {
        self.person
    }

    pub(crate) fn screen(&self) -> Option<StreamId> {
        self.screen
    }

    /// What was measured last.
    pub(crate) fn stats(&self) -> Option<LinkStats> {
        self.rate.stats()
    }

    /// Whether both ends are on one machine.
    pub(crate) fn same_machine(&self) -> bool {
        self.rate.same_machine()
    }

    /// What goes through, in kbit/s; nothing if it is not known to be scarce.
    pub(crate) fn limit(&self) -> Option<u32> {
        self.rate.limit()
    }

    /// Looks at the statistics.
    pub(crate) fn measure(&self, effects: &mut Effects) {
        self.operate(Operation::Measure, effects);
    }

    /// Codes the sources in this way from now on.
    pub(crate) fn code(&mut self, share: Share, effects: &mut Effects) {
        let last = self.rate.share.replace(share);
        for source in Source::ALL {
            let coded = last.and_then(|last| last.encoding(source));
            if let Some(encoding) = share.encoding(source).filter(|new| coded != Some(*new)) {
                self.operate(Operation::SetEncoding { source, encoding }, effects);
            }
        }
    }

    /// A message of the peer that belongs to the link.
    #[inline(never)] // As the rest of the link, it is loaded with the call.
    pub(crate) fn receive(&mut self, message: PeerMessage, context: &mut Context<'_>) {
        match message {
            PeerMessage::Offer { connection, to, negotiation, sdp, sources } => {
                self.meet("offer");
                let offer = RemoteOffer { connection, to, negotiation, sdp, sources };
                self.offered(offer, context);
            }
            PeerMessage::Answer { connection, negotiation, voids, sdp } => {
                self.meet("answer");
                if self.answered(connection, negotiation, sdp, context) {
                    self.void = self.void.max(voids);
                }
            }
            PeerMessage::Candidate { connection, candidate } => {
                self.meet("candidate");
                self.theirs.add(&candidate);
                self.early.push(connection, candidate);
                self.add_candidates(context.effects);
            }
            PeerMessage::State { .. }
            | PeerMessage::Invite { .. }
            | PeerMessage::Accept { .. }
            | PeerMessage::Decline { .. }
            | PeerMessage::Cancel { .. }
            | PeerMessage::Busy { .. }
            | PeerMessage::Viewport { .. }
            | PeerMessage::HangUp { .. }
            | PeerMessage::Unknown => {}
        }
    }

    /// Something happened to a connection. Only the one in use counts.
    #[inline(never)] // As the rest of the link, it is loaded with the call.
    pub(crate) fn happened(
        &mut self,
        connection: ConnectionId,
        event: ConnectionEvent,
        context: &mut Context<'_>,
    ) {
        if connection != self.connection {
            return;
        }
        match event {
            ConnectionEvent::OfferCreated { negotiation, sdp, sources } => {
                self.meet("OfferCreated");
                self.offer_created(negotiation, sdp, sources, context);
            }
            ConnectionEvent::AnswerCreated { negotiation, sdp } => {
                self.meet("AnswerCreated");
                self.answer_created(negotiation, sdp, context);
            }
            ConnectionEvent::AnswerAccepted { negotiation } => {
                self.meet("AnswerAccepted");
                self.answer_accepted(negotiation, context);
            }
            ConnectionEvent::NegotiationFailed { negotiation } => {
                self.meet("NegotiationFailed");
                if self.operation() == Some(negotiation) {
                    let step = self.recovery.negotiation_failed(context.ground());
                    // Whatever comes next, nothing is under way any more.
                    self.negotiation = Negotiation::Stable;
                    self.take(step, context);
                    if step == Step::GiveUp {
                        // Should this one connect after all, it still could not negotiate any more.
                        self.replace_connection(TransportPolicy::All, context);
                    }
                }
            }
            ConnectionEvent::CandidateFound(candidate) => {
                self.meet("CandidateFound");
                self.ours.add(&candidate);
                self.found.push(&candidate);
                context.outbox.push(PeerMessage::Candidate { connection, candidate });
            }
            ConnectionEvent::TrackReceived { source, stream } => match source {
                Source::Microphone | Source::Camera => self.person = Some(stream),
                Source::Screen | Source::ScreenAudio => self.screen = Some(stream),
                Source::Unknown => {}
            },
            ConnectionEvent::Measured(sample) => self.rate.measured(context.now, sample),
            ConnectionEvent::StateChanged(state) => {
                self.meet("StateChanged");
                let step = self.recovery.state_changed(context.ground(), state);
                self.take(step, context);
                if state == ConnectionState::Connected {
                    self.rate.interrupted(context.now);
                    self.found.clear();
                    (self.ours, self.theirs) = (Kinds::default(), Kinds::default());
                }
            }
        }
    }

    /// The peer may have missed what was sent while one of the two was away.
    #[inline(never)] // As the rest of the link, it is loaded with the call.
    pub(crate) fn resync(&mut self, context: &mut Context<'_>) {
        self.meet("met again");
        let step = self.recovery.met(context.ground());
        self.take(step, context);
        if let Negotiation::Awaiting { offer, .. } = &self.negotiation {
            context.outbox.push(offer.clone());
        }
        if !self.recovery.is_connected() {
            let connection = self.connection;
            context.outbox.extend(self.found.iter().map(|candidate| PeerMessage::Candidate {
                connection,
                candidate: candidate.clone(),
            }));
        }
    }

    /// A good moment to try what waits.
    pub(crate) fn awake(&mut self, context: &mut Context<'_>) {
        self.meet("awake");
        let step = self.recovery.awake(context.ground());
        self.take(step, context);
    }

    /// The network of this page is another.
    pub(crate) fn network_changed(&mut self, context: &mut Context<'_>) {
        self.meet("network changed");
        self.rate.interrupted(context.now);
        let step = self.recovery.network_changed(context.ground());
        self.take(step, context);
    }

    /// The person wants a failed link tried once more.
    pub(crate) fn retry(&mut self, context: &mut Context<'_>) {
        let step = self.recovery.retry(context.ground());
        self.take(step, context);
    }

    /// The server named other STUN and TURN servers.
    pub(crate) fn set_ice_servers(&self, context: &mut Context<'_>) {
        self.meet("ICE servers");
        self.operate(Operation::SetIceServers(context.ice_servers.to_vec()), context.effects);
    }

    /// Brings the link to what is wanted now: what is due by the clock, the tracks to send, and an
    /// offer if something is to be agreed on. Called after every input.
    #[inline(never)] // As the rest of the link, it is loaded with the call.
    pub(crate) fn settle(&mut self, context: &mut Context<'_>) {
        self.meet_clock(context);
        let step = self.recovery.timeout(context.ground());
        self.take(step, context);
        self.send_tracks(context);
        self.send_again(context);
        if self.wants_offer(context) {
            self.begin(context);
        }
    }

    /// When [`settle`](Self::settle) has something to do by the clock.
    pub(crate) fn deadline(&self, reachable: bool) -> Option<Duration> {
        let negotiation = match &self.negotiation {
            Negotiation::Awaiting { resend, .. } if reachable => Some(resend.at),
            Negotiation::Stable
                if reachable && self.paired.is_none() && !self.recovery.is_failed() =>
            {
                Some(self.begin_at)
            }
            Negotiation::Stable
            | Negotiation::Offering { .. }
            | Negotiation::Awaiting { .. }
            | Negotiation::AcceptingAnswer { .. }
            | Negotiation::AcceptingOffer { .. } => None,
        };
        negotiation.into_iter().chain(self.recovery.deadline()).min()
    }

    fn meet_clock(&self, context: &Context<'_>) {
        coverage::meet(Machine::Negotiation, || {
            let deadline = self.deadline(context.reachable)?;
            (context.now >= deadline).then(|| (self.negotiation.name(), "clock"))
        });
    }

    fn meet(&self, input: &'static str) {
        coverage::meet(Machine::Negotiation, || Some((self.negotiation.name(), input)));
    }

    fn open_connection(&self, transport: TransportPolicy, context: &mut Context<'_>) {
        context.effects.push(Effect::OpenConnection {
            peer: self.peer,
            connection: self.connection,
            ice_servers: context.ice_servers.to_vec(),
            transport,
        });
    }

    fn operate(&self, operation: Operation, effects: &mut Effects) {
        let (peer, connection) = (self.peer, self.connection);
        effects.push(Effect::Connection { peer, connection, operation });
    }

    /// The operation that is under way.
    fn operation(&self) -> Option<NegotiationId> {
        match &self.negotiation {
            Negotiation::Offering { id } | Negotiation::AcceptingAnswer { id, .. } => Some(*id),
            Negotiation::AcceptingOffer { offer } => Some(offer.negotiation),
            Negotiation::Stable | Negotiation::Awaiting { .. } => None,
        }
    }

    fn take(&mut self, step: Step, context: &mut Context<'_>) {
        match step {
            Step::None => {}
            Step::RestartIce => self.ice_restart = IceRestart::Wanted,
            Step::Rebuild => self.rebuild(TransportPolicy::All, context),
            Step::Relay => self.rebuild(TransportPolicy::Relay, context),
            Step::GiveUp => {
                self.failure = self.why(context);
                (self.ours, self.theirs) = (Kinds::default(), Kinds::default());
            }
        }
    }

    /// What is known of why the link can not be made or mended.
    fn why(&self, context: &Context<'_>) -> Failure {
        if self.paired.is_none() {
            Failure::NoAnswer
        } else if !is_relayed(context.ice_servers) {
            Failure::NoRelay
        } else if self.ours.relayed {
            if self.theirs.relayed { Failure::NoPath } else { Failure::RelayUnreachableThere }
        } else if self.ours.reflexive {
            Failure::RelayUnreachable
        } else {
            Failure::Blocked
        }
    }

    fn rebuild(&mut self, transport: TransportPolicy, context: &mut Context<'_>) {
        self.replace_connection(transport, context);
        // Whoever rebuilds makes the offer: the other side does not know of it.
        self.begin_at = context.now;
    }

    /// Closes this side's connection and opens a new one, which has met nobody yet. What it shall
    /// carry is wanted still, so it will be offered again.
    fn replace_connection(&mut self, transport: TransportPolicy, context: &mut Context<'_>) {
        let (peer, connection) = (self.peer, self.connection);
        context.effects.push(Effect::CloseConnection { peer, connection });
        self.connection = context.ids.connection();
        self.paired = None;
        self.negotiation = Negotiation::Stable;
        self.held = None;
        self.agreed.clear();
        self.ice_restart = IceRestart::NotWanted;
        self.generations = Generations::default();
        self.found.clear();
        self.sending.clear();
        self.rate.replace_connection();
        self.person = None;
        self.screen = None;
        self.open_connection(transport, context);
    }

    // The offer of this side.

    fn wants_offer(&self, context: &Context<'_>) -> bool {
        let may_begin = match self.paired {
            Some(_) => true,
            None => context.now >= self.begin_at,
        };
        self.negotiation == Negotiation::Stable
            && context.reachable
            && may_begin
            && !self.recovery.is_failed()
            && (self.ice_restart == IceRestart::Wanted
                || !wanted_sections(context.devices).all(|source| self.agreed.contains(&source)))
    }

    fn begin(&mut self, context: &mut Context<'_>) {
        let id = context.ids.negotiation();
        let ice_restart = self.ice_restart == IceRestart::Wanted;
        if ice_restart {
            self.ice_restart = IceRestart::Offered;
            // Those of the generation that ends are of no use to anyone.
            self.found.clear();
        }
        let sections = wanted_sections(context.devices).collect();
        let operation = Operation::CreateOffer { negotiation: id, sections, ice_restart };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::Offering { id };
        self.begun = Some(id);
    }

    fn offer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        sources: tincan_protocol::MidSources,
        context: &mut Context<'_>,
    ) {
        if self.negotiation != (Negotiation::Offering { id: negotiation }) {
            return;
        }
        let sections = sources.sources().collect();
        let offer = PeerMessage::Offer {
            connection: self.connection,
            to: self.paired,
            negotiation,
            sdp,
            sources,
        };
        let resend = Resend { at: context.now + ANSWER_PATIENCE, wait: ANSWER_PATIENCE };
        self.negotiation = Negotiation::Awaiting { id: negotiation, offer, sections, resend };
        if let Some(held) = self.held.take() {
            self.offered(held, context);
        }
        // Unless an offer was held that crossed ours, and ours gave way before it went out.
        if let Negotiation::Awaiting { offer, .. } = &self.negotiation {
            context.outbox.push(offer.clone());
        }
    }

    fn send_again(&mut self, context: &mut Context<'_>) {
        if let Negotiation::Awaiting { offer, resend, .. } = &mut self.negotiation
            && context.reachable
            && context.now >= resend.at
        {
            resend.wait = (resend.wait * 2).min(ANSWER_PATIENCE_LIMIT);
            resend.at = context.now + resend.wait;
            context.outbox.push(offer.clone());
        }
    }

    /// Takes an answer, if it is the one that is awaited.
    fn answered(
        &mut self,
        connection: ConnectionId,
        negotiation: NegotiationId,
        sdp: String,
        context: &mut Context<'_>,
    ) -> bool {
        let Negotiation::Awaiting { id, sections, .. } = &mut self.negotiation else {
            return false;
        };
        if *id != negotiation || self.paired.is_some_and(|paired| paired != connection) {
            return false;
        }
        let sections = std::mem::take(sections);
        self.paired = Some(connection);
        let operation = Operation::AcceptAnswer { negotiation, sdp: sdp.clone() };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::AcceptingAnswer { id: negotiation, sdp, sections };
        true
    }

    fn answer_accepted(&mut self, negotiation: NegotiationId, context: &mut Context<'_>) {
        let Negotiation::AcceptingAnswer { id, sdp, sections } = &mut self.negotiation else {
            return;
        };
        if *id != negotiation {
            return;
        }
        let sdp = std::mem::take(sdp);
        self.agreed = std::mem::take(sections);
        self.negotiation = Negotiation::Stable;
        if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::NotWanted;
        }
        self.settled_on(&sdp, context);
    }

    // The offer of the peer.

    fn offered(&mut self, offer: RemoteOffer, context: &mut Context<'_>) {
        if let Some((id, answer)) = &self.answered
            && offer.negotiation == *id
            && answer_is_from(answer, self.connection)
        {
            context.outbox.push(answer.clone());
            return;
        }
        if self.void.is_some_and(|void| offer.negotiation <= void) {
            return;
        }
        match direction(&offer, self.connection, self.paired) {
            Direction::Stale => {
                if self.paired.is_none() {
                    // The peer holds on to a connection of this page that is gone: show the new.
                    self.begin_at = context.now;
                    self.awake(context);
                }
            }
            Direction::NewConnection => {
                self.replace_connection(TransportPolicy::All, context);
                self.recovery.peer_rebuilt(context.ground());
                self.accept(offer, context);
            }
            Direction::AfterAnswer => self.hold(offer),
            Direction::ThisConnection => match (&self.negotiation, self.manners) {
                (Negotiation::Stable, _) | (Negotiation::Awaiting { .. }, Manners::Polite) => {
                    self.accept(offer, context);
                }
                (Negotiation::Offering { .. }, Manners::Polite)
                | (Negotiation::AcceptingAnswer { .. } | Negotiation::AcceptingOffer { .. }, _) => {
                    self.hold(offer);
                }
                (
                    Negotiation::Offering { .. } | Negotiation::Awaiting { .. },
                    Manners::Impolite,
                ) => {
                    // They crossed, and ours goes on. If the peer still wants something after
                    // that, it will offer again.
                }
            },
        }
    }

    /// Keeps an offer for when the operation that is under way has ended: the newest.
    fn hold(&mut self, offer: RemoteOffer) {
        if self.held.as_ref().is_none_or(|held| held.negotiation < offer.negotiation) {
            self.held = Some(offer);
        }
    }

    fn accept(&mut self, offer: RemoteOffer, context: &mut Context<'_>) {
        // Those before it are. It may itself come again, if the connection that answers it ends.
        self.void = self.void.max(offer.negotiation.0.checked_sub(1).map(NegotiationId));
        self.paired = Some(offer.connection);
        if Generations::of(&offer.sdp) != self.generations {
            // The peer starts ICE anew: the candidates of the generation that ends are of no use
            // to anyone, and what this side wanted of a restart comes with it.
            self.found.clear();
            self.ice_restart = IceRestart::NotWanted;
        } else if self.ice_restart == IceRestart::Offered {
            self.ice_restart = IceRestart::Wanted;
        }
        let operation = Operation::AcceptOffer {
            negotiation: offer.negotiation,
            sdp: offer.sdp.clone(),
            sources: offer.sources.clone(),
        };
        self.operate(operation, context.effects);
        self.negotiation = Negotiation::AcceptingOffer { offer };
    }

    fn answer_created(
        &mut self,
        negotiation: NegotiationId,
        sdp: String,
        context: &mut Context<'_>,
    ) {
        let Negotiation::AcceptingOffer { offer } = &mut self.negotiation else { return };
        if offer.negotiation != negotiation {
            return;
        }
        let remote_sdp = std::mem::take(&mut offer.sdp);
        self.agreed = offer.sources.sources().collect();
        self.negotiation = Negotiation::Stable;
        let (connection, voids) = (self.connection, self.begun);
        let answer = PeerMessage::Answer { connection, negotiation, voids, sdp };
        context.outbox.push(answer.clone());
        self.answered = Some((negotiation, answer));
        self.settled_on(&remote_sdp, context);
    }

    // Both.

    /// Both descriptions are in force: candidates fit now, and an offer that was held may come.
    fn settled_on(&mut self, remote_sdp: &str, context: &mut Context<'_>) {
        self.recovery.agreed(context.ground());
        self.generations = Generations::of(remote_sdp);
        self.add_candidates(context.effects);
        if let Some(held) = self.held.take() {
            self.offered(held, context);
        }
    }

    fn add_candidates(&mut self, effects: &mut Effects) {
        let Some(paired) = self.paired else { return };
        if let Negotiation::AcceptingAnswer { .. } | Negotiation::AcceptingOffer { .. } =
            &self.negotiation
        {
            // The peer's description is about to change; they are looked at again after that.
            return;
        }
        let generations = &self.generations;
        for candidate in self.early.take_fitting(paired, |candidate| generations.fit(candidate)) {
            self.operate(Operation::AddCandidate(candidate), effects);
        }
    }

    fn send_tracks(&mut self, context: &mut Context<'_>) {
        for source in Source::ALL {
            let wanted = context.devices.track(source);
            let at = self.sending.iter().position(|(sent, _)| *sent == source);
            if at.map(|at| self.sending[at].1) == wanted {
                continue;
            }
            if let Some(at) = at {
                self.sending.swap_remove(at);
            }
            self.sending.extend(wanted.map(|track| (source, track)));
            self.operate(Operation::SendTrack { source, track: wanted }, context.effects);
        }
    }
}

/// The sections that there must be. Those of the two devices are there from the first offer on,
/// with or without a track, so that turning a device on needs no negotiation.
fn wanted_sections(devices: &Devices) -> impl Iterator<Item = Source> + '_ {
    Source::ALL.into_iter().filter(|source| match source {
        Source::Microphone | Source::Camera => true,
        Source::Screen | Source::ScreenAudio => devices.track(*source).is_some(),
        Source::Unknown => false,
    })
}

fn answer_is_from(answer: &PeerMessage, connection: ConnectionId) -> bool {
    matches!(answer, PeerMessage::Answer { connection: from, .. } if *from == connection)
}
