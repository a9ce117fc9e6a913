//! The recovery of a link: one stage after the other until media flows, initially or again.
//!
//! ```text
//!   Trying(IceRestart) --> Trying(Rebuild) --> Trying(RelayOnly) --> Failed --> Trying(Rebuild) …
//!      ^    each when its time is over, or at once  |         after a backoff, or when
//!      |    when the browser reports `failed`       |         anything changes
//!      |                   +------------------------+
//!      | restart           v connected
//!   Waiting <--------- Connected ---------> Closed --> Trying(Rebuild)
//!         disconnected          closed by the peer   after a moment
//! ```
//!
//! - A stage goes on for as long as the peer cannot be reached, since nothing can come of it.
//! - A link that is connected is left alone, unless the network changes: then ICE restarts beside
//!   the media.

mod event;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::api::ConnectionState;
use crate::api::view::{Failure, LinkState, RecoveryStage};
use crate::coverage::{self, Machine};
pub(super) use event::{Event, RecoveryContext, Step};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A stage is being tried. It is overdue if its time passed while the peer was unreachable.
    Trying { stage: RecoveryStage, until: Duration, overdue: bool },
    /// Media flows. A restart of ICE beside it has time until then.
    Connected { restart_until: Option<Duration> },
    /// `disconnected`: it may heal by itself.
    Waiting { until: Duration },
    /// The peer has closed its end. It either leaves or makes a new connection, and is about to
    /// say which; until then the link is shown as it was.
    Closed { until: Duration },
    /// Every stage was tried, and will be again.
    Failed { until: Duration, failure: Failure },
}

impl State {
    /// A stage that has its whole time from now on.
    fn trying(stage: RecoveryStage, context: &mut RecoveryContext<'_>) -> Self {
        Self::Trying { stage, until: context.end_of_stage(), overdue: false }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Trying { stage: RecoveryStage::Wait | RecoveryStage::IceRestart, .. } => {
                "trying ICE"
            }
            Self::Trying { stage: RecoveryStage::Rebuild, .. } => "trying a new connection",
            Self::Trying { stage: RecoveryStage::RelayOnly, .. } => "trying relays",
            Self::Connected { restart_until: None } => "connected",
            Self::Connected { restart_until: Some(_) } => "connected and restarting",
            Self::Waiting { .. } => "waiting",
            Self::Closed { .. } => "closed by peer",
            Self::Failed { .. } => "failed",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    state: State,
    /// The number of times that every stage was tried in vain.
    failures: u32,
    was_connected: bool,
}

impl Recovery {
    pub(super) fn new(context: &mut RecoveryContext<'_>) -> Self {
        let state = State::trying(RecoveryStage::IceRestart, context);
        Self { state, failures: 0, was_connected: false }
    }

    /// Takes an event. The only place where the state changes.
    pub(super) fn on(&mut self, event: Event, context: &mut RecoveryContext<'_>) -> Step {
        coverage::record(Machine::Recovery, || {
            let is_due = || self.deadline().is_some_and(|deadline| context.now >= deadline);
            let name = event.name(context.reachable)?;
            (event != Event::Clock || is_due()).then(|| (self.state.name(), name))
        });
        match event {
            Event::StateChanged(state) => return self.on_state_changed(state, context),
            Event::NegotiationFailed => return self.on_negotiation_failed(context),
            Event::Retry => return self.on_retry(context),
            Event::PeerPresent => return self.on_peer_present(context),
            Event::PeerActive | Event::Awake => return self.stop_waiting(context),
            Event::NetworkChanged => return self.on_network_changed(context),
            Event::Clock => return self.on_clock(context),
            Event::ClosedByPeer => self.on_closed_by_peer(context),
            Event::Lost => self.on_lost(context),
            Event::Arrived => self.on_arrived(),
            Event::PeerRebuilt => self.join_peer(context),
            Event::Agreed => self.on_agreed(context),
        }
        Step::None
    }

    fn on_state_changed(
        &mut self,
        state: ConnectionState,
        context: &mut RecoveryContext<'_>,
    ) -> Step {
        match state {
            ConnectionState::Connected => {
                self.state = State::Connected { restart_until: None };
                self.failures = 0;
                self.was_connected = true;
                Step::None
            }
            ConnectionState::Disconnected => {
                self.on_disconnected(context);
                Step::None
            }
            ConnectionState::Failed => match self.state {
                State::Connected { restart_until: None } | State::Waiting { .. } => {
                    self.restart_ice(context)
                }
                State::Connected { restart_until: Some(_) } | State::Closed { .. } => {
                    self.rebuild(context)
                }
                State::Trying { stage, .. } => self.advance(stage, context),
                State::Failed { .. } => Step::None,
            },
            ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed => {
                Step::None
            }
        }
    }

    fn on_disconnected(&mut self, context: &RecoveryContext<'_>) {
        match self.state {
            State::Connected { restart_until: None } => {
                self.state = State::Waiting { until: context.soon() };
            }
            State::Connected { restart_until: Some(until) } => {
                let stage = RecoveryStage::IceRestart;
                self.state = State::Trying { stage, until, overdue: false };
            }
            State::Trying { .. }
            | State::Waiting { .. }
            | State::Closed { .. }
            | State::Failed { .. } => {}
        }
    }

    fn on_closed_by_peer(&mut self, context: &RecoveryContext<'_>) {
        let soon = context.soon();
        match &mut self.state {
            State::Connected { .. } => self.state = State::Closed { until: soon },
            State::Waiting { .. } => {
                let stage = RecoveryStage::IceRestart;
                self.state = State::Trying { stage, until: soon, overdue: false };
            }
            State::Trying {
                stage: RecoveryStage::Wait | RecoveryStage::IceRestart, until, ..
            } => *until = soon.min(*until),
            // This connection is about to be replaced, or the peer already makes another one.
            State::Trying { stage: RecoveryStage::Rebuild | RecoveryStage::RelayOnly, .. }
            | State::Closed { .. }
            | State::Failed { .. } => {}
        }
    }

    fn on_lost(&mut self, context: &RecoveryContext<'_>) {
        if let State::Connected { .. } = self.state {
            self.state = State::Waiting { until: context.soon() };
        }
    }

    fn on_arrived(&mut self) {
        if let State::Waiting { .. }
        | State::Trying { stage: RecoveryStage::Wait | RecoveryStage::IceRestart, .. } =
            self.state
        {
            self.state = State::Connected { restart_until: None };
        }
    }

    fn on_negotiation_failed(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        match self.state {
            State::Trying { stage, .. } => self.advance(stage, context),
            State::Connected { .. } | State::Waiting { .. } | State::Closed { .. } => {
                self.rebuild(context)
            }
            // The peer tried. Were this side to try at once as well, two browsers that cannot agree
            // would lead each other on for ever.
            State::Failed { until, .. } => {
                self.state = State::Failed { until, failure: context.failure };
                Step::GiveUp
            }
        }
    }

    /// Goes on with the peer's new connection. This side does not begin with the first stage for
    /// it: or the two could lead each other from relay to relay for ever.
    fn join_peer(&mut self, context: &mut RecoveryContext<'_>) {
        let stage = match self.state {
            State::Trying { stage: RecoveryStage::RelayOnly, .. } | State::Failed { .. } => {
                RecoveryStage::RelayOnly
            }
            State::Trying { .. }
            | State::Connected { .. }
            | State::Waiting { .. }
            | State::Closed { .. } => RecoveryStage::Rebuild,
        };
        self.state = State::trying(stage, context);
    }

    /// From here on ICE has its time, however slow the way through the server was.
    fn on_agreed(&mut self, context: &mut RecoveryContext<'_>) {
        match &mut self.state {
            State::Trying { stage, .. } => self.state = State::trying(*stage, context),
            State::Connected { restart_until: Some(until) } => *until = context.end_of_stage(),
            State::Failed { .. } => self.join_peer(context),
            State::Connected { restart_until: None }
            | State::Waiting { .. }
            | State::Closed { .. } => {}
        }
    }

    fn on_retry(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        match self.state {
            State::Failed { .. } => {
                self.failures = 0;
                self.rebuild(context)
            }
            State::Trying { .. }
            | State::Connected { .. }
            | State::Waiting { .. }
            | State::Closed { .. } => Step::None,
        }
    }

    /// A stage that is overdue has its time from now on: there was no way before.
    fn on_peer_present(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        if let State::Trying { stage, overdue: true, .. } = self.state {
            self.state = State::trying(stage, context);
        }
        self.stop_waiting(context)
    }

    fn stop_waiting(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        match self.state {
            State::Waiting { .. } => self.restart_ice(context),
            State::Failed { .. } => self.rebuild(context),
            State::Trying { .. } | State::Connected { .. } | State::Closed { .. } => Step::None,
        }
    }

    /// The candidates of the old network are of no more use.
    fn on_network_changed(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        match &mut self.state {
            State::Connected { restart_until } => {
                *restart_until = Some(context.end_of_stage());
                Step::RestartIce
            }
            State::Trying { stage, .. } => {
                self.state = State::trying(*stage, context);
                Step::RestartIce
            }
            State::Waiting { .. } => self.restart_ice(context),
            State::Closed { .. } | State::Failed { .. } => self.rebuild(context),
        }
    }

    fn on_clock(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        let soon = context.soon();
        match &mut self.state {
            State::Connected { restart_until } => {
                // It was not needed, or it is done: no event tells while media flows.
                *restart_until = restart_until.filter(|until| context.now < *until);
                Step::None
            }
            State::Trying { until, .. }
            | State::Waiting { until }
            | State::Closed { until }
            | State::Failed { until, .. }
                if context.now < *until =>
            {
                Step::None
            }
            State::Trying { until, overdue, .. } if !context.reachable => {
                *until = soon;
                *overdue = true;
                Step::None
            }
            State::Closed { .. } if !context.reachable => {
                // The peer did not tell why it closed its end, and cannot now.
                let stage = RecoveryStage::IceRestart;
                self.state = State::Trying { stage, until: soon, overdue: true };
                Step::None
            }
            State::Waiting { until } | State::Failed { until, .. } if !context.reachable => {
                *until = soon;
                Step::None
            }
            State::Waiting { .. } => self.restart_ice(context),
            State::Trying { stage, .. } => {
                let stage = *stage;
                self.advance(stage, context)
            }
            State::Closed { .. } | State::Failed { .. } => self.rebuild(context),
        }
    }

    /// Returns when [`Event::Clock`] has something to do.
    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Trying { until, .. }
            | State::Waiting { until }
            | State::Closed { until }
            | State::Failed { until, .. } => Some(until),
            State::Connected { restart_until } => restart_until,
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected { .. })
    }

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.state, State::Failed { .. })
    }

    pub(super) fn view(&self) -> LinkState {
        let stage = match self.state {
            State::Connected { .. } | State::Closed { .. } => return LinkState::Connected,
            State::Failed { failure, .. } => return LinkState::Failed(failure),
            State::Waiting { .. } => RecoveryStage::Wait,
            State::Trying { stage, .. } => stage,
        };
        if self.was_connected {
            LinkState::Reconnecting(stage)
        } else {
            LinkState::Connecting(stage)
        }
    }

    fn restart_ice(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        self.state = State::trying(RecoveryStage::IceRestart, context);
        Step::RestartIce
    }

    fn rebuild(&mut self, context: &mut RecoveryContext<'_>) -> Step {
        self.advance(RecoveryStage::IceRestart, context)
    }

    /// Goes on to the stage after this one.
    fn advance(&mut self, after: RecoveryStage, context: &mut RecoveryContext<'_>) -> Step {
        let (stage, step) = match after {
            RecoveryStage::Wait => return self.restart_ice(context),
            RecoveryStage::IceRestart => (RecoveryStage::Rebuild, Step::Rebuild),
            RecoveryStage::Rebuild if context.has_turn => {
                (RecoveryStage::RelayOnly, Step::RelayOnly)
            }
            RecoveryStage::Rebuild | RecoveryStage::RelayOnly => {
                self.failures = self.failures.saturating_add(1);
                let wait = context.policy.retry.delay(self.failures, context.random.fraction());
                self.state = State::Failed { until: context.now + wait, failure: context.failure };
                return Step::GiveUp;
            }
        };
        self.state = State::trying(stage, context);
        step
    }
}
