//! The connection of this page with one other peer, and everything that keeps it going.
//!
//! [`PeerLink`] passes each event to the machines that it concerns: `negotiation` agrees with the
//! peer on what the connection carries, `recovery` makes it connect, again if need be, and
//! `channel` carries messages of features. A [`PreparedLink`] is what comes before it, while only
//! one of the two is in the call.

mod channel;
mod context;
mod event;
mod failure;
mod handle;
mod media;
mod negotiation;
mod prepared;
mod rate;
mod recovery;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{FeatureMessage, PeerId, Source};

use crate::api::view::LinkState;
use crate::api::{Effect, Effects, Operation, TransportPolicy};
use crate::coverage::{self, Machine};
use crate::media::StreamId;
use crate::media::remote::Section;
use crate::policy::ChannelPolicy;
use crate::uplink::Share;
use channel::Channel;
pub(crate) use context::{Context, FeatureEvent, Ids, Role};
pub(crate) use event::Event;
pub(crate) use failure::Answer;
pub use failure::{
    CandidateClass, CountedError, Evidence, FailedAttempt, IceServerError, IceServerKind,
    IceServerKinds, Tallies, Tally,
};
use media::LinkMedia;
use negotiation::Negotiation;
pub(crate) use prepared::PreparedLink;
use rate::Rate;
use recovery::Recovery;

/// The connection of this page with one other peer.
#[derive(Debug)]
pub(crate) struct PeerLink {
    peer: PeerId,
    negotiation: Negotiation,
    recovery: Recovery,
    /// The findings that tell why it failed, should it.
    evidence: Evidence,
    /// The attempt that failed last.
    failed: Option<Rc<FailedAttempt>>,
    /// The browser refused a description, and nothing was agreed on since.
    is_refused: bool,
    rate: Rate,
    media: LinkMedia,
    channel: Channel,
    /// It counts as lost, though the browser has not reported it.
    is_lost: bool,
}

impl PeerLink {
    /// Opens a connection with a peer.
    pub(crate) fn open(role: Role, context: &mut Context<'_>) -> Self {
        let negotiation = Negotiation::new(role, context);
        context.open_connection(negotiation.connection(), TransportPolicy::All);
        Self::new(negotiation, LinkMedia::default(), context)
    }

    /// Makes the link of a connection that is open.
    fn new(negotiation: Negotiation, media: LinkMedia, context: &mut Context<'_>) -> Self {
        let evidence = Evidence::new(context.now);
        let failure = evidence.failure(false, context.servers());
        Self {
            peer: context.peer,
            negotiation,
            recovery: Recovery::new(&mut context.recovery(failure)),
            evidence,
            failed: None,
            is_refused: false,
            rate: Rate::default(),
            media,
            channel: Channel::default(),
            is_lost: false,
        }
    }

    /// Closes the connection.
    pub(crate) fn close(self, effects: &mut Effects) {
        let (peer, connection) = (self.peer, self.negotiation.connection());
        effects.push(Effect::CloseConnection { peer, connection });
    }

    /// Takes an event.
    pub(crate) fn on(&mut self, event: Event, context: &mut Context<'_>) {
        if let Event::Connection(connection, _) = &event
            && *connection != self.negotiation.connection()
        {
            return;
        }
        coverage::record(Machine::Link, || {
            let deadline = self.deadline(context.reachable);
            let is_due = deadline.is_some_and(|deadline| context.now >= deadline);
            Some((self.negotiation.state_name(), event.name(is_due)?))
        });
        match event {
            Event::Message(message) => self.on_message(message, context),
            Event::Connection(_, event) => self.on_connection_event(event, context),
            Event::PeerPresent => {
                self.recover(recovery::Event::PeerPresent, context);
                self.negotiate(negotiation::Event::PeerPresent, context);
            }
            Event::Lost => {
                self.is_lost = true;
                self.recover(recovery::Event::Lost, context);
            }
            Event::Awake => self.recover(recovery::Event::Awake, context),
            Event::NetworkChanged => {
                self.rate.interrupted(context.now, &context.policy.uplink);
                self.recover(recovery::Event::NetworkChanged, context);
            }
            Event::Retry => self.recover(recovery::Event::Retry, context),
            Event::IceServersChanged => {
                let servers = context.ice_servers.to_vec();
                self.operate(Operation::SetIceServers(servers), context);
            }
            Event::Reconcile => self.reconcile(context),
        }
    }

    /// Returns when [`Event::Reconcile`] has something to do by the clock.
    pub(crate) fn deadline(&self, reachable: bool) -> Option<Duration> {
        let negotiation = self.negotiation.deadline(reachable, self.recovery.is_failed());
        let others = [self.recovery.deadline(), self.rate.first_frames_until()];
        negotiation.into_iter().chain(others.into_iter().flatten()).min()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.recovery.is_connected()
    }

    /// Returns `true` if the peer has closed its end, and is not known to have a new one.
    pub(crate) fn is_closed_by_peer(&self) -> bool {
        self.negotiation.is_closed_by_peer()
    }

    /// Returns `true` if the link cannot recover before the server delivers a message of the peer.
    pub(crate) fn waits_for_server(&self) -> bool {
        self.is_closed_by_peer() || matches!(self.state(), LinkState::Reconnecting(_))
    }

    /// Returns `true` if the data channel carries messages.
    pub(crate) fn has_channel(&self) -> bool {
        self.channel.is_confirmed()
    }

    /// Sends a message of a feature by the data channel.
    pub(crate) fn send(
        &self,
        message: FeatureMessage,
        policy: &ChannelPolicy,
        effects: &mut Effects,
    ) {
        if let Some(operation) = channel::send(&message.into(), policy) {
            self.push(operation, effects);
        }
    }

    /// Returns `true` if it is connected, or is being recovered.
    pub(crate) fn goes_on(&self) -> bool {
        matches!(self.state(), LinkState::Connected | LinkState::Reconnecting(_))
    }

    pub(crate) fn state(&self) -> LinkState {
        self.recovery.view()
    }

    /// Returns the attempt that failed, while the link is failed.
    pub(crate) fn failed(&self) -> Option<&Rc<FailedAttempt>> {
        self.failed.as_ref().filter(|_| self.recovery.is_failed())
    }

    /// Returns the stream of the peer's microphone and camera.
    pub(crate) fn person(&self) -> Option<StreamId> {
        self.media.person
    }

    /// Returns the stream of the peer's screen and its audio.
    pub(crate) fn screen(&self) -> Option<StreamId> {
        self.media.screen
    }

    /// Returns `true` if the track of a source has arrived.
    pub(crate) fn has_received(&self, source: Source) -> bool {
        self.media.has_received(source)
    }

    /// Returns what was agreed on for a source, if anything yet.
    pub(crate) fn section(&self, source: Source) -> Option<Section> {
        self.media.section(source)
    }

    /// Returns `true` if both ends are on one machine.
    pub(crate) fn same_machine(&self) -> bool {
        self.rate.same_machine()
    }

    /// Returns the rate that goes through, in kbit/s; none if it is not known to be scarce.
    pub(crate) fn limit(&self) -> Option<u32> {
        self.rate.limit()
    }

    /// Returns `true` while the first frames of the connection are awaited or sent.
    pub(crate) fn sends_first_frames(&self) -> bool {
        self.rate.sends_first_frames()
    }

    /// Returns `true` if statistics are of use: the link is connected, or counts as lost and may
    /// not be.
    pub(crate) fn is_measured(&self) -> bool {
        self.is_connected() || self.is_lost
    }

    /// Returns `true` if nothing arrives, as far as is known.
    pub(crate) fn is_silent(&self) -> bool {
        self.rate.is_silent()
    }

    /// Returns the time for which nothing had arrived at the last measurement.
    pub(crate) fn quiet_for(&self) -> Duration {
        self.rate.quiet_for()
    }

    /// Asks for statistics.
    pub(crate) fn measure(&self, effects: &mut Effects) {
        self.push(Operation::Measure, effects);
    }

    /// Encodes the sources in this way from now on.
    pub(crate) fn apply_encodings(&mut self, share: Share, effects: &mut Effects) {
        let last = self.rate.share.replace(share);
        for source in Source::ALL {
            let encoding = share.encoding(source);
            if last.is_none_or(|last| last.encoding(source) != encoding) {
                self.push(Operation::SetEncoding { source, encoding }, effects);
            }
        }
    }
}
