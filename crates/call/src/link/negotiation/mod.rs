//! The negotiation of a link: perfect negotiation (W3C WebRTC, 10.7) as plain states, for a network
//! that loses, delays, reorders and repeats messages, and for peers that start over.
//!
//! ```text
//!               begin                 OfferCreated               answer
//!   Stable ------------> Offering ------------------> Awaiting ----------> AcceptingAnswer
//!    ^  |                    |                           |                        |
//!    |  | offer              | OfferCreated,             | offer, polite          |
//!    |  v                    v an offer is held          v (the browser rolls     |
//!    |  AcceptingOffer <-----+---------------------------+  ours back)            |
//!    |        | AnswerCreated                                                     |
//!    |        v                                                                   |
//!    |  ApplyingAnswer                                             AnswerAccepted |
//!    |        | AnswerApplied                                                     |
//!    +--------+-------------------------------------------------------------------+
//! ```
//!
//! - One that is only prepared stops before the step by which its browser would gather candidates:
//!   in `AnswerReceived` before `AcceptingAnswer`, in `AnswerSent` before `ApplyingAnswer`.
//! - At most one browser operation is under way; an offer that comes meanwhile is held.
//! - Of two offers that cross, the impolite peer's goes on; the polite peer's is rolled back and
//!   made anew afterwards, if it is still wanted. What is wanted is never stored: it is the
//!   difference between the sections that there should be and those agreed on.
//! - An offer that gets no answer is sent again; an offer that was answered before gets the same
//!   answer again. So no single message matters.
//! - An offer names the connection that it is meant for. One for a connection that is gone is
//!   dropped; one from a new connection makes this side start a new one too.

mod answering;
pub(super) mod candidates;
mod offer;
mod offering;

use std::mem;
use std::time::Duration;

use tincan_protocol::{Answer, Candidate, ConnectionId, MidSources, NegotiationId, Offer, Source};

use super::context::{Context, Role};
use crate::api::Operation;
use candidates::{Generations, LocalCandidates, RemoteCandidates};

/// An event of the negotiation.
#[derive(Debug)]
pub(super) enum Event {
    /// The peer's offer arrived.
    Offer(Offer),
    /// The peer's answer arrived.
    Answer(Answer),
    /// Candidates of one of the peer's connections arrived.
    Candidates(ConnectionId, Vec<Candidate>),
    /// The browser has created the offer that was asked for.
    OfferCreated { negotiation: NegotiationId, sdp: String, sources: MidSources },
    /// The browser has applied the peer's offer and created an answer.
    AnswerCreated { negotiation: NegotiationId, sdp: String },
    /// The browser has applied the answer that it created.
    AnswerApplied { negotiation: NegotiationId },
    /// The browser has applied the peer's answer.
    AnswerAccepted { negotiation: NegotiationId },
    /// The browser has found a candidate.
    CandidateFound(Candidate),
    /// The peer may have missed what was sent while one of the two was away.
    PeerPresent,
    /// Time has passed, or what is wanted may have changed.
    Reconcile { is_failed: bool },
}

/// A request to the link.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    None,
    /// The peer holds on to a connection of this page that is gone, which shows that it is there.
    PeerActive,
    /// The offer is created. Take the one that was held, then send the one that was created.
    Created(Option<Offer>),
    /// Both descriptions are in force. Take the offer that was held.
    Agreed(Option<Offer>),
    /// The peer has started over: replace this connection, then take the offer.
    Replace(Offer),
}

/// The state of the negotiation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nothing is under way.
    Stable,
    /// The browser creates an offer.
    Offering { id: NegotiationId },
    /// The offer is sent; the answer is on its way.
    Awaiting { offer: Offer, resend: Resend },
    /// The answer has come, and waits for the start.
    AnswerReceived { answer: Answer, sections: Vec<Source> },
    /// The browser applies the peer's answer.
    AcceptingAnswer { answer: Answer, sections: Vec<Source> },
    /// The browser applies the peer's offer, and creates an answer.
    AcceptingOffer { offer: Offer },
    /// The answer is sent, and waits for the start.
    AnswerSent { offer: Offer },
    /// The browser applies the answer that it created.
    ApplyingAnswer { offer: Offer },
}

/// The time at which an offer is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resend {
    at: Duration,
    wait: Duration,
}

/// The state of a restart of ICE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IceRestart {
    NotWanted,
    /// With the next offer.
    Wanted,
    /// With the offer that is under way.
    Offered,
}

/// The negotiation of a link, with the candidates that belong to it.
#[derive(Debug)]
pub(super) struct Negotiation {
    role: Role,
    /// It is only prepared: no description is applied that would make the browser gather
    /// candidates.
    is_prepared: bool,
    /// This page's connection.
    connection: ConnectionId,
    /// The peer's connection that it is paired with, once it is known.
    paired: Option<ConnectionId>,
    state: State,
    /// An offer that came while an operation was under way.
    held: Option<Offer>,
    /// The last offer that this side began.
    begun: Option<NegotiationId>,
    /// The answer to the peer's last offer that was answered.
    answered: Option<Answer>,
    /// The peer's offers up to this one are done or rolled back.
    void: Option<NegotiationId>,
    /// The time from which on an unpaired connection may make its first offer.
    begin_at: Duration,
    /// The sections that both sides agreed on.
    agreed: Vec<Source>,
    ice_restart: IceRestart,
    /// The ICE generations of the peer's description in force.
    generations: Generations,
    remote: RemoteCandidates,
    local: LocalCandidates,
    /// The peer has closed its end, and nothing was agreed on with it since.
    closed_by_peer: bool,
}

impl Negotiation {
    /// Starts the negotiation of a connection that is paired with none.
    pub(super) fn new(role: Role, context: &mut Context<'_>) -> Self {
        let begin_at = match role {
            Role::Impolite => context.now,
            Role::Polite => context.now + context.policy.negotiation.first_offer_delay,
        };
        Self {
            role,
            is_prepared: false,
            connection: context.ids.connection(),
            paired: None,
            state: State::Stable,
            held: None,
            begun: None,
            answered: None,
            void: None,
            begin_at,
            agreed: Vec::new(),
            ice_restart: IceRestart::NotWanted,
            generations: Generations::default(),
            remote: RemoteCandidates::default(),
            local: LocalCandidates::default(),
            closed_by_peer: false,
        }
    }

    /// Starts a negotiation that is only prepared, until [`Self::start`].
    pub(super) fn prepare(role: Role, context: &mut Context<'_>) -> Self {
        Self { is_prepared: true, ..Self::new(role, context) }
    }

    /// Goes on with what was prepared.
    pub(super) fn start(&mut self, context: &mut Context<'_>) {
        self.is_prepared = false;
        match mem::replace(&mut self.state, State::Stable) {
            State::AnswerReceived { answer, sections } => {
                self.accept_answer(answer, sections, context);
            }
            State::AnswerSent { offer } => self.apply_answer(offer, context),
            // The peer may have had no use for the offer before.
            state @ State::Awaiting { .. } => {
                self.state = state;
                self.send_offer(context);
            }
            state @ (State::Stable
            | State::Offering { .. }
            | State::AcceptingAnswer { .. }
            | State::AcceptingOffer { .. }
            | State::ApplyingAnswer { .. }) => self.state = state,
        }
    }

    /// Returns this page's connection.
    pub(super) fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Returns `true` once this side has begun an offer.
    pub(super) fn has_begun(&self) -> bool {
        self.begun.is_some()
    }

    pub(super) fn is_paired(&self) -> bool {
        self.paired.is_some()
    }

    pub(super) fn is_closed_by_peer(&self) -> bool {
        self.closed_by_peer
    }

    /// Returns the name of the state for the coverage.
    pub(super) fn state_name(&self) -> &'static str {
        match self.state {
            State::Stable => "stable",
            State::Offering { .. } => "offering",
            State::Awaiting { .. } => "awaiting",
            State::AnswerReceived { .. } => "answer received",
            State::AcceptingAnswer { .. } => "accepting answer",
            State::AcceptingOffer { .. } => "accepting offer",
            State::AnswerSent { .. } => "answer sent",
            State::ApplyingAnswer { .. } => "applying answer",
        }
    }

    /// Takes an event.
    pub(super) fn on(&mut self, event: Event, context: &mut Context<'_>) -> Step {
        match event {
            Event::Offer(offer) => return self.on_offer(offer, context),
            Event::OfferCreated { negotiation, sdp, sources } => {
                return self.on_offer_created(negotiation, sdp, sources, context);
            }
            Event::AnswerCreated { negotiation, sdp } => {
                self.on_answer_created(negotiation, sdp, context);
            }
            Event::AnswerApplied { negotiation } => {
                return self.on_answer_applied(negotiation, context);
            }
            Event::AnswerAccepted { negotiation } => {
                return self.on_answer_accepted(negotiation, context);
            }
            Event::Answer(answer) => self.on_answer(answer, context),
            Event::Candidates(connection, candidates) => {
                for candidate in candidates {
                    self.remote.push(connection, candidate, &context.policy.negotiation);
                }
                self.add_candidates(context);
            }
            Event::CandidateFound(candidate) => {
                self.local.push(candidate, &context.policy.negotiation);
            }
            Event::PeerPresent => self.send_all_again(context),
            Event::Reconcile { is_failed } => self.reconcile(is_failed, context),
        }
        Step::None
    }

    /// Takes the failure of an operation. Returns `true` if it was under way, which leaves the
    /// connection in a state that nothing can be negotiated in.
    pub(super) fn on_failed(&mut self, negotiation: NegotiationId) -> bool {
        let is_current = self.operation() == Some(negotiation);
        if is_current {
            self.state = State::Stable;
        }
        is_current
    }

    /// The connection is up.
    pub(super) fn on_connected(&mut self) {
        self.closed_by_peer = false;
        self.local.forget_sent();
    }

    /// The peer has closed its end of the connection.
    pub(super) fn on_closed_by_peer(&mut self) {
        self.closed_by_peer = true;
    }

    /// Restarts ICE with the next offer.
    pub(super) fn restart_ice(&mut self) {
        self.ice_restart = IceRestart::Wanted;
    }

    /// Makes the first offer without waiting for the peer's.
    pub(super) fn begin_at_once(&mut self, now: Duration) {
        self.begin_at = now;
    }

    /// Starts over with a new connection that is paired with none. What it should carry is wanted
    /// still, so it will be offered again.
    pub(super) fn replace_connection(&mut self, connection: ConnectionId) {
        self.connection = connection;
        self.paired = None;
        self.state = State::Stable;
        self.held = None;
        self.agreed.clear();
        self.ice_restart = IceRestart::NotWanted;
        self.generations = Generations::default();
        self.local.clear();
    }

    /// Returns when there is something to do by the clock.
    pub(super) fn deadline(&self, reachable: bool, is_failed: bool) -> Option<Duration> {
        let offer = match &self.state {
            State::Awaiting { resend, .. } if reachable => Some(resend.at),
            State::Stable if reachable && self.paired.is_none() && !is_failed => {
                Some(self.begin_at)
            }
            State::Stable
            | State::Offering { .. }
            | State::Awaiting { .. }
            | State::AnswerReceived { .. }
            | State::AcceptingAnswer { .. }
            | State::AcceptingOffer { .. }
            | State::AnswerSent { .. }
            | State::ApplyingAnswer { .. } => None,
        };
        offer.into_iter().chain(self.local.deadline()).min()
    }

    /// Returns the operation that is under way in the browser.
    fn operation(&self) -> Option<NegotiationId> {
        match &self.state {
            State::Offering { id } => Some(*id),
            State::AcceptingAnswer { answer, .. } => Some(answer.negotiation),
            State::AcceptingOffer { offer } | State::ApplyingAnswer { offer } => {
                Some(offer.negotiation)
            }
            State::Stable
            | State::Awaiting { .. }
            | State::AnswerReceived { .. }
            | State::AnswerSent { .. } => None,
        }
    }

    fn reconcile(&mut self, is_failed: bool, context: &mut Context<'_>) {
        self.send_offer_again(context);
        let due = self.local.due(context.now, self.connection, &context.policy.negotiation);
        context.outbox.extend(due);
        if !is_failed && self.wants_offer(context) {
            self.begin(context);
        }
    }

    /// Sends the offer that waits for its answer, and all candidates. Candidates also where media
    /// flows: the peer may have restarted ICE, and this side not noticed why.
    fn send_all_again(&mut self, context: &mut Context<'_>) {
        self.send_offer(context);
        let again = self.local.again(self.connection, &context.policy.negotiation);
        context.outbox.extend(again);
    }

    /// Both descriptions are in force: candidates fit now.
    fn on_agreed(&mut self, remote_sdp: &str, context: &mut Context<'_>) -> Step {
        self.state = State::Stable;
        self.generations = Generations::of(remote_sdp);
        self.add_candidates(context);
        Step::Agreed(self.held.take())
    }

    fn add_candidates(&mut self, context: &mut Context<'_>) {
        let Some(paired) = self.paired else { return };
        if self.is_accepting() {
            // The peer's description is about to change; they are tried again after that.
            return;
        }
        let generations = &self.generations;
        for candidate in self.remote.take_fitting(paired, |candidate| generations.fit(candidate)) {
            context.operate(self.connection, Operation::AddCandidate(candidate));
        }
    }

    /// Returns `true` from taking a description of the peer until both are in force.
    fn is_accepting(&self) -> bool {
        match self.state {
            State::AnswerReceived { .. }
            | State::AcceptingAnswer { .. }
            | State::AcceptingOffer { .. }
            | State::AnswerSent { .. }
            | State::ApplyingAnswer { .. } => true,
            State::Stable | State::Offering { .. } | State::Awaiting { .. } => false,
        }
    }
}
