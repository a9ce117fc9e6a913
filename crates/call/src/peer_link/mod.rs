//! The connection of this page with one other peer: perfect negotiation (W3C WebRTC, 10.7) as
//! plain states, with what the network may do to it: loss, delay, reordering, repetition, and
//! peers that start over.
//!
//! The states are in `negotiation`; `offering` and `answering` lead from one to the other.
//!
//! - At most one browser operation is under way; an offer that comes meanwhile is held.
//! - Of two offers that cross, the impolite peer's goes on; the polite peer's is rolled back and
//!   made anew afterwards, if it is still wanted. What is wanted is never stored: it is the
//!   difference between the sections that there should be and those agreed on.
//! - An offer that gets no answer is sent again; an offer that was answered before gets the same
//!   answer again. So no single message matters.
//! - An offer names the connection that it is meant for. One for a connection that is gone is
//!   dropped; one from a new connection makes this side start a new one too.

mod answering;
mod candidates;
mod context;
mod negotiation;
mod offer;
mod offering;
mod rate;
mod recovery;

use std::time::Duration;

use tincan_protocol::{Candidate, ConnectionId, NegotiationId, PeerId, PeerMessage, Source};

use crate::coverage::{self, Machine};
use crate::effect::{Effect, Operation, TransportPolicy};
use crate::effects::Effects;
use crate::governor::Share;
use crate::input::{ConnectionEvent, ConnectionState};
use crate::measured::LinkStats;
use crate::media::{StreamId, TrackId};
use crate::remote::{Flow, Section};
use crate::view::{Failure, LinkState};
use candidates::{EarlyCandidates, FoundCandidates, Generations, Kinds};
use context::has_turn;
pub(crate) use context::{Context, Ids, Manners};
use negotiation::{IceRestart, Negotiation};
use offer::RemoteOffer;
use rate::Rate;
use recovery::{Recovery, Step};

/// How long the polite peer leaves it to the other to make the first offer.
const FIRST_OFFER_PATIENCE: Duration = Duration::from_secs(3);

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
    /// The browser refused a description, and nothing was agreed on since.
    is_refused: bool,
    /// Why the link failed, if it did.
    failure: Failure,
    rate: Rate,
    /// The peer has closed its end, and nothing was agreed on with it since.
    closed_by_peer: bool,
    /// It counts as lost, though the browser has not said so.
    taken_for_lost: bool,
    /// The track that each section was told to send.
    sending: Vec<(Source, TrackId)>,
    person: Option<StreamId>,
    screen: Option<StreamId>,
    /// The sources whose tracks are there.
    received: Vec<Source>,
    /// The media sections, as agreed on last.
    sections: Vec<Section>,
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
            is_refused: false,
            failure: Failure::NoPath,
            rate: Rate::default(),
            closed_by_peer: false,
            taken_for_lost: false,
            sending: Vec::new(),
            person: None,
            screen: None,
            received: Vec::new(),
            sections: Vec::new(),
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

    /// Returns `true` if the peer has closed its end, and is not known to have a new one.
    pub(crate) fn is_closed_by_peer(&self) -> bool {
        self.closed_by_peer
    }

    /// Returns `true` if the link cannot recover before the server delivers a message of the peer.
    pub(crate) fn waits_for_server(&self) -> bool {
        self.closed_by_peer || matches!(self.state(), LinkState::Reconnecting(_))
    }

    /// Returns `true` if statistics are of use: the link is connected, or counts as lost and may
    /// not be.
    pub(crate) fn is_measured(&self) -> bool {
        self.is_connected() || self.taken_for_lost
    }

    /// Returns how long nothing had arrived at the last measurement.
    pub(crate) fn quiet_for(&self) -> Duration {
        self.rate.quiet_for()
    }

    /// Nothing arrives, and the server says that the peer is gone.
    pub(crate) fn lost(&mut self, context: &mut Context<'_>) {
        self.taken_for_lost = true;
        self.recovery.lost(context.ground());
    }

    /// Whether it is connected, or is being mended.
    pub(crate) fn goes_on(&self) -> bool {
        matches!(self.state(), LinkState::Connected | LinkState::Reconnecting(_))
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

    /// Returns `true` if the track of a source is there.
    pub(crate) fn has_received(&self, source: Source) -> bool {
        self.received.contains(&source)
    }

    /// Returns what was agreed on for a source, if anything yet.
    pub(crate) fn section(&self, source: Source) -> Option<Section> {
        self.sections.iter().find(|section| section.source == source).copied()
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

    /// Whether nothing arrives, though the browser takes the link for connected.
    pub(crate) fn is_silent(&self) -> bool {
        self.rate.is_silent()
    }

    /// The peer missed pictures, and those that follow build on them: it needs whole ones.
    fn send_key_frames(&self, effects: &mut Effects) {
        for source in [Source::Camera, Source::Screen] {
            self.operate(Operation::SendKeyFrame(source), effects);
        }
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
                self.on_candidates(connection, vec![candidate], context);
            }
            PeerMessage::Candidates { connection, candidates } => {
                self.on_candidates(connection, candidates, context);
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
                    self.is_refused = true;
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
                self.found.push(candidate);
            }
            ConnectionEvent::TrackReceived { source, stream } => {
                if !self.received.contains(&source) {
                    self.received.push(source);
                }
                match source {
                    Source::Microphone | Source::Camera => self.person = Some(stream),
                    Source::Screen | Source::ScreenAudio => self.screen = Some(stream),
                    Source::Unknown => {}
                }
            }
            ConnectionEvent::SectionsAgreed(sections) => self.sections = sections,
            ConnectionEvent::Measured(sample) => {
                if self.rate.measured(context.now, sample) {
                    self.send_key_frames(context.effects);
                }
                if self.taken_for_lost && self.rate.quiet_for().is_zero() {
                    self.taken_for_lost = false;
                    self.recovery.arrived();
                }
            }
            ConnectionEvent::ClosedByPeer => {
                self.meet("ClosedByPeer");
                self.closed_by_peer = true;
                self.taken_for_lost = false;
                self.recovery.closed_by_peer(context.ground());
            }
            ConnectionEvent::StateChanged(state) => {
                self.meet("StateChanged");
                self.taken_for_lost &= !is_verdict(state);
                let step = self.recovery.state_changed(context.ground(), state);
                self.take(step, context);
                if state == ConnectionState::Connected {
                    self.closed_by_peer = false;
                    self.rate.interrupted(context.now);
                    if self.rate.was_up() {
                        self.send_key_frames(context.effects);
                    }
                    self.found.forget_sent();
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
        // Also where media flows: the peer may have started ICE anew, and this side not noticed why.
        context.outbox.extend(self.found.again(self.connection));
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
        context.outbox.extend(self.found.due(context.now, self.connection));
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
        negotiation.into_iter().chain(self.recovery.deadline()).chain(self.found.deadline()).min()
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
        if self.is_refused || self.has_no_codec() {
            Failure::Incompatible
        } else if self.paired.is_none() {
            Failure::NoAnswer
        } else if !has_turn(context.ice_servers) {
            Failure::NoRelay
        } else if self.ours.relayed {
            if self.theirs.relayed { Failure::NoPath } else { Failure::RelayUnreachableThere }
        } else if self.ours.reflexive {
            Failure::RelayUnreachable
        } else {
            Failure::Blocked
        }
    }

    /// Returns `true` if nothing can flow in any section, for want of a codec. Then browsers do not
    /// even connect.
    fn has_no_codec(&self) -> bool {
        let is_useless = |section: &Section| {
            (section.sending, section.receiving) == (Flow::NoCodec, Flow::NoCodec)
        };
        !self.sections.is_empty() && self.sections.iter().all(is_useless)
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
        self.taken_for_lost = false;
        self.person = None;
        self.screen = None;
        self.received.clear();
        self.sections.clear();
        self.open_connection(transport, context);
    }

    /// Both descriptions are in force: candidates fit now, and an offer that was held may come.
    fn settled_on(&mut self, remote_sdp: &str, context: &mut Context<'_>) {
        self.is_refused = false;
        self.recovery.agreed(context.ground());
        self.generations = Generations::of(remote_sdp);
        self.add_candidates(context.effects);
        if let Some(held) = self.held.take() {
            self.offered(held, context);
        }
    }

    fn on_candidates(
        &mut self,
        connection: ConnectionId,
        candidates: Vec<Candidate>,
        context: &mut Context<'_>,
    ) {
        self.meet("candidate");
        for candidate in candidates {
            self.theirs.add(&candidate);
            self.early.push(connection, candidate);
        }
        self.add_candidates(context.effects);
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
            let wanted = context.local_media.track(source);
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

/// Returns `true` if this state of a browser says that media flow, or that they do not.
fn is_verdict(state: ConnectionState) -> bool {
    match state {
        ConnectionState::Connected | ConnectionState::Disconnected | ConnectionState::Failed => {
            true
        }
        ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed => false,
    }
}
