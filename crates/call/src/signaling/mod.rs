//! The connection to the signaling server: open, join, keep alive, and come back when it is lost.
//!
//! ```text
//!         start             opened            joined              ping is due
//!   Off ---------> Opening ---------> Joining ---------> Online <------------> Pinged
//!    ^               |  ^                |                  |       `pong`       |
//!    | stop          |  | clock, awake,  |                  |                    |
//!    |               |  | probe succeeds |                  |                    |
//!    +--- any        +--+-- Waiting <----+------------------+--------------------+ closed, timeout
//! ```
//!
//! While a link waits for the server (it is urgent), timeouts are shorter, and between the attempts
//! the page probes the server by HTTP: browsers delay a WebSocket by seconds after others have
//! failed, but not an HTTP request. Another network leads from any state but `Off` back to
//! `Opening`.

mod event;

use std::time::Duration;

use tincan_protocol::{ClientMessage, PeerSecret, RoomId, VERSION};

use crate::api::view;
use crate::coverage::{self, Machine};
use crate::policy::SignalingPolicy;
use crate::random::Random;
use event::State;
pub(crate) use event::{Event, Step};

/// The connection to the signaling server.
#[derive(Debug)]
pub(crate) struct Signaling {
    policy: SignalingPolicy,
    room: RoomId,
    secret: PeerSecret,
    state: State,
    /// Attempts since the last stable connection.
    attempts: u32,
    /// A link waits for the connection.
    is_urgent: bool,
    /// Probes that succeeded since the page was in the room last: the server may accept nobody.
    probes: u32,
    /// The page was in the room since it started.
    joined_before: bool,
}

impl Signaling {
    pub(crate) fn new(room: RoomId, secret: PeerSecret, policy: SignalingPolicy) -> Self {
        Self {
            policy,
            room,
            secret,
            state: State::Off,
            attempts: 0,
            is_urgent: false,
            probes: 0,
            joined_before: false,
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        matches!(self.state, State::Online { .. } | State::Pinged { .. })
    }

    pub(crate) fn is_off(&self) -> bool {
        self.state == State::Off
    }

    pub(crate) fn joined_before(&self) -> bool {
        self.joined_before
    }

    pub(crate) fn view(&self) -> view::Signaling {
        match self.state {
            State::Off => view::Signaling::Off,
            State::Online { .. } | State::Pinged { .. } => view::Signaling::Online,
            State::Opening { .. } | State::Joining { .. } | State::Waiting { .. } => {
                if self.joined_before {
                    view::Signaling::Reconnecting
                } else {
                    view::Signaling::Connecting
                }
            }
        }
    }

    /// Takes an event. The only place where the state changes.
    pub(crate) fn on(&mut self, event: Event, now: Duration, random: &mut Random) -> Step {
        coverage::record(Machine::Signaling, || {
            Some((self.state.name(), self.name_of(event, now)?))
        });
        match event {
            Event::Start => {
                self.joined_before = false;
                self.attempts = 0;
                self.open(now)
            }
            Event::Stop => self.on_stop(),
            Event::Opened => self.on_opened(now),
            Event::Joined => self.on_joined(now),
            Event::Message { is_pong } => {
                self.on_message(now, is_pong);
                Step::None
            }
            Event::Closed => {
                self.wait(now, random);
                Step::None
            }
            Event::Probed(is_there) => self.on_probed(is_there, now, random),
            Event::Awake => match self.state {
                State::Waiting { .. } => self.open(now),
                State::Online { since, .. } => self.ping(now, since),
                State::Off
                | State::Opening { .. }
                | State::Joining { .. }
                | State::Pinged { .. } => Step::None,
            },
            Event::NetworkChanged if self.is_off() => Step::None,
            Event::NetworkChanged => {
                self.attempts = 0;
                self.open(now)
            }
            Event::Urgent(is_urgent) => self.on_urgent(is_urgent, now),
            Event::Clock => self.on_clock(now, random),
        }
    }

    /// Returns the name of an event for the coverage; none for what is told again and again.
    fn name_of(&self, event: Event, now: Duration) -> Option<&'static str> {
        match event {
            Event::Opened => Some("opened"),
            Event::Joined => Some("joined"),
            Event::Message { .. } => Some("message"),
            Event::Closed => Some("closed"),
            Event::Probed(true) => Some("probe succeeded"),
            Event::Probed(false) => Some("probe failed"),
            Event::Awake => Some("awake"),
            Event::NetworkChanged => Some("network changed"),
            Event::Urgent(is_urgent) => (is_urgent && !self.is_urgent).then_some("urgent"),
            Event::Clock => self.deadline().filter(|at| now >= *at).map(|_| "clock"),
            Event::Start | Event::Stop => None,
        }
    }

    fn on_stop(&mut self) -> Step {
        let step = match self.state {
            State::Off => Step::None,
            State::Online { .. } | State::Pinged { .. } => Step::Leave,
            State::Opening { .. } | State::Joining { .. } | State::Waiting { .. } => Step::Close,
        };
        self.state = State::Off;
        step
    }

    fn on_opened(&mut self, now: Duration) -> Step {
        let State::Opening { .. } = self.state else { return Step::None };
        self.state = State::Joining { until: now + self.set_up_timeout() };
        Step::Send(ClientMessage::Join { v: VERSION, room: self.room, secret: self.secret })
    }

    fn on_joined(&mut self, now: Duration) -> Step {
        let State::Joining { .. } = self.state else { return Step::None };
        self.joined_before = true;
        self.probes = 0;
        self.state = State::Online { since: now, ping_at: now + self.policy.ping_interval };
        Step::Entered
    }

    fn on_message(&mut self, now: Duration, is_pong: bool) {
        let timeout = self.pong_timeout();
        match &mut self.state {
            State::Pinged { since, .. } if is_pong => {
                let since = *since;
                self.state = State::Online { since, ping_at: now + self.policy.ping_interval };
            }
            State::Pinged { asked_at, until, .. } => {
                let latest = *asked_at + self.policy.pong_timeout_in_traffic;
                *until = (now + timeout).min(latest).max(*until);
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Waiting { .. } => {}
        }
    }

    fn on_probed(&mut self, is_there: bool, now: Duration, random: &mut Random) -> Step {
        match self.state {
            State::Waiting { .. } if is_there => {
                self.probes = self.probes.saturating_add(1);
                self.open(now)
            }
            State::Waiting { until, .. } => {
                let probe_at = now + self.probe_interval(random.fraction());
                self.state = State::Waiting { until, probe_at };
                Step::None
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. } => Step::None,
        }
    }

    /// When a link begins to wait, it is worth finding out whether the connection still lives.
    fn on_urgent(&mut self, is_urgent: bool, now: Duration) -> Step {
        let was_urgent = std::mem::replace(&mut self.is_urgent, is_urgent);
        let began = is_urgent && !was_urgent;
        match &mut self.state {
            State::Online { since, .. } if began => {
                let since = *since;
                self.ping(now, since)
            }
            State::Pinged { until, .. } if began => {
                *until = (*until).min(now + self.policy.urgent_pong_timeout);
                Step::None
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. }
            | State::Waiting { .. } => Step::None,
        }
    }

    fn on_clock(&mut self, now: Duration, random: &mut Random) -> Step {
        match self.state {
            State::Opening { until } | State::Joining { until } | State::Pinged { until, .. }
                if now >= until =>
            {
                self.wait(now, random);
                Step::Close
            }
            State::Waiting { until, .. } if now >= until => self.open(now),
            State::Waiting { until, probe_at } if self.is_urgent && now >= probe_at => {
                let probe_at = now + self.policy.probe_timeout;
                self.state = State::Waiting { until, probe_at };
                Step::Probe
            }
            State::Online { since, ping_at } if now >= ping_at => self.ping(now, since),
            State::Off
            | State::Waiting { .. }
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. } => Step::None,
        }
    }

    /// Returns when [`Event::Clock`] has something to do.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Off => None,
            State::Opening { until } | State::Joining { until } | State::Pinged { until, .. } => {
                Some(until)
            }
            State::Waiting { until, probe_at } if self.is_urgent => Some(until.min(probe_at)),
            State::Waiting { until, .. } => Some(until),
            State::Online { ping_at, .. } => Some(ping_at),
        }
    }

    fn open(&mut self, now: Duration) -> Step {
        self.state = State::Opening { until: now + self.set_up_timeout() };
        Step::Open
    }

    fn ping(&mut self, now: Duration, since: Duration) -> Step {
        self.state = State::Pinged { since, asked_at: now, until: now + self.pong_timeout() };
        Step::Send(ClientMessage::Ping)
    }

    /// Waits for the next attempt.
    fn wait(&mut self, now: Duration, random: &mut Random) {
        match self.state {
            State::Off | State::Waiting { .. } => return,
            State::Online { since, .. } | State::Pinged { since, .. } => {
                if now.saturating_sub(since) >= self.policy.stable_after {
                    self.attempts = 0;
                }
            }
            State::Opening { .. } | State::Joining { .. } => {}
        }
        let jitter = random.fraction();
        self.state = State::Waiting {
            until: now + self.policy.backoff.delay(self.attempts, jitter),
            probe_at: now + self.probe_interval(jitter),
        };
        self.attempts = self.attempts.saturating_add(1);
    }

    fn probe_interval(&self, jitter: f64) -> Duration {
        let interval = self.policy.probe_interval.mul_f64(1.0 - jitter / 2.0);
        interval.max(self.policy.backoff.delay(self.probes, jitter))
    }

    fn set_up_timeout(&self) -> Duration {
        let longest = self.policy.set_up_timeout;
        let attempts = self.attempts.saturating_add(1);
        let urgent = self.policy.urgent_set_up_timeout.saturating_mul(attempts);
        if self.is_urgent { urgent.min(longest) } else { longest }
    }

    fn pong_timeout(&self) -> Duration {
        if self.is_urgent { self.policy.urgent_pong_timeout } else { self.policy.pong_timeout }
    }
}
