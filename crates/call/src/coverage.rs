//! Which pairs of state and input the machines of a call have met: for whoever tests them. Without the
//! feature `coverage` nothing is counted nor looked at, and nothing of this is in the page.

/// A machine, as its module describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Machine {
    /// Offers and answers: `peer_link`.
    Negotiation,
    /// The ladder: `peer_link::recovery`.
    Recovery,
    /// The connection to the server: `signaling`.
    Signaling,
}

impl Machine {
    /// Every machine there is.
    pub const ALL: [Self; 3] = [Self::Negotiation, Self::Recovery, Self::Signaling];

    /// The names of its states.
    pub const fn states(self) -> &'static [&'static str] {
        match self {
            Self::Negotiation => {
                &["stable", "offering", "awaiting", "accepting answer", "accepting offer"]
            }
            Self::Recovery => &[
                "trying ICE",
                "trying a new connection",
                "trying relays",
                "connected",
                "connected and restarting",
                "waiting",
                "closed by the peer",
                "failed",
            ],
            Self::Signaling => &["off", "opening", "joining", "online", "pinged", "waiting"],
        }
    }

    /// The names of what may come in.
    pub const fn inputs(self) -> &'static [&'static str] {
        match self {
            Self::Negotiation => &[
                "offer",
                "answer",
                "candidate",
                "OfferCreated",
                "AnswerCreated",
                "AnswerAccepted",
                "NegotiationFailed",
                "CandidateFound",
                "StateChanged",
                "ClosedByPeer",
                "met again",
                "awake",
                "network changed",
                "ICE servers",
                "clock",
            ],
            Self::Recovery => &[
                "Connected",
                "Disconnected",
                "Failed",
                "negotiation failed",
                "closed by the peer",
                "lost",
                "arrived",
                "peer rebuilt",
                "agreed",
                "met again",
                "awake",
                "network changed",
                "retry",
                "clock",
                "clock, out of reach",
            ],
            Self::Signaling => &[
                "opened",
                "joined",
                "heard",
                "closed",
                "awake",
                "network changed",
                "hurry",
                "server found",
                "server not found",
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

    /// A state and an input, by their names.
    type Pair = (Machine, &'static str, &'static str);

    static MET: Mutex<BTreeMap<Pair, u64>> = Mutex::new(BTreeMap::new());

    pub(crate) fn meet(
        machine: Machine,
        pair: impl FnOnce() -> Option<(&'static str, &'static str)>,
    ) {
        let Some((state, input)) = pair() else { return };
        debug_assert!(machine.states().contains(&state), "{machine:?} has no state {state}");
        debug_assert!(machine.inputs().contains(&input), "{machine:?} has no input {input}");
        let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
        *met.entry((machine, state, input)).or_default() += 1;
    }

    /// How often each pair of state and input was met since the program started, by all calls in it: every
    /// pair there is.
    pub fn met() -> Vec<(Machine, &'static str, &'static str, u64)> {
        let met = MET.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pairs = Vec::new();
        for machine in Machine::ALL {
            for state in machine.states() {
                for input in machine.inputs() {
                    let count = met.get(&(machine, *state, *input)).copied().unwrap_or_default();
                    pairs.push((machine, *state, *input, count));
                }
            }
        }
        pairs
    }
}

#[cfg(feature = "coverage")]
pub use counted::met;

#[cfg(feature = "coverage")]
pub(crate) use counted::meet;

/// Counts nothing.
#[cfg(not(feature = "coverage"))]
#[inline]
pub(crate) fn meet(_: Machine, _: impl FnOnce() -> Option<(&'static str, &'static str)>) {}
