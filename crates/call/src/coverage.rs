//! The pairs of state and event that occurred in the state machines of a call, for tests. Without
//! the feature `coverage` nothing is counted, and nothing of this is in the page.
//!
//! Each machine records in one place: where it takes an event.

/// A machine, as its module describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Machine {
    /// The negotiation of a link, with all that happens to the link: `link`.
    Link,
    /// The data channel of a link: `link::channel`.
    Channel,
    /// The recovery of a link: `link::recovery`.
    Recovery,
    /// The connection to the server: `signaling`.
    Signaling,
}

impl Machine {
    /// Every machine there is.
    pub const ALL: [Self; 4] = [Self::Link, Self::Channel, Self::Recovery, Self::Signaling];

    /// The names of its states.
    pub const fn states(self) -> &'static [&'static str] {
        match self {
            Self::Link => &[
                "stable",
                "offering",
                "awaiting",
                "accepting answer",
                "accepting offer",
                "applying answer",
            ],
            Self::Channel => &["opening", "unconfirmed", "confirmed", "congested", "closed"],
            Self::Recovery => &[
                "trying ICE",
                "trying a new connection",
                "trying relays",
                "connected",
                "connected and restarting",
                "waiting",
                "closed by peer",
                "failed",
            ],
            Self::Signaling => &["off", "opening", "joining", "online", "pinged", "waiting"],
        }
    }

    /// The names of its events.
    pub const fn events(self) -> &'static [&'static str] {
        match self {
            Self::Link => &[
                "offer",
                "answer",
                "candidate",
                "OfferCreated",
                "AnswerCreated",
                "AnswerApplied",
                "AnswerAccepted",
                "NegotiationFailed",
                "CandidateFound",
                "StateChanged",
                "ClosedByPeer",
                "peer present",
                "awake",
                "network changed",
                "ICE servers",
                "clock",
            ],
            Self::Channel => &["opened", "received", "congested", "drained", "closed"],
            Self::Recovery => &[
                "connected",
                "disconnected",
                "failed",
                "negotiation failed",
                "closed by peer",
                "lost",
                "arrived",
                "peer rebuilt",
                "agreed",
                "peer present",
                "awake",
                "network changed",
                "retry",
                "clock",
                "clock, peer unreachable",
            ],
            Self::Signaling => &[
                "opened",
                "joined",
                "message",
                "closed",
                "awake",
                "network changed",
                "urgent",
                "probe succeeded",
                "probe failed",
                "clock",
            ],
        }
    }
}

#[cfg(feature = "coverage")]
mod counted {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::PoisonError;

    use super::Machine;

    /// A state and an event, by their names.
    type Pair = (Machine, &'static str, &'static str);

    static COUNTS: Mutex<BTreeMap<Pair, u64>> = Mutex::new(BTreeMap::new());

    pub(crate) fn record(
        machine: Machine,
        pair: impl FnOnce() -> Option<(&'static str, &'static str)>,
    ) {
        let Some((state, event)) = pair() else { return };
        debug_assert!(machine.states().contains(&state), "{machine:?} has no state {state}");
        debug_assert!(machine.events().contains(&event), "{machine:?} has no event {event}");
        let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((machine, state, event)).or_default() += 1;
    }

    /// Returns the number of times that each pair of state and event occurred since the program
    /// started, in all calls in it: every pair there is.
    pub fn counts() -> Vec<(Machine, &'static str, &'static str, u64)> {
        let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pairs = Vec::new();
        for machine in Machine::ALL {
            for state in machine.states() {
                for event in machine.events() {
                    let count = counts.get(&(machine, *state, *event)).copied().unwrap_or_default();
                    pairs.push((machine, *state, *event, count));
                }
            }
        }
        pairs
    }
}

#[cfg(feature = "coverage")]
pub use counted::counts;

#[cfg(feature = "coverage")]
pub(crate) use counted::record;

/// Counts nothing.
#[cfg(not(feature = "coverage"))]
#[inline]
pub(crate) fn record(_: Machine, _: impl FnOnce() -> Option<(&'static str, &'static str)>) {}
