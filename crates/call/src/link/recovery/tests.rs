//! The table of the recovery: state, event -> state, step.

use super::*;
use crate::backoff::Backoff;
use crate::policy::RecoveryPolicy;
use crate::random::Random;
use ConnectionState::{Connected, Disconnected, Failed};
use Event::{
    Agreed, Arrived, Awake, Clock, ClosedByPeer, Lost, NegotiationFailed, NetworkChanged,
    PeerPresent, PeerRebuilt, Retry, StateChanged,
};
use RecoveryStage::{IceRestart, Rebuild, RelayOnly, Wait};

const FAILURE: Failure = Failure::NoPath;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The policy of the app, with nothing left to chance.
fn policy() -> RecoveryPolicy {
    let policy = RecoveryPolicy::default();
    let retry = Backoff { spread: 0.0, ..policy.retry };
    RecoveryPolicy { stage_jitter: Duration::ZERO, retry, ..policy }
}

/// Calls `act` with what is true at a time.
fn within<T>(second: u64, act: impl FnOnce(&mut RecoveryContext<'_>) -> T) -> T {
    act(&mut RecoveryContext {
        now: seconds(second),
        policy: &policy(),
        reachable: true,
        has_turn: true,
        failure: FAILURE,
        random: &mut Random::new([7; 32]),
    })
}

impl Recovery {
    fn at(&mut self, second: u64, event: Event) -> Step {
        within(second, |context| self.on(event, context))
    }

    fn unreachable_at(&mut self, second: u64, event: Event) -> Step {
        within(second, |context| {
            context.reachable = false;
            self.on(event, context)
        })
    }

    fn without_turn_at(&mut self, second: u64, event: Event) -> Step {
        within(second, |context| {
            context.has_turn = false;
            self.on(event, context)
        })
    }
}

fn new() -> Recovery {
    within(0, Recovery::new)
}

fn connected() -> Recovery {
    let mut recovery = new();
    recovery.at(1, StateChanged(Connected));
    recovery
}

fn waiting() -> Recovery {
    let mut recovery = connected();
    assert_eq!(recovery.at(10, StateChanged(Disconnected)), Step::None);
    recovery
}

fn failed() -> Recovery {
    let mut recovery = connected();
    recovery.at(10, NegotiationFailed);
    recovery.at(10, NegotiationFailed);
    assert_eq!(recovery.at(10, NegotiationFailed), Step::GiveUp);
    recovery
}

#[test]
fn what_heals_within_two_seconds_is_left_alone() {
    let mut recovery = waiting();
    assert_eq!(recovery.view(), LinkState::Reconnecting(Wait));
    assert_eq!(recovery.deadline(), Some(seconds(12)));
    assert_eq!(recovery.at(11, Clock), Step::None);
    assert_eq!(recovery.at(11, StateChanged(Connected)), Step::None);
    assert_eq!(recovery.at(20, Clock), Step::None);
    assert_eq!(recovery.view(), LinkState::Connected);
}

#[test]
fn the_stages_follow_one_another() {
    let mut recovery = waiting();
    for (second, step, view) in [
        (12, Step::RestartIce, LinkState::Reconnecting(IceRestart)),
        (26, Step::None, LinkState::Reconnecting(IceRestart)),
        (27, Step::Rebuild, LinkState::Reconnecting(Rebuild)),
        (41, Step::None, LinkState::Reconnecting(Rebuild)),
        (42, Step::RelayOnly, LinkState::Reconnecting(RelayOnly)),
        (56, Step::None, LinkState::Reconnecting(RelayOnly)),
        (57, Step::GiveUp, LinkState::Failed(FAILURE)),
    ] {
        assert_eq!(recovery.at(second, Clock), step, "at {second} s");
        assert_eq!(recovery.view(), view, "at {second} s");
    }
}

#[test]
fn a_link_that_never_connected_goes_through_the_same_stages() {
    let mut recovery = new();
    assert_eq!(recovery.view(), LinkState::Connecting(IceRestart));
    assert_eq!(recovery.at(9, StateChanged(Failed)), Step::Rebuild);
    assert_eq!(recovery.view(), LinkState::Connecting(Rebuild));
    assert_eq!(recovery.at(10, NegotiationFailed), Step::RelayOnly);
    assert_eq!(recovery.view(), LinkState::Connecting(RelayOnly));
    assert_eq!(recovery.at(11, NegotiationFailed), Step::GiveUp);
    assert_eq!(recovery.view(), LinkState::Failed(FAILURE));
}

#[test]
fn without_a_relay_its_stage_is_left_out() {
    let mut recovery = new();
    assert_eq!(recovery.without_turn_at(15, Clock), Step::Rebuild);
    assert_eq!(recovery.without_turn_at(30, Clock), Step::GiveUp);
}

#[test]
fn a_link_that_failed_is_tried_again_less_and_less_often() {
    let mut recovery = failed();
    let mut now = 10;
    for rest in [20, 40, 80, 120, 120] {
        assert_eq!(recovery.deadline(), Some(seconds(now + rest)));
        now += rest;
        assert_eq!(recovery.at(now, Clock), Step::Rebuild);
        assert_eq!(recovery.at(now + 15, Clock), Step::RelayOnly);
        now += 30;
        assert_eq!(recovery.at(now, Clock), Step::GiveUp);
    }
    // Whoever asks for it starts from the beginning.
    assert_eq!(recovery.at(now, Retry), Step::Rebuild);
    recovery.at(now, NegotiationFailed);
    recovery.at(now, NegotiationFailed);
    assert_eq!(recovery.deadline(), Some(seconds(now + 20)));
}

#[test]
fn whatever_changes_gives_a_link_that_failed_another_chance() {
    assert_eq!(failed().at(11, Retry), Step::Rebuild);
    assert_eq!(failed().at(11, Awake), Step::Rebuild);
    assert_eq!(failed().at(11, NetworkChanged), Step::Rebuild);
    let mut recovery = failed();
    recovery.at(11, Agreed);
    assert_eq!(recovery.view(), LinkState::Reconnecting(RelayOnly));
    assert_eq!(recovery.deadline(), Some(seconds(26)));
    let mut recovery = failed();
    assert_eq!(recovery.at(11, StateChanged(Failed)), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(30)));
    assert!(recovery.is_failed());
    let mut recovery = failed();
    assert_eq!(recovery.at(11, NegotiationFailed), Step::GiveUp, "the peer tried in vain");
    assert_eq!(recovery.deadline(), Some(seconds(30)), "it rests on");
    // After it has connected once more, a rest is short again.
    recovery.at(30, Clock);
    recovery.at(31, StateChanged(Connected));
    assert!(!recovery.is_failed());
    recovery.at(40, NegotiationFailed);
    recovery.at(40, NegotiationFailed);
    recovery.at(40, NegotiationFailed);
    assert_eq!(recovery.deadline(), Some(seconds(60)));
}

#[test]
fn a_peers_new_connection_does_not_restart_the_stages() {
    let mut relaying = new();
    relaying.at(10, NegotiationFailed);
    relaying.at(10, NegotiationFailed);
    for (mut recovery, step) in [
        (new(), Step::RelayOnly),
        (connected(), Step::RelayOnly),
        (waiting(), Step::RelayOnly),
        (relaying, Step::GiveUp),
        (failed(), Step::GiveUp),
    ] {
        recovery.at(11, PeerRebuilt);
        assert_eq!(recovery.deadline(), Some(seconds(26)));
        assert_eq!(recovery.at(25, Clock), Step::None);
        assert_eq!(recovery.at(26, Clock), step);
    }
}

#[test]
fn failed_restarts_at_once_and_so_does_a_good_moment() {
    assert_eq!(connected().at(5, StateChanged(Failed)), Step::RestartIce);
    assert_eq!(waiting().at(11, StateChanged(Failed)), Step::RestartIce);
    let mut recovery = waiting();
    assert_eq!(recovery.at(10, Awake), Step::RestartIce);
    assert_eq!(recovery.at(10, Awake), Step::None, "once is enough");
    assert_eq!(connected().at(10, Awake), Step::None, "what flows is left alone");
    assert_eq!(connected().at(10, Retry), Step::None, "what flows is left alone");
}

#[test]
fn a_changed_network_restarts_even_what_flows() {
    let mut recovery = connected();
    assert_eq!(recovery.at(10, NetworkChanged), Step::RestartIce);
    assert_eq!(recovery.view(), LinkState::Connected);
    // If it was not needed that is all.
    assert_eq!(recovery.deadline(), Some(seconds(25)));
    assert_eq!(recovery.at(24, Clock), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(25)));
    assert_eq!(recovery.at(25, Clock), Step::None);
    assert_eq!(recovery.deadline(), None);
    assert_eq!(recovery.at(26, StateChanged(Disconnected)), Step::None);
    assert_eq!(recovery.view(), LinkState::Reconnecting(Wait));

    // If what flowed stops, the restart is under way already.
    let mut recovery = connected();
    recovery.at(10, NetworkChanged);
    assert_eq!(recovery.at(12, StateChanged(Disconnected)), Step::None);
    assert_eq!(recovery.view(), LinkState::Reconnecting(IceRestart));
    assert_eq!(recovery.at(24, Clock), Step::None);
    assert_eq!(recovery.at(25, Clock), Step::Rebuild);

    let mut recovery = connected();
    recovery.at(10, NetworkChanged);
    recovery.at(13, Agreed);
    assert_eq!(recovery.deadline(), Some(seconds(28)), "ICE has its time");
    assert_eq!(recovery.at(14, StateChanged(Failed)), Step::Rebuild);

    // What is under way starts from the new network, and has its time anew.
    assert_eq!(waiting().at(11, NetworkChanged), Step::RestartIce);
    let mut recovery = new();
    assert_eq!(recovery.at(10, NetworkChanged), Step::RestartIce);
    assert_eq!(recovery.at(24, Clock), Step::None);
    assert_eq!(recovery.at(25, Clock), Step::Rebuild);
}

#[test]
fn ice_has_its_time_after_slow_signaling() {
    let mut recovery = new();
    recovery.at(14, Agreed);
    assert_eq!(recovery.at(28, Clock), Step::None);
    assert_eq!(recovery.at(29, Clock), Step::Rebuild);
    let mut recovery = connected();
    recovery.at(2, Agreed);
    assert_eq!(recovery.deadline(), None, "what flows is left alone");
    let mut recovery = waiting();
    recovery.at(11, Agreed);
    assert_eq!(recovery.deadline(), Some(seconds(12)), "so is what may heal");
}

#[test]
fn no_stage_ends_while_the_peer_is_unreachable() {
    for mut recovery in [new(), waiting(), failed()] {
        let before = recovery.view();
        for second in 30..130 {
            assert_eq!(recovery.unreachable_at(second, Clock), Step::None);
        }
        assert_eq!(recovery.view(), before);
        assert_ne!(recovery.at(140, Clock), Step::None);
    }
}

#[test]
fn an_overdue_stage_has_its_time_when_the_peer_is_present_again() {
    let mut recovery = waiting();
    assert_eq!(recovery.at(12, Clock), Step::RestartIce);
    recovery.unreachable_at(60, Clock);
    assert_eq!(recovery.at(61, PeerPresent), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(76)));
    // A peer that becomes present again and again cannot stop the stages.
    assert_eq!(recovery.at(62, PeerPresent), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(76)));
    // What rests or waits is not left to its clock.
    assert_eq!(waiting().at(11, PeerPresent), Step::RestartIce);
    assert_eq!(failed().at(11, PeerPresent), Step::Rebuild);
    assert_eq!(connected().at(11, PeerPresent), Step::None);
}

#[test]
fn what_the_peer_has_closed_is_replaced_in_a_moment_and_ice_is_not_restarted() {
    let restarting = || {
        let mut recovery = waiting();
        recovery.at(11, Awake);
        recovery
    };
    for (mut recovery, shown) in [
        (connected(), LinkState::Connected),
        (waiting(), LinkState::Reconnecting(IceRestart)),
        (restarting(), LinkState::Reconnecting(IceRestart)),
    ] {
        recovery.at(12, ClosedByPeer);
        assert_eq!(recovery.view(), shown);
        assert!(!recovery.is_connected());
        recovery.at(13, ClosedByPeer);
        assert_eq!(recovery.deadline(), Some(seconds(14)), "once is enough");
        assert_eq!(recovery.at(14, Clock), Step::Rebuild);
    }
    // What is rebuilt or rests does so already.
    let mut rebuilding = connected();
    rebuilding.at(10, NegotiationFailed);
    for mut recovery in [rebuilding, failed()] {
        let deadline = recovery.deadline();
        recovery.at(12, ClosedByPeer);
        assert_eq!(recovery.deadline(), deadline);
    }
    // Where no word can come it is not shown as connected for long.
    let mut recovery = connected();
    recovery.at(12, ClosedByPeer);
    assert_eq!(recovery.unreachable_at(14, Clock), Step::None);
    assert_eq!(recovery.view(), LinkState::Reconnecting(IceRestart));
    assert_eq!(recovery.at(20, PeerPresent), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(35)));
}

#[test]
fn what_happens_to_a_link_that_the_peer_has_closed() {
    let closed = || {
        let mut recovery = connected();
        recovery.at(12, ClosedByPeer);
        recovery
    };
    assert_eq!(closed().at(13, StateChanged(Disconnected)), Step::None);
    assert_eq!(closed().at(13, StateChanged(Failed)), Step::Rebuild);
    assert_eq!(closed().at(13, NegotiationFailed), Step::Rebuild);
    assert_eq!(closed().at(13, NetworkChanged), Step::Rebuild);
    assert_eq!(closed().at(13, Awake), Step::None, "the peer is about to say why");
    assert_eq!(closed().at(13, PeerPresent), Step::None);
    assert_eq!(closed().at(13, Retry), Step::None);
    let mut recovery = closed();
    recovery.at(13, PeerRebuilt);
    assert_eq!(recovery.view(), LinkState::Reconnecting(Rebuild));
    let mut recovery = closed();
    recovery.at(13, StateChanged(Connected));
    assert!(recovery.is_connected());
}

#[test]
fn only_what_is_connected_is_lost_and_only_what_waits_for_it_is_found_again() {
    let mut recovery = connected();
    recovery.at(10, Lost);
    assert_eq!(recovery.view(), LinkState::Reconnecting(Wait));
    recovery.at(11, Arrived);
    assert!(recovery.is_connected());
    recovery.at(11, Lost);
    assert_eq!(recovery.at(12, PeerPresent), Step::RestartIce);
    recovery.at(11, Arrived);
    assert!(recovery.is_connected());
    for mut recovery in [waiting(), failed()] {
        let before = recovery.state;
        recovery.at(11, Lost);
        assert_eq!(recovery.state, before);
    }
    let mut recovery = failed();
    recovery.at(11, Arrived);
    assert!(recovery.is_failed());
}

#[test]
fn a_later_stage_has_only_its_own_time() {
    // A stage that ran out while the peer was away, and what ends it.
    for end in [
        |recovery: &mut Recovery| recovery.at(30, StateChanged(Connected)),
        |recovery: &mut Recovery| {
            recovery.at(30, Agreed);
            recovery.at(30, StateChanged(Connected))
        },
        |recovery: &mut Recovery| {
            recovery.at(30, PeerRebuilt);
            recovery.at(30, StateChanged(Connected))
        },
        |recovery: &mut Recovery| {
            recovery.at(30, NetworkChanged);
            recovery.at(30, StateChanged(Connected))
        },
    ] {
        let mut recovery = waiting();
        recovery.at(11, Awake);
        assert_eq!(recovery.unreachable_at(26, Clock), Step::None);
        end(&mut recovery);
        assert_eq!(recovery.at(40, StateChanged(Failed)), Step::RestartIce);
        assert_eq!(recovery.at(50, PeerPresent), Step::None);
        assert_eq!(recovery.deadline(), Some(seconds(55)));
    }
    // The same for the stage after it.
    let mut recovery = waiting();
    recovery.at(11, Awake);
    recovery.unreachable_at(26, Clock);
    assert_eq!(recovery.at(30, StateChanged(Failed)), Step::Rebuild);
    assert_eq!(recovery.at(40, PeerPresent), Step::None);
    assert_eq!(recovery.deadline(), Some(seconds(45)));
}

#[test]
fn the_two_ends_do_not_advance_in_step() {
    let policy = RecoveryPolicy::default();
    let mut random = Random::new([7; 32]);
    let mut deadline = |act: fn(&mut RecoveryContext<'_>) -> Recovery| {
        let mut context = RecoveryContext {
            now: seconds(11),
            policy: &policy,
            reachable: true,
            has_turn: false,
            failure: FAILURE,
            random: &mut random,
        };
        act(&mut context).deadline().unwrap_or_default()
    };
    let stages = [deadline(Recovery::new), deadline(Recovery::new)];
    assert_ne!(stages[0], stages[1]);
    assert!(stages.iter().all(|at| (seconds(26)..seconds(27)).contains(at)), "{stages:?}");
    let mut retry = || {
        deadline(|context| {
            let mut recovery = Recovery::new(context);
            recovery.on(NegotiationFailed, context);
            recovery.on(NegotiationFailed, context);
            recovery
        })
    };
    let retries = [retry(), retry()];
    assert_ne!(retries[0], retries[1]);
    assert!(retries.iter().all(|at| (seconds(21)..=seconds(31)).contains(at)), "{retries:?}");
}

#[test]
fn what_a_browser_says_on_its_way_changes_nothing() {
    use ConnectionState::{Closed, Connecting, New};
    for recovery in [new(), connected(), waiting(), failed()] {
        for state in [New, Connecting, Closed] {
            let mut told = recovery;
            assert_eq!(told.at(11, StateChanged(state)), Step::None);
            assert_eq!(told.state, recovery.state);
        }
    }
    for recovery in [new(), waiting(), failed()] {
        let mut told = recovery;
        assert_eq!(told.at(11, StateChanged(Disconnected)), Step::None);
        assert_eq!(told.state, recovery.state);
    }
}
