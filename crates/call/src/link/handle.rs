//! The events of a link, passed to the machines that they concern, and what the machines ask for.

use std::mem;

use tincan_protocol::{ChannelMessage, NegotiationMessage, Offer, Source};

use super::failure::Evidence;
use super::media::LinkMedia;
use super::recovery::Step;
use super::{Context, FeatureEvent, PeerLink, channel, negotiation, recovery};
use crate::api::view::Failure;
use crate::api::{
    ChannelEvent, ConnectionEvent, ConnectionState, Effect, Effects, Operation, TransportPolicy,
};
use crate::uplink::Sample;

impl PeerLink {
    pub(super) fn on_message(&mut self, message: NegotiationMessage, context: &mut Context<'_>) {
        let event = match message {
            NegotiationMessage::Offer(offer) => negotiation::Event::Offer(offer),
            NegotiationMessage::Answer(answer) => negotiation::Event::Answer(answer),
            NegotiationMessage::Candidate { connection, candidate } => {
                self.evidence.received(context.now, &candidate);
                negotiation::Event::Candidates(connection, vec![candidate])
            }
            NegotiationMessage::Candidates { connection, candidates } => {
                for candidate in &candidates {
                    self.evidence.received(context.now, candidate);
                }
                negotiation::Event::Candidates(connection, candidates)
            }
        };
        self.negotiate(event, context);
    }

    pub(super) fn on_connection_event(
        &mut self,
        event: ConnectionEvent,
        context: &mut Context<'_>,
    ) {
        match event {
            ConnectionEvent::OfferCreated { negotiation, sdp, sources } => {
                let event = negotiation::Event::OfferCreated { negotiation, sdp, sources };
                self.negotiate(event, context);
            }
            ConnectionEvent::AnswerCreated { negotiation, sdp } => {
                self.negotiate(negotiation::Event::AnswerCreated { negotiation, sdp }, context);
            }
            ConnectionEvent::AnswerApplied { negotiation } => {
                self.negotiate(negotiation::Event::AnswerApplied { negotiation }, context);
            }
            ConnectionEvent::AnswerAccepted { negotiation } => {
                self.negotiate(negotiation::Event::AnswerAccepted { negotiation }, context);
            }
            ConnectionEvent::NegotiationFailed { negotiation } => {
                if self.negotiation.on_failed(negotiation) {
                    self.is_refused = true;
                    self.recover(recovery::Event::NegotiationFailed, context);
                    if self.recovery.is_failed() {
                        // Should this one connect after all, it still could not negotiate.
                        self.replace_connection(TransportPolicy::All, context);
                    }
                }
            }
            ConnectionEvent::CandidateFound(candidate) => {
                self.evidence.found(context.now, &candidate);
                self.negotiate(negotiation::Event::CandidateFound(candidate), context);
            }
            ConnectionEvent::ServerFailed(error) => {
                self.evidence.server_failed(context.now, error);
            }
            ConnectionEvent::TrackReceived { source, stream } => {
                self.media.on_track_received(source, stream);
            }
            ConnectionEvent::SectionsAgreed(sections) => self.media.sections = sections,
            ConnectionEvent::Measured(sample) => self.on_measured(sample, context),
            ConnectionEvent::ClosedByPeer => {
                self.negotiation.on_closed_by_peer();
                self.is_lost = false;
                self.recover(recovery::Event::ClosedByPeer, context);
            }
            ConnectionEvent::StateChanged(state) => self.on_state_changed(state, context),
            ConnectionEvent::Channel(event) => self.on_channel_event(event, context),
        }
    }

    fn on_channel_event(&mut self, event: ChannelEvent, context: &mut Context<'_>) {
        let policy = &context.policy.channel;
        match self.channel.on(event, context.now, policy) {
            channel::Step::None => {}
            channel::Step::Greet => {
                if let Some(operation) = channel::send(&ChannelMessage::Hello, policy) {
                    self.operate(operation, context);
                }
            }
            channel::Step::Received { message, is_first } => {
                let route = is_first.then_some(FeatureEvent::RouteChanged);
                let message = message.map(FeatureEvent::Message);
                context.feature_events.extend(route.into_iter().chain(message));
            }
            channel::Step::RouteChanged => {
                context.feature_events.push(FeatureEvent::RouteChanged);
            }
            channel::Step::Abused => {
                self.operate(Operation::CloseChannel, context);
                context.feature_events.push(FeatureEvent::RouteChanged);
            }
        }
    }

    fn on_measured(&mut self, sample: Sample, context: &mut Context<'_>) {
        let (stats, is_back) = self.rate.measured(context.now, sample, &context.policy.uplink);
        context.feature_events.extend(stats.map(FeatureEvent::Measured));
        if is_back {
            self.send_key_frames(context);
        }
        if self.is_lost && self.rate.quiet_for().is_zero() {
            self.is_lost = false;
            self.recover(recovery::Event::Arrived, context);
        }
    }

    fn on_state_changed(&mut self, state: ConnectionState, context: &mut Context<'_>) {
        self.is_lost &= !is_conclusive(state);
        self.recover(recovery::Event::StateChanged(state), context);
        if state == ConnectionState::Connected {
            self.negotiation.on_connected();
            if self.rate.connected(context.now, &context.policy.uplink) {
                self.send_key_frames(context);
            }
            self.evidence = Evidence::new(context.now);
        }
    }

    /// Brings the link to what is wanted now: what is due by the clock, the tracks to send, and an
    /// offer if something is to be agreed on.
    pub(super) fn reconcile(&mut self, context: &mut Context<'_>) {
        self.recover(recovery::Event::Clock, context);
        self.rate.reconcile(context.now);
        for operation in self.media.tracks_to_send(context.local_media) {
            self.operate(operation, context);
        }
        let is_failed = self.recovery.is_failed();
        self.negotiate(negotiation::Event::Reconcile { is_failed }, context);
    }

    pub(super) fn negotiate(&mut self, event: negotiation::Event, context: &mut Context<'_>) {
        match self.negotiation.on(event, context) {
            negotiation::Step::None => {}
            negotiation::Step::PeerActive => self.recover(recovery::Event::PeerActive, context),
            negotiation::Step::Created(held) => {
                self.take_held(held, context);
                self.negotiation.send_offer(context);
            }
            negotiation::Step::Agreed(held) => {
                self.is_refused = false;
                self.evidence.agreed(context.now);
                self.recover(recovery::Event::Agreed, context);
                self.take_held(held, context);
            }
            negotiation::Step::Replace(offer) => {
                self.replace_connection(TransportPolicy::All, context);
                self.recover(recovery::Event::PeerRebuilt, context);
                self.negotiate(negotiation::Event::Offer(offer), context);
            }
        }
    }

    fn take_held(&mut self, held: Option<Offer>, context: &mut Context<'_>) {
        if let Some(held) = held {
            self.negotiate(negotiation::Event::Offer(held), context);
        }
    }

    pub(super) fn recover(&mut self, event: recovery::Event, context: &mut Context<'_>) {
        let failure = self.failure(context);
        let was_connected = self.is_connected();
        let step = self.recovery.on(event, &mut context.recovery(failure));
        if was_connected && !self.is_connected() {
            self.evidence.begin(context.now);
        }
        match step {
            Step::None => {}
            Step::RestartIce => self.negotiation.restart_ice(),
            Step::Rebuild => self.rebuild(TransportPolicy::All, context),
            Step::RelayOnly => self.rebuild(TransportPolicy::Relay, context),
            Step::GiveUp => {
                let evidence = mem::replace(&mut self.evidence, Evidence::new(context.now));
                self.failed = Some(evidence.failed(context.now, failure, context.servers()));
            }
        }
    }

    /// Returns the reason to give, should the link fail.
    fn failure(&self, context: &Context<'_>) -> Failure {
        if self.is_refused || self.media.has_no_codec() {
            Failure::Incompatible
        } else {
            self.evidence.failure(self.negotiation.is_paired(), context.servers())
        }
    }

    fn rebuild(&mut self, transport: TransportPolicy, context: &mut Context<'_>) {
        self.replace_connection(transport, context);
        // The peer does not know of it, so this side makes the offer.
        self.negotiation.begin_at_once(context.now);
    }

    /// Closes this side's connection and opens a new one, which is paired with none.
    fn replace_connection(&mut self, transport: TransportPolicy, context: &mut Context<'_>) {
        let (peer, connection) = (self.peer, self.negotiation.connection());
        context.effects.push(Effect::CloseConnection { peer, connection });
        self.negotiation.replace_connection(context.ids.connection());
        self.rate.replace_connection();
        if self.channel.replace_connection() {
            context.feature_events.push(FeatureEvent::RouteChanged);
        }
        self.media = LinkMedia::default();
        self.is_lost = false;
        context.open_connection(self.negotiation.connection(), transport);
    }

    fn send_key_frames(&self, context: &mut Context<'_>) {
        for source in [Source::Camera, Source::Screen] {
            self.operate(Operation::SendKeyFrame(source), context);
        }
    }

    pub(super) fn operate(&self, operation: Operation, context: &mut Context<'_>) {
        context.operate(self.negotiation.connection(), operation);
    }

    pub(super) fn push(&self, operation: Operation, effects: &mut Effects) {
        let (peer, connection) = (self.peer, self.negotiation.connection());
        effects.push(Effect::Connection { peer, connection, operation });
    }
}

/// Returns `true` if this state of a browser tells that media flow, or that they do not.
fn is_conclusive(state: ConnectionState) -> bool {
    match state {
        ConnectionState::Connected | ConnectionState::Disconnected | ConnectionState::Failed => {
            true
        }
        ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed => false,
    }
}
