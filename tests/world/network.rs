//! The network between a page and the server: delay, reordering and duplication of messages.

use std::collections::BTreeMap;
use std::time::Duration;

use tincan_call::protocol::ClientMessage;

/// The effect of the network on messages.
#[derive(Debug, Clone, Copy)]
pub struct NetworkConditions {
    /// The maximum delay of a message, in milliseconds.
    pub delay: u64,
    /// True if sealed payloads can overtake each other.
    pub reorder: bool,
    /// The chance that a sealed payload is delivered twice.
    pub duplicate: f64,
}

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Up(usize),
    Down(usize),
}

pub struct Network {
    conditions: NetworkConditions,
    /// The arrival of the last message in each direction. The next one does not arrive earlier.
    last: BTreeMap<Direction, Duration>,
    pub payloads: usize,
}

impl Network {
    pub fn new(conditions: NetworkConditions) -> Self {
        Self { conditions, last: BTreeMap::new(), payloads: 0 }
    }

    /// Returns the maximum delay of a message, in milliseconds.
    pub fn delay(&self) -> u64 {
        self.conditions.delay
    }

    pub fn is_quicker_than(&self, millis: u64) -> bool {
        self.conditions.delay <= millis
    }

    pub fn end_faults(&mut self) {
        self.conditions = NetworkConditions { delay: 50, reorder: false, duplicate: 0.0 };
    }

    pub fn copies(&self, random: &mut fastrand::Rng, is_payload: bool) -> usize {
        if is_payload && random.f64() < self.conditions.duplicate { 2 } else { 1 }
    }

    pub fn arrival(
        &mut self,
        now: Duration,
        random: &mut fastrand::Rng,
        direction: Direction,
        is_payload: bool,
    ) -> Duration {
        let at = now + Duration::from_millis(random.u64(1..=self.conditions.delay));
        if is_payload && self.conditions.reorder {
            return at;
        }
        let last = self.last.entry(direction).or_default();
        *last = at.max(*last);
        *last
    }

    /// Checks that a message reveals to the server neither names nor addresses.
    pub fn watch(&mut self, message: &ClientMessage) {
        if let ClientMessage::Signal { payload, .. } = message {
            self.payloads += 1;
            for secret in ["ice-ufrag", "Person", "candidate", "192.0.2."] {
                assert!(!payload.contains(secret), "the server sees {secret}");
            }
        }
    }
}
