//! How a link is made to connect, and to connect again: one rung of a ladder after the other.

use std::time::Duration;

use crate::input::ConnectionState;
use crate::view::LinkState;

/// The times of the ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// How long `disconnected` may heal by itself.
    pub(crate) patience: Duration,
    /// How long each rung may take.
    pub(crate) rung: Duration,
    /// How often a connection is built anew before the link counts as failed.
    pub(crate) rebuilds: u8,
}

pub(crate) const POLICY: Policy =
    Policy { patience: Duration::from_secs(2), rung: Duration::from_secs(15), rebuilds: 2 };

/// Where a link stands on the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first connection, or an ICE restart after it was there, is on its way.
    Connecting { until: Duration },
    /// Media flows.
    Connected,
    /// `disconnected`: it may heal by itself.
    Waiting { until: Duration },
    /// A new connection is on its way.
    Rebuilding { until: Duration },
    /// Every rung was tried.
    Failed,
}

/// What the ladder asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    None,
    RestartIce,
    Rebuild,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    state: State,
    rebuilds: u8,
    was_connected: bool,
}

impl Recovery {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            state: State::Connecting { until: now + POLICY.rung },
            rebuilds: 0,
            was_connected: false,
        }
    }

    pub(super) fn state_changed(&mut self, now: Duration, state: ConnectionState) -> Step {
        match (state, self.state) {
            (ConnectionState::Connected, _) => {
                self.state = State::Connected;
                self.rebuilds = 0;
                self.was_connected = true;
                Step::None
            }
            (ConnectionState::Disconnected, State::Connected) => {
                self.state = State::Waiting { until: now + POLICY.patience };
                Step::None
            }
            (ConnectionState::Failed, State::Connected | State::Waiting { .. }) => {
                self.restart(now)
            }
            (ConnectionState::Failed, State::Connecting { .. } | State::Rebuilding { .. }) => {
                self.rebuild(now)
            }
            (
                ConnectionState::New
                | ConnectionState::Connecting
                | ConnectionState::Disconnected
                | ConnectionState::Failed
                | ConnectionState::Closed,
                _,
            ) => Step::None,
        }
    }

    /// A description could not be applied or made: this connection is of no more use.
    pub(super) fn negotiation_failed(&mut self, now: Duration) -> Step {
        self.rebuild(now)
    }

    /// The peer made a new connection, so there is hope again.
    pub(super) fn peer_rebuilt(&mut self, now: Duration) {
        self.state = State::Rebuilding { until: now + POLICY.rung };
    }

    /// Both sides agree on their descriptions: from here ICE has its time, however slow the way
    /// through the server was.
    pub(super) fn agreed(&mut self, now: Duration) {
        if let State::Connecting { until } | State::Rebuilding { until } = &mut self.state {
            *until = now + POLICY.rung;
        }
    }

    /// The person wants it tried once more.
    pub(super) fn retry(&mut self, now: Duration) -> Step {
        if self.state == State::Failed {
            self.rebuilds = 0;
            self.rebuild(now)
        } else {
            Step::None
        }
    }

    /// The network may have changed: do not wait for what will not heal.
    pub(super) fn awake(&mut self, now: Duration) -> Step {
        match self.state {
            State::Waiting { .. } => self.restart(now),
            State::Connecting { .. }
            | State::Connected
            | State::Rebuilding { .. }
            | State::Failed => Step::None,
        }
    }

    /// `reachable` says whether an offer would reach the peer now; if not, no rung is wasted.
    pub(super) fn timeout(&mut self, now: Duration, reachable: bool) -> Step {
        match &mut self.state {
            State::Connecting { until }
            | State::Waiting { until }
            | State::Rebuilding { until }
                if now < *until =>
            {
                Step::None
            }
            State::Connecting { until }
            | State::Waiting { until }
            | State::Rebuilding { until }
                if !reachable =>
            {
                *until = now + POLICY.patience;
                Step::None
            }
            State::Waiting { .. } => self.restart(now),
            State::Connecting { .. } | State::Rebuilding { .. } => self.rebuild(now),
            State::Connected | State::Failed => Step::None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Connecting { until }
            | State::Waiting { until }
            | State::Rebuilding { until } => Some(until),
            State::Connected | State::Failed => None,
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.state == State::Connected
    }

    pub(super) fn is_failed(&self) -> bool {
        self.state == State::Failed
    }

    pub(super) fn view(&self) -> LinkState {
        match self.state {
            State::Connected => LinkState::Connected,
            State::Failed => LinkState::Failed,
            State::Connecting { .. } | State::Waiting { .. } | State::Rebuilding { .. } => {
                if self.was_connected { LinkState::Reconnecting } else { LinkState::Connecting }
            }
        }
    }

    fn restart(&mut self, now: Duration) -> Step {
        self.state = State::Connecting { until: now + POLICY.rung };
        Step::RestartIce
    }

    fn rebuild(&mut self, now: Duration) -> Step {
        if self.rebuilds >= POLICY.rebuilds {
            self.state = State::Failed;
            return Step::None;
        }
        self.rebuilds += 1;
        self.state = State::Rebuilding { until: now + POLICY.rung };
        Step::Rebuild
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn connected() -> Recovery {
        let mut recovery = Recovery::new(at(0));
        recovery.state_changed(at(1), ConnectionState::Connected);
        recovery
    }

    #[test]
    fn what_heals_within_two_seconds_is_left_alone() {
        let mut recovery = connected();
        assert_eq!(recovery.state_changed(at(10), ConnectionState::Disconnected), Step::None);
        assert_eq!(recovery.deadline(), Some(at(12)));
        assert_eq!(recovery.timeout(at(11), true), Step::None);
        assert_eq!(recovery.state_changed(at(11), ConnectionState::Connected), Step::None);
        assert_eq!(recovery.timeout(at(20), true), Step::None);
    }

    #[test]
    fn the_ladder_is_climbed_to_its_end_and_can_be_climbed_again() {
        let mut recovery = connected();
        recovery.state_changed(at(10), ConnectionState::Disconnected);
        assert_eq!(recovery.timeout(at(12), true), Step::RestartIce);
        assert_eq!(recovery.view(), LinkState::Reconnecting);
        assert_eq!(recovery.timeout(at(27), true), Step::Rebuild);
        assert_eq!(recovery.timeout(at(42), true), Step::Rebuild);
        assert_eq!(recovery.timeout(at(57), true), Step::None);
        assert_eq!((recovery.view(), recovery.deadline()), (LinkState::Failed, None));
        assert_eq!(recovery.retry(at(60)), Step::Rebuild);
        assert_eq!(recovery.view(), LinkState::Reconnecting);
    }

    #[test]
    fn failed_restarts_at_once_and_so_does_a_changed_network() {
        assert_eq!(connected().state_changed(at(5), ConnectionState::Failed), Step::RestartIce);
        let mut recovery = connected();
        recovery.state_changed(at(10), ConnectionState::Disconnected);
        assert_eq!(recovery.awake(at(10)), Step::RestartIce);
        assert_eq!(recovery.awake(at(10)), Step::None, "once is enough");
        assert_eq!(connected().awake(at(10)), Step::None, "what flows is left alone");
    }

    #[test]
    fn ice_has_its_time_after_slow_signaling() {
        let mut recovery = Recovery::new(at(0));
        recovery.agreed(at(14));
        assert_eq!(recovery.timeout(at(28), true), Step::None);
        assert_eq!(recovery.timeout(at(29), true), Step::Rebuild);
        let mut recovery = connected();
        recovery.agreed(at(2));
        assert_eq!(recovery.deadline(), None, "what flows is left alone");
    }

    #[test]
    fn no_rung_is_wasted_on_a_peer_who_can_not_be_reached() {
        let mut recovery = Recovery::new(at(0));
        for second in 15..100 {
            assert_eq!(recovery.timeout(at(second), false), Step::None);
        }
        assert_eq!(recovery.timeout(at(110), true), Step::Rebuild);
    }

    #[test]
    fn a_link_that_never_connected_says_so() {
        let mut recovery = Recovery::new(at(0));
        assert_eq!(recovery.view(), LinkState::Connecting);
        assert_eq!(recovery.state_changed(at(9), ConnectionState::Failed), Step::Rebuild);
        assert_eq!(recovery.negotiation_failed(at(10)), Step::Rebuild);
        assert_eq!(recovery.negotiation_failed(at(11)), Step::None);
        assert_eq!(recovery.view(), LinkState::Failed);
    }
}
