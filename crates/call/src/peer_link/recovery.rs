//! How a link is made to connect, and to connect again: one rung of a ladder after the other.
//!
//! ```text
//!   Trying(Ice) --> Trying(Rebuild) --> Trying(Relay) --> Failed --> Trying(Rebuild) ...
//!      ^    each at its time, or at once when    |           after a rest, or when anything
//!      |    the browser gives up                 |           changes
//!      |                   +---------------------+
//!      | restart           v connected
//!   Waiting <--------- Connected ---------> Closed --> Trying(Rebuild)
//!         disconnected          closed by the peer   after a moment
//! ```
//!
//! - No rung is wasted on a peer who can not be reached: it goes on until there is a way.
//! - What flows is left alone, but when the network changed: then ICE starts anew beside it.

use std::time::Duration;

use crate::coverage::{self, Machine};
use crate::input::ConnectionState;
use crate::retry::Retry;
use crate::view::{Failure, LinkState, Rung};

/// The times of the ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// How long `disconnected` may heal by itself.
    pub(crate) patience: Duration,
    /// How long each rung may take.
    pub(crate) rung: Duration,
    /// How much longer it takes at most, by chance: the two ends shall not climb in step.
    pub(crate) jitter: Duration,
    /// How long a link that failed rests before it is tried again by itself.
    pub(crate) rest: Retry,
}

pub(crate) const POLICY: Policy = Policy {
    patience: Duration::from_secs(2),
    rung: Duration::from_secs(15),
    jitter: Duration::from_secs(1),
    rest: Retry { base: Duration::from_secs(20), limit: Duration::from_mins(2), spread: 0.5 },
};

/// What the ladder stands on at the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    pub(super) now: Duration,
    /// Whether an offer would reach the peer now.
    pub(super) reachable: bool,
    /// Whether there is a TURN server.
    pub(super) has_turn: bool,
    /// From 0 up to 1.
    pub(super) jitter: f64,
}

impl Ground {
    fn end_of_rung(&self) -> Duration {
        self.now + POLICY.rung + POLICY.jitter.mul_f64(self.jitter)
    }
}

/// Where a link stands on the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A rung is being tried. It is overdue if its time has passed while the peer was out of reach.
    Trying { rung: Rung, until: Duration, overdue: bool },
    /// Media flows. If ICE starts anew beside it, it has so long.
    Connected { restart_until: Option<Duration> },
    /// `disconnected`: it may heal by itself.
    Waiting { until: Duration },
    /// The peer has closed its end. It either leaves or makes a new connection, and is about to say
    /// which; until then the link is shown as it was.
    Closed { until: Duration },
    /// Every rung was tried. It rests so long.
    Failed { until: Duration },
}

impl State {
    /// A rung that has its time from now on.
    fn trying(rung: Rung, ground: Ground) -> Self {
        Self::Trying { rung, until: ground.end_of_rung(), overdue: false }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Trying { rung: Rung::Wait | Rung::Ice, .. } => "trying ICE",
            Self::Trying { rung: Rung::Rebuild, .. } => "trying a new connection",
            Self::Trying { rung: Rung::Relay, .. } => "trying relays",
            Self::Connected { restart_until: None } => "connected",
            Self::Connected { restart_until: Some(_) } => "connected and restarting",
            Self::Waiting { .. } => "waiting",
            Self::Closed { .. } => "closed by the peer",
            Self::Failed { .. } => "failed",
        }
    }
}

/// What the ladder asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    None,
    RestartIce,
    /// A new connection.
    Rebuild,
    /// A new connection, by relays alone.
    Relay,
    /// Nothing more for now: say why.
    GiveUp,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    state: State,
    /// How often every rung was tried in vain.
    failures: u32,
    was_connected: bool,
}

impl Recovery {
    pub(super) fn new(ground: Ground) -> Self {
        let state = State::trying(Rung::Ice, ground);
        Self { state, failures: 0, was_connected: false }
    }

    pub(super) fn state_changed(&mut self, ground: Ground, state: ConnectionState) -> Step {
        match state {
            ConnectionState::Connected => self.meet("Connected"),
            ConnectionState::Disconnected => self.meet("Disconnected"),
            ConnectionState::Failed => self.meet("Failed"),
            ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed => {}
        }
        match (state, self.state) {
            (ConnectionState::Connected, _) => {
                self.state = State::Connected { restart_until: None };
                self.failures = 0;
                self.was_connected = true;
                Step::None
            }
            (ConnectionState::Disconnected, State::Connected { restart_until: None }) => {
                self.state = State::Waiting { until: ground.now + POLICY.patience };
                Step::None
            }
            (ConnectionState::Disconnected, State::Connected { restart_until: Some(until) }) => {
                self.state = State::Trying { rung: Rung::Ice, until, overdue: false };
                Step::None
            }
            (
                ConnectionState::Failed,
                State::Connected { restart_until: None } | State::Waiting { .. },
            ) => self.restart(ground),
            (
                ConnectionState::Failed,
                State::Connected { restart_until: Some(_) } | State::Closed { .. },
            ) => self.rebuild(ground),
            (ConnectionState::Failed, State::Trying { rung, .. }) => self.climb(ground, rung),
            (ConnectionState::Failed, State::Failed { .. })
            | (
                ConnectionState::Disconnected,
                State::Trying { .. }
                | State::Waiting { .. }
                | State::Closed { .. }
                | State::Failed { .. },
            )
            | (
                ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed,
                State::Trying { .. }
                | State::Connected { .. }
                | State::Waiting { .. }
                | State::Closed { .. }
                | State::Failed { .. },
            ) => Step::None,
        }
    }

    /// The peer has closed its end of the connection: restarting ICE cannot help.
    pub(super) fn closed_by_peer(&mut self, ground: Ground) {
        self.meet("closed by the peer");
        let soon = ground.now + POLICY.patience;
        match &mut self.state {
            State::Connected { .. } => self.state = State::Closed { until: soon },
            State::Waiting { .. } => {
                self.state = State::Trying { rung: Rung::Ice, until: soon, overdue: false };
            }
            State::Trying { rung: Rung::Wait | Rung::Ice, until, .. } => *until = soon.min(*until),
            // This connection is about to be replaced, or the peer already makes another one.
            State::Trying { rung: Rung::Rebuild | Rung::Relay, .. }
            | State::Closed { .. }
            | State::Failed { .. } => {}
        }
    }

    /// Nothing arrives, and the server says that the peer is gone.
    pub(super) fn lost(&mut self, ground: Ground) {
        self.meet("lost");
        if let State::Connected { .. } = self.state {
            self.state = State::Waiting { until: ground.now + POLICY.patience };
        }
    }

    /// Something arrives after all, though the link counted as lost.
    pub(super) fn arrived(&mut self) {
        self.meet("arrived");
        if let State::Waiting { .. } | State::Trying { rung: Rung::Wait | Rung::Ice, .. } =
            self.state
        {
            self.state = State::Connected { restart_until: None };
        }
    }

    /// A description could not be applied or made: this connection is of no more use.
    pub(super) fn negotiation_failed(&mut self, ground: Ground) -> Step {
        self.meet("negotiation failed");
        match self.state {
            State::Trying { rung, .. } => self.climb(ground, rung),
            State::Connected { .. } | State::Waiting { .. } | State::Closed { .. } => {
                self.rebuild(ground)
            }
            // The peer tried. Were this side to try at once as well, two browsers that cannot
            // agree would lead each other on for ever.
            State::Failed { .. } => Step::GiveUp,
        }
    }

    /// The peer made a new connection, so there is hope again. This side does not begin its own ladder
    /// anew for it: or the two could lead each other from relay to relay for ever.
    pub(super) fn peer_rebuilt(&mut self, ground: Ground) {
        self.meet("peer rebuilt");
        self.join_rung(ground);
    }

    fn join_rung(&mut self, ground: Ground) {
        let rung = match self.state {
            State::Trying { rung: Rung::Relay, .. } | State::Failed { .. } => Rung::Relay,
            State::Trying { rung: Rung::Wait | Rung::Ice | Rung::Rebuild, .. }
            | State::Connected { .. }
            | State::Waiting { .. }
            | State::Closed { .. } => Rung::Rebuild,
        };
        self.state = State::trying(rung, ground);
    }

    /// Both sides agree on their descriptions: from here ICE has its time, however slow the way
    /// through the server was.
    pub(super) fn agreed(&mut self, ground: Ground) {
        self.meet("agreed");
        match &mut self.state {
            State::Trying { rung, .. } => self.state = State::trying(*rung, ground),
            State::Connected { restart_until: Some(until) } => *until = ground.end_of_rung(),
            State::Failed { .. } => self.join_rung(ground),
            State::Connected { restart_until: None }
            | State::Waiting { .. }
            | State::Closed { .. } => {}
        }
    }

    /// The person wants it tried once more.
    pub(super) fn retry(&mut self, ground: Ground) -> Step {
        self.meet("retry");
        match self.state {
            State::Failed { .. } => {
                self.failures = 0;
                self.rebuild(ground)
            }
            State::Trying { .. }
            | State::Connected { .. }
            | State::Waiting { .. }
            | State::Closed { .. } => Step::None,
        }
    }

    /// The peer is met, newly or again: what would be over, had there been a way, has its time from now.
    pub(super) fn met(&mut self, ground: Ground) -> Step {
        self.meet("met again");
        if let State::Trying { rung, overdue: true, .. } = self.state {
            self.state = State::trying(rung, ground);
        }
        self.hope(ground)
    }

    /// A good moment: do not wait for what will not heal.
    pub(super) fn awake(&mut self, ground: Ground) -> Step {
        self.meet("awake");
        self.hope(ground)
    }

    /// There is hope: do not wait.
    pub(super) fn hope(&mut self, ground: Ground) -> Step {
        match self.state {
            State::Waiting { .. } => self.restart(ground),
            State::Failed { .. } => self.rebuild(ground),
            State::Trying { .. } | State::Connected { .. } | State::Closed { .. } => Step::None,
        }
    }

    /// The network is another: what was found in the old one is worth nothing.
    pub(super) fn network_changed(&mut self, ground: Ground) -> Step {
        self.meet("network changed");
        match &mut self.state {
            State::Connected { restart_until } => {
                *restart_until = Some(ground.end_of_rung());
                Step::RestartIce
            }
            State::Trying { rung, .. } => {
                self.state = State::trying(*rung, ground);
                Step::RestartIce
            }
            State::Waiting { .. } => self.restart(ground),
            State::Closed { .. } | State::Failed { .. } => self.rebuild(ground),
        }
    }

    pub(super) fn timeout(&mut self, ground: Ground) -> Step {
        self.meet_clock(ground);
        match &mut self.state {
            State::Connected { restart_until } => {
                // It was not needed, or it is done: nobody says so while media flows.
                *restart_until = restart_until.filter(|until| ground.now < *until);
                Step::None
            }
            State::Trying { until, .. }
            | State::Waiting { until }
            | State::Closed { until }
            | State::Failed { until }
                if ground.now < *until =>
            {
                Step::None
            }
            State::Trying { until, overdue, .. } if !ground.reachable => {
                *until = ground.now + POLICY.patience;
                *overdue = true;
                Step::None
            }
            State::Closed { .. } if !ground.reachable => {
                // No word came, and for now none can.
                let until = ground.now + POLICY.patience;
                self.state = State::Trying { rung: Rung::Ice, until, overdue: true };
                Step::None
            }
            State::Waiting { until } | State::Failed { until } if !ground.reachable => {
                *until = ground.now + POLICY.patience;
                Step::None
            }
            State::Waiting { .. } => self.restart(ground),
            State::Trying { rung, .. } => {
                let rung = *rung;
                self.climb(ground, rung)
            }
            State::Closed { .. } | State::Failed { .. } => self.rebuild(ground),
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Trying { until, .. }
            | State::Waiting { until }
            | State::Closed { until }
            | State::Failed { until } => Some(until),
            State::Connected { restart_until } => restart_until,
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected { .. })
    }

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.state, State::Failed { .. })
    }

    /// `failure` is why it failed, if it did.
    pub(super) fn view(&self, failure: Failure) -> LinkState {
        let rung = match self.state {
            State::Connected { .. } | State::Closed { .. } => return LinkState::Connected,
            State::Failed { .. } => return LinkState::Failed(failure),
            State::Waiting { .. } => Rung::Wait,
            State::Trying { rung, .. } => rung,
        };
        if self.was_connected { LinkState::Reconnecting(rung) } else { LinkState::Connecting(rung) }
    }

    fn meet_clock(&self, ground: Ground) {
        coverage::meet(Machine::Recovery, || {
            let input = if ground.reachable { "clock" } else { "clock, out of reach" };
            (ground.now >= self.deadline()?).then(|| (self.state.name(), input))
        });
    }

    fn meet(&self, input: &'static str) {
        coverage::meet(Machine::Recovery, || Some((self.state.name(), input)));
    }

    fn restart(&mut self, ground: Ground) -> Step {
        self.state = State::trying(Rung::Ice, ground);
        Step::RestartIce
    }

    /// This connection is of no more use.
    fn rebuild(&mut self, ground: Ground) -> Step {
        self.climb(ground, Rung::Ice)
    }

    /// What comes after a rung.
    fn climb(&mut self, ground: Ground, after: Rung) -> Step {
        let (rung, step) = match after {
            Rung::Wait => return self.restart(ground),
            Rung::Ice => (Rung::Rebuild, Step::Rebuild),
            Rung::Rebuild if ground.has_turn => (Rung::Relay, Step::Relay),
            Rung::Rebuild | Rung::Relay => {
                self.failures = self.failures.saturating_add(1);
                let until = ground.now + POLICY.rest.delay(self.failures, ground.jitter);
                self.state = State::Failed { until };
                return Step::GiveUp;
            }
        };
        self.state = State::trying(rung, ground);
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: Failure = Failure::NoPath;

    fn at(seconds: u64) -> Ground {
        let now = Duration::from_secs(seconds);
        Ground { now, reachable: true, has_turn: true, jitter: 0.0 }
    }

    fn out_of_reach(seconds: u64) -> Ground {
        Ground { reachable: false, ..at(seconds) }
    }

    fn connected() -> Recovery {
        let mut recovery = Recovery::new(at(0));
        recovery.state_changed(at(1), ConnectionState::Connected);
        recovery
    }

    fn waiting() -> Recovery {
        let mut recovery = connected();
        assert_eq!(recovery.state_changed(at(10), ConnectionState::Disconnected), Step::None);
        recovery
    }

    fn failed() -> Recovery {
        let mut recovery = connected();
        recovery.negotiation_failed(at(10));
        recovery.negotiation_failed(at(10));
        assert_eq!(recovery.negotiation_failed(at(10)), Step::GiveUp);
        recovery
    }

    #[test]
    fn what_heals_within_two_seconds_is_left_alone() {
        let mut recovery = waiting();
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Wait));
        assert_eq!(recovery.deadline(), Some(at(12).now));
        assert_eq!(recovery.timeout(at(11)), Step::None);
        assert_eq!(recovery.state_changed(at(11), ConnectionState::Connected), Step::None);
        assert_eq!(recovery.timeout(at(20)), Step::None);
        assert_eq!(recovery.view(FAILURE), LinkState::Connected);
    }

    #[test]
    fn the_ladder_is_climbed_to_its_end() {
        let mut recovery = waiting();
        for (second, step, view) in [
            (12, Step::RestartIce, LinkState::Reconnecting(Rung::Ice)),
            (26, Step::None, LinkState::Reconnecting(Rung::Ice)),
            (27, Step::Rebuild, LinkState::Reconnecting(Rung::Rebuild)),
            (41, Step::None, LinkState::Reconnecting(Rung::Rebuild)),
            (42, Step::Relay, LinkState::Reconnecting(Rung::Relay)),
            (56, Step::None, LinkState::Reconnecting(Rung::Relay)),
            (57, Step::GiveUp, LinkState::Failed(FAILURE)),
        ] {
            assert_eq!(recovery.timeout(at(second)), step, "at {second} s");
            assert_eq!(recovery.view(FAILURE), view, "at {second} s");
        }
    }

    #[test]
    fn a_link_that_never_connected_climbs_the_same_ladder() {
        let mut recovery = Recovery::new(at(0));
        assert_eq!(recovery.view(FAILURE), LinkState::Connecting(Rung::Ice));
        assert_eq!(recovery.state_changed(at(9), ConnectionState::Failed), Step::Rebuild);
        assert_eq!(recovery.view(FAILURE), LinkState::Connecting(Rung::Rebuild));
        assert_eq!(recovery.negotiation_failed(at(10)), Step::Relay);
        assert_eq!(recovery.view(FAILURE), LinkState::Connecting(Rung::Relay));
        assert_eq!(recovery.negotiation_failed(at(11)), Step::GiveUp);
        assert_eq!(recovery.view(FAILURE), LinkState::Failed(FAILURE));
    }

    #[test]
    fn where_there_is_no_relay_its_rung_is_left_out() {
        let mut recovery = Recovery::new(at(0));
        let ground = |seconds| Ground { has_turn: false, ..at(seconds) };
        assert_eq!(recovery.timeout(ground(15)), Step::Rebuild);
        assert_eq!(recovery.timeout(ground(30)), Step::GiveUp);
    }

    #[test]
    fn a_link_that_failed_is_tried_again_less_and_less_often() {
        let mut recovery = failed();
        let mut now = 10;
        for rest in [20, 40, 80, 120, 120] {
            assert_eq!(recovery.deadline(), Some(at(now + rest).now));
            now += rest;
            assert_eq!(recovery.timeout(at(now)), Step::Rebuild);
            assert_eq!(recovery.timeout(at(now + 15)), Step::Relay);
            now += 30;
            assert_eq!(recovery.timeout(at(now)), Step::GiveUp);
        }
        // Whoever asks for it starts from the beginning.
        assert_eq!(recovery.retry(at(now)), Step::Rebuild);
        recovery.negotiation_failed(at(now));
        recovery.negotiation_failed(at(now));
        assert_eq!(recovery.deadline(), Some(at(now + 20).now));
    }

    #[test]
    fn whatever_changes_gives_a_link_that_failed_another_chance() {
        assert_eq!(failed().retry(at(11)), Step::Rebuild);
        assert_eq!(failed().awake(at(11)), Step::Rebuild);
        assert_eq!(failed().network_changed(at(11)), Step::Rebuild);
        let mut recovery = failed();
        recovery.agreed(at(11));
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Relay));
        assert_eq!(recovery.deadline(), Some(at(26).now));
        let mut recovery = failed();
        assert_eq!(recovery.state_changed(at(11), ConnectionState::Failed), Step::None);
        assert_eq!(recovery.deadline(), Some(at(30).now));
        assert!(recovery.is_failed());
        let mut recovery = failed();
        assert_eq!(recovery.negotiation_failed(at(11)), Step::GiveUp, "the peer tried in vain");
        assert_eq!(recovery.deadline(), Some(at(30).now), "it rests on");
        // After it has connected once more, a rest is short again.
        recovery.timeout(at(30));
        recovery.state_changed(at(31), ConnectionState::Connected);
        assert!(!recovery.is_failed());
        recovery.negotiation_failed(at(40));
        recovery.negotiation_failed(at(40));
        recovery.negotiation_failed(at(40));
        assert_eq!(recovery.deadline(), Some(at(60).now));
    }

    #[test]
    fn a_peers_new_connection_does_not_lead_down_the_ladder() {
        let mut relaying = Recovery::new(at(0));
        relaying.negotiation_failed(at(10));
        relaying.negotiation_failed(at(10));
        for (mut recovery, step) in [
            (Recovery::new(at(0)), Step::Relay),
            (connected(), Step::Relay),
            (waiting(), Step::Relay),
            (relaying, Step::GiveUp),
            (failed(), Step::GiveUp),
        ] {
            recovery.peer_rebuilt(at(11));
            assert_eq!(recovery.deadline(), Some(at(26).now));
            assert_eq!(recovery.timeout(at(25)), Step::None);
            assert_eq!(recovery.timeout(at(26)), step);
        }
    }

    #[test]
    fn failed_restarts_at_once_and_so_does_a_good_moment() {
        assert_eq!(connected().state_changed(at(5), ConnectionState::Failed), Step::RestartIce);
        assert_eq!(waiting().state_changed(at(11), ConnectionState::Failed), Step::RestartIce);
        let mut recovery = waiting();
        assert_eq!(recovery.awake(at(10)), Step::RestartIce);
        assert_eq!(recovery.awake(at(10)), Step::None, "once is enough");
        assert_eq!(connected().awake(at(10)), Step::None, "what flows is left alone");
        assert_eq!(connected().retry(at(10)), Step::None, "what flows is left alone");
    }

    #[test]
    fn a_changed_network_restarts_even_what_flows() {
        let mut recovery = connected();
        assert_eq!(recovery.network_changed(at(10)), Step::RestartIce);
        assert_eq!(recovery.view(FAILURE), LinkState::Connected);
        // If it was not needed that is all.
        assert_eq!(recovery.deadline(), Some(at(25).now));
        assert_eq!(recovery.timeout(at(24)), Step::None);
        assert_eq!(recovery.deadline(), Some(at(25).now));
        assert_eq!(recovery.timeout(at(25)), Step::None);
        assert_eq!(recovery.deadline(), None);
        assert_eq!(recovery.state_changed(at(26), ConnectionState::Disconnected), Step::None);
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Wait));

        // If what flowed stops, the restart is under way already.
        let mut recovery = connected();
        recovery.network_changed(at(10));
        assert_eq!(recovery.state_changed(at(12), ConnectionState::Disconnected), Step::None);
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Ice));
        assert_eq!(recovery.timeout(at(24)), Step::None);
        assert_eq!(recovery.timeout(at(25)), Step::Rebuild);

        let mut recovery = connected();
        recovery.network_changed(at(10));
        recovery.agreed(at(13));
        assert_eq!(recovery.deadline(), Some(at(28).now), "ICE has its time");
        assert_eq!(recovery.state_changed(at(14), ConnectionState::Failed), Step::Rebuild);

        // What is under way starts from the new network, and has its time anew.
        assert_eq!(waiting().network_changed(at(11)), Step::RestartIce);
        let mut recovery = Recovery::new(at(0));
        assert_eq!(recovery.network_changed(at(10)), Step::RestartIce);
        assert_eq!(recovery.timeout(at(24)), Step::None);
        assert_eq!(recovery.timeout(at(25)), Step::Rebuild);
    }

    #[test]
    fn ice_has_its_time_after_slow_signaling() {
        let mut recovery = Recovery::new(at(0));
        recovery.agreed(at(14));
        assert_eq!(recovery.timeout(at(28)), Step::None);
        assert_eq!(recovery.timeout(at(29)), Step::Rebuild);
        let mut recovery = connected();
        recovery.agreed(at(2));
        assert_eq!(recovery.deadline(), None, "what flows is left alone");
        let mut recovery = waiting();
        recovery.agreed(at(11));
        assert_eq!(recovery.deadline(), Some(at(12).now), "so is what may heal");
    }

    #[test]
    fn no_rung_is_wasted_on_a_peer_who_can_not_be_reached() {
        for mut recovery in [Recovery::new(at(0)), waiting(), failed()] {
            let before = recovery.view(FAILURE);
            for second in 30..130 {
                assert_eq!(recovery.timeout(out_of_reach(second)), Step::None);
            }
            assert_eq!(recovery.view(FAILURE), before);
            assert_ne!(recovery.timeout(at(140)), Step::None);
        }
    }

    #[test]
    fn a_rung_that_was_out_of_reach_has_its_time_when_the_peer_is_met_again() {
        let mut recovery = waiting();
        assert_eq!(recovery.timeout(at(12)), Step::RestartIce);
        recovery.timeout(out_of_reach(60));
        assert_eq!(recovery.met(at(61)), Step::None);
        assert_eq!(recovery.deadline(), Some(at(76).now));
        // Who is met again and again can not stop the ladder.
        assert_eq!(recovery.met(at(62)), Step::None);
        assert_eq!(recovery.deadline(), Some(at(76).now));
        // What rests or waits is not left to its clock.
        assert_eq!(waiting().met(at(11)), Step::RestartIce);
        assert_eq!(failed().met(at(11)), Step::Rebuild);
        assert_eq!(connected().met(at(11)), Step::None);
    }

    #[test]
    fn what_the_peer_has_closed_is_replaced_in_a_moment_and_ice_is_not_restarted() {
        let restarting = || {
            let mut recovery = waiting();
            recovery.awake(at(11));
            recovery
        };
        for (mut recovery, shown) in [
            (connected(), LinkState::Connected),
            (waiting(), LinkState::Reconnecting(Rung::Ice)),
            (restarting(), LinkState::Reconnecting(Rung::Ice)),
        ] {
            recovery.closed_by_peer(at(12));
            assert_eq!(recovery.view(FAILURE), shown);
            assert!(!recovery.is_connected());
            recovery.closed_by_peer(at(13));
            assert_eq!(recovery.deadline(), Some(at(14).now), "once is enough");
            assert_eq!(recovery.timeout(at(14)), Step::Rebuild);
        }
        // What is rebuilt or rests does so already.
        let mut rebuilding = connected();
        rebuilding.negotiation_failed(at(10));
        for mut recovery in [rebuilding, failed()] {
            let deadline = recovery.deadline();
            recovery.closed_by_peer(at(12));
            assert_eq!(recovery.deadline(), deadline);
        }
        // Where no word can come it is not shown as connected for long.
        let mut recovery = connected();
        recovery.closed_by_peer(at(12));
        assert_eq!(recovery.timeout(out_of_reach(14)), Step::None);
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Ice));
        assert_eq!(recovery.met(at(20)), Step::None);
        assert_eq!(recovery.deadline(), Some(at(35).now));
    }

    #[test]
    fn what_happens_to_a_link_that_the_peer_has_closed() {
        let closed = || {
            let mut recovery = connected();
            recovery.closed_by_peer(at(12));
            recovery
        };
        assert_eq!(closed().state_changed(at(13), ConnectionState::Disconnected), Step::None);
        assert_eq!(closed().state_changed(at(13), ConnectionState::Failed), Step::Rebuild);
        assert_eq!(closed().negotiation_failed(at(13)), Step::Rebuild);
        assert_eq!(closed().network_changed(at(13)), Step::Rebuild);
        assert_eq!(closed().awake(at(13)), Step::None, "the peer is about to say why");
        assert_eq!(closed().met(at(13)), Step::None);
        assert_eq!(closed().retry(at(13)), Step::None);
        let mut recovery = closed();
        recovery.peer_rebuilt(at(13));
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Rebuild));
        let mut recovery = closed();
        recovery.state_changed(at(13), ConnectionState::Connected);
        assert!(recovery.is_connected());
    }

    #[test]
    fn only_what_is_connected_is_lost_and_only_what_waits_for_it_is_found_again() {
        let mut recovery = connected();
        recovery.lost(at(10));
        assert_eq!(recovery.view(FAILURE), LinkState::Reconnecting(Rung::Wait));
        recovery.arrived();
        assert!(recovery.is_connected());
        recovery.lost(at(11));
        assert_eq!(recovery.met(at(12)), Step::RestartIce);
        recovery.arrived();
        assert!(recovery.is_connected());
        for mut recovery in [waiting(), failed()] {
            let before = recovery.state;
            recovery.lost(at(11));
            assert_eq!(recovery.state, before);
        }
        let mut recovery = failed();
        recovery.arrived();
        assert!(recovery.is_failed());
    }

    #[test]
    fn a_later_rung_has_only_its_own_time() {
        // A rung that ran out while the peer was away, and what ends it.
        for end in [
            |recovery: &mut Recovery| recovery.state_changed(at(30), ConnectionState::Connected),
            |recovery: &mut Recovery| {
                recovery.agreed(at(30));
                recovery.state_changed(at(30), ConnectionState::Connected)
            },
            |recovery: &mut Recovery| {
                recovery.peer_rebuilt(at(30));
                recovery.state_changed(at(30), ConnectionState::Connected)
            },
            |recovery: &mut Recovery| {
                recovery.network_changed(at(30));
                recovery.state_changed(at(30), ConnectionState::Connected)
            },
        ] {
            let mut recovery = waiting();
            recovery.awake(at(11));
            assert_eq!(recovery.timeout(out_of_reach(26)), Step::None);
            end(&mut recovery);
            assert_eq!(recovery.state_changed(at(40), ConnectionState::Failed), Step::RestartIce);
            assert_eq!(recovery.met(at(50)), Step::None);
            assert_eq!(recovery.deadline(), Some(at(55).now));
        }
        // The same for the rung after it.
        let mut recovery = waiting();
        recovery.awake(at(11));
        recovery.timeout(out_of_reach(26));
        assert_eq!(recovery.state_changed(at(30), ConnectionState::Failed), Step::Rebuild);
        assert_eq!(recovery.met(at(40)), Step::None);
        assert_eq!(recovery.deadline(), Some(at(45).now));
    }

    #[test]
    fn the_two_ends_do_not_climb_in_step() {
        let late = |seconds| Ground { jitter: 0.5, ..at(seconds) };
        let recovery = Recovery::new(late(0));
        assert_eq!(recovery.deadline(), Some(Duration::from_millis(15_500)));
        let mut recovery = failed();
        recovery.retry(at(11));
        recovery.negotiation_failed(at(11));
        recovery.negotiation_failed(late(11));
        assert_eq!(recovery.deadline(), Some(at(26).now), "a rest may be shorter by a half");
    }

    #[test]
    fn what_a_browser_says_on_its_way_changes_nothing() {
        use ConnectionState::{Closed, Connecting, Disconnected, New};
        for recovery in [Recovery::new(at(0)), connected(), waiting(), failed()] {
            for state in [New, Connecting, Closed] {
                let mut told = recovery;
                assert_eq!(told.state_changed(at(11), state), Step::None);
                assert_eq!(told.state, recovery.state);
            }
        }
        for recovery in [Recovery::new(at(0)), waiting(), failed()] {
            let mut told = recovery;
            assert_eq!(told.state_changed(at(11), Disconnected), Step::None);
            assert_eq!(told.state, recovery.state);
        }
    }
}
