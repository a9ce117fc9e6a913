//! The connection to the signaling server: open, join, keep alive, and come back when it is lost.
//!
//! ```text
//!          start            opened            joined
//!   Off ---------> Opening ---------> Joining ---------> Online
//!    ^               |  ^                |                  |
//!    | stop          |  | timeout, awake |                  |
//!    +--- any        +--+-- Waiting <----+------------------+   closed, or silence
//! ```
//!
//! When a call waits for it, silence is not borne for long, and between the tries the page looks whether
//! the server is there: browsers put off sockets by seconds once some could not be opened, but not that.
//! A network that became another leads from anywhere but `Off` back to `Opening`.

use std::time::Duration;

use tincan_protocol::{ClientMessage, PING_INTERVAL_SECONDS, PeerSecret, RoomId, VERSION};

use crate::coverage::{self, Machine};
use crate::effect::Effect;
use crate::effects::Effects;
use crate::random::Random;
use crate::retry::Retry;

/// How long an open or a join may take before the socket counts as dead.
const SET_UP_LIMIT: Duration = Duration::from_secs(10);
/// The same when a call waits for it: what got lost on the way is not repeated for long. So much more
/// after each try, or a slow network would never do.
const URGENT_SET_UP_LIMIT: Duration = Duration::from_secs(3);
/// The time from the last answer to the next `ping`. The server times what a page sends, so this does
/// not depend on what the page receives.
const PING_INTERVAL: Duration = Duration::from_secs(PING_INTERVAL_SECONDS as u64);
/// The time that an answer to `ping` may take. Other messages that arrive meanwhile extend it, since
/// the answer may be queued behind them.
const PONG_LIMIT: Duration = Duration::from_secs(10);
/// The longest that an answer may take, whatever else arrives: what the page sends may be lost
/// though it still receives. Together with the interval this is less than the server's limit.
const PONG_LIMIT_IN_TRAFFIC: Duration = Duration::from_secs(30);
/// The same when a call waits for it.
const URGENT_PONG_LIMIT: Duration = Duration::from_secs(3);
/// How long a connection must have lasted for the next loss to count as the first.
const STABLE_AFTER: Duration = Duration::from_secs(10);

const RETRY: Retry =
    Retry { base: Duration::from_millis(500), limit: Duration::from_secs(15), spread: 0.5 };
/// How long to wait before the server is looked for again; up to a half less, by chance.
const LOOK_PAUSE: Duration = Duration::from_secs(1);
/// How long looking for it may take.
const LOOK_LIMIT: Duration = Duration::from_secs(3);

/// Where the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Off,
    Opening {
        until: Duration,
    },
    Joining {
        until: Duration,
    },
    Online {
        since: Duration,
        ping_at: Duration,
    },
    Pinged {
        since: Duration,
        asked_at: Duration,
        until: Duration,
    },
    /// If a call waits for it, the server is looked for meanwhile.
    Waiting {
        until: Duration,
        look_at: Duration,
    },
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Opening { .. } => "opening",
            Self::Joining { .. } => "joining",
            Self::Online { .. } => "online",
            Self::Pinged { .. } => "pinged",
            Self::Waiting { .. } => "waiting",
        }
    }
}

/// The connection to the signaling server.
#[derive(Debug)]
pub(crate) struct Signaling {
    room: RoomId,
    secret: PeerSecret,
    state: State,
    /// Tries since the last stable connection.
    tries: u32,
    /// Whether a call waits for it.
    urgent: bool,
    /// How often it was found since the page was let in last: there may be a server that lets in nobody.
    found: u32,
    /// Whether the page was in the room since `start`.
    joined_before: bool,
}

impl Signaling {
    pub(crate) fn new(room: RoomId, secret: PeerSecret) -> Self {
        Self {
            room,
            secret,
            state: State::Off,
            tries: 0,
            urgent: false,
            found: 0,
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

    pub(crate) fn start(&mut self, now: Duration, effects: &mut Effects) {
        self.joined_before = false;
        self.tries = 0;
        self.open(now, effects);
    }

    pub(crate) fn stop(&mut self, effects: &mut Effects) {
        if self.is_online() {
            effects.push(Effect::Send(ClientMessage::Leave));
        }
        if !self.is_off() {
            effects.push(Effect::CloseSocket);
        }
        self.state = State::Off;
    }

    pub(crate) fn opened(&mut self, now: Duration, effects: &mut Effects) {
        self.meet("opened");
        if let State::Opening { .. } = self.state {
            let join = ClientMessage::Join { v: VERSION, room: self.room, secret: self.secret };
            effects.push(Effect::Send(join));
            self.state = State::Joining { until: now + self.set_up_limit() };
        }
    }

    /// The server let the page in. `false` if that is not what was being waited for.
    pub(crate) fn joined(&mut self, now: Duration) -> bool {
        self.meet("joined");
        let expected = matches!(self.state, State::Joining { .. });
        if expected {
            self.joined_before = true;
            self.found = 0;
            self.state = State::Online { since: now, ping_at: now + PING_INTERVAL };
        }
        expected
    }

    /// Takes note of a message of the server. Only `pong` shows that what the page sends arrives.
    pub(crate) fn on_message(&mut self, now: Duration, is_pong: bool) {
        self.meet("heard");
        let limit = self.pong_limit();
        match &mut self.state {
            State::Pinged { since, .. } if is_pong => {
                let since = *since;
                self.state = State::Online { since, ping_at: now + PING_INTERVAL };
            }
            State::Pinged { asked_at, until, .. } => {
                let latest = *asked_at + PONG_LIMIT_IN_TRAFFIC;
                *until = (now + limit).min(latest).max(*until);
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Waiting { .. } => {}
        }
    }

    /// The socket is gone.
    pub(crate) fn closed(&mut self, now: Duration, random: &mut Random) {
        self.meet("closed");
        self.wait(now, random);
    }

    fn wait(&mut self, now: Duration, random: &mut Random) {
        match self.state {
            State::Off | State::Waiting { .. } => return,
            State::Online { since, .. } | State::Pinged { since, .. } => {
                if now.saturating_sub(since) >= STABLE_AFTER {
                    self.tries = 0;
                }
            }
            State::Opening { .. } | State::Joining { .. } => {}
        }
        let jitter = random.fraction();
        self.state = State::Waiting {
            until: now + RETRY.delay(self.tries, jitter),
            look_at: now + self.look_pause(jitter),
        };
        self.tries = self.tries.saturating_add(1);
    }

    /// Whether the server is there, as far as could be seen.
    pub(crate) fn looked(
        &mut self,
        now: Duration,
        found: bool,
        random: &mut Random,
        effects: &mut Effects,
    ) {
        self.meet(if found { "server found" } else { "server not found" });
        match self.state {
            State::Waiting { .. } if found => {
                self.found = self.found.saturating_add(1);
                self.open(now, effects);
            }
            State::Waiting { until, .. } => {
                let look_at = now + self.look_pause(random.fraction());
                self.state = State::Waiting { until, look_at };
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. } => {}
        }
    }

    /// A good moment to try again, or to find out whether the connection still lives.
    pub(crate) fn awake(&mut self, now: Duration, effects: &mut Effects) {
        self.meet("awake");
        match self.state {
            State::Waiting { .. } => self.open(now, effects),
            State::Online { since, .. } => self.ping(now, since, effects),
            State::Off | State::Opening { .. } | State::Joining { .. } | State::Pinged { .. } => {}
        }
    }

    /// The network is another: the socket went by way of the old one.
    pub(crate) fn network_changed(&mut self, now: Duration, effects: &mut Effects) {
        self.meet("network changed");
        if !self.is_off() {
            self.tries = 0;
            self.open(now, effects);
        }
    }

    /// Whether a call waits for the connection. If one begins to, it is worth finding out whether the
    /// connection still lives.
    pub(crate) fn hurry(&mut self, now: Duration, urgent: bool, effects: &mut Effects) {
        let began = urgent && !self.urgent;
        self.urgent = urgent;
        if began {
            self.meet("hurry");
        }
        match &mut self.state {
            State::Online { since, .. } if began => {
                let since = *since;
                self.ping(now, since, effects);
            }
            State::Pinged { until, .. } if began => {
                *until = (*until).min(now + URGENT_PONG_LIMIT);
            }
            State::Off
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. }
            | State::Waiting { .. } => {}
        }
    }

    pub(crate) fn timeout(&mut self, now: Duration, random: &mut Random, effects: &mut Effects) {
        self.meet_clock(now);
        if let State::Opening { until } | State::Joining { until } | State::Pinged { until, .. } =
            self.state
            && now >= until
        {
            effects.push(Effect::CloseSocket);
            self.wait(now, random);
        }
        match self.state {
            State::Waiting { until, .. } if now >= until => self.open(now, effects),
            State::Waiting { until, look_at } if self.urgent && now >= look_at => {
                effects.push(Effect::FindServer);
                self.state = State::Waiting { until, look_at: now + LOOK_LIMIT };
            }
            State::Online { since, ping_at } if now >= ping_at => self.ping(now, since, effects),
            State::Off
            | State::Waiting { .. }
            | State::Opening { .. }
            | State::Joining { .. }
            | State::Online { .. }
            | State::Pinged { .. } => {}
        }
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Off => None,
            State::Opening { until } | State::Joining { until } | State::Pinged { until, .. } => {
                Some(until)
            }
            State::Waiting { until, look_at } => {
                Some(if self.urgent { until.min(look_at) } else { until })
            }
            State::Online { ping_at, .. } => Some(ping_at),
        }
    }

    fn meet_clock(&self, now: Duration) {
        coverage::meet(Machine::Signaling, || {
            (now >= self.deadline()?).then(|| (self.state.name(), "clock"))
        });
    }

    fn meet(&self, input: &'static str) {
        coverage::meet(Machine::Signaling, || Some((self.state.name(), input)));
    }

    fn open(&mut self, now: Duration, effects: &mut Effects) {
        effects.push(Effect::OpenSocket);
        self.state = State::Opening { until: now + self.set_up_limit() };
    }

    fn look_pause(&self, jitter: f64) -> Duration {
        LOOK_PAUSE.mul_f64(1.0 - jitter / 2.0).max(RETRY.delay(self.found, jitter))
    }

    fn set_up_limit(&self) -> Duration {
        let urgent = URGENT_SET_UP_LIMIT.saturating_mul(self.tries.saturating_add(1));
        if self.urgent { urgent.min(SET_UP_LIMIT) } else { SET_UP_LIMIT }
    }

    fn ping(&mut self, now: Duration, since: Duration, effects: &mut Effects) {
        effects.push(Effect::Send(ClientMessage::Ping));
        self.state = State::Pinged { since, asked_at: now, until: now + self.pong_limit() };
    }

    fn pong_limit(&self) -> Duration {
        if self.urgent { URGENT_PONG_LIMIT } else { PONG_LIMIT }
    }
}
