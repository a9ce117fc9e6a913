//! The findings of one attempt to make or recover a link: classes, counts and times, and no
//! address.

use std::time::Duration;

use tincan_protocol::Candidate;

use super::servers::{IceServerError, IceServerKind};
use crate::link::negotiation::candidates::{kind, transport};

/// The most different errors that are kept. The browser retries, and a relay may answer with any
/// code.
const MAX_ERRORS: usize = 12;

/// A class of ICE candidates (RFC 8839, section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateClass {
    /// An address of the machine, for UDP.
    HostUdp,
    /// An address of the machine, for TCP.
    HostTcp,
    /// The address that a STUN server has seen.
    Reflexive,
    /// An address of a TURN server.
    Relayed,
}

impl CandidateClass {
    /// All classes.
    pub(crate) const ALL: [Self; 4] =
        [Self::HostUdp, Self::HostTcp, Self::Reflexive, Self::Relayed];

    /// Returns the class of a candidate, if it is one of these.
    pub fn of(candidate: &Candidate) -> Option<Self> {
        match kind(candidate)? {
            "host" if transport(candidate).is_some_and(|word| word.eq_ignore_ascii_case("tcp")) => {
                Some(Self::HostTcp)
            }
            "host" => Some(Self::HostUdp),
            "srflx" => Some(Self::Reflexive),
            "relay" => Some(Self::Relayed),
            _ => None,
        }
    }
}

/// The number of events of one kind, and the time from the beginning of the attempt to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// The number.
    pub count: u16,
    /// The time, in milliseconds.
    pub first_ms: u32,
}

impl Tally {
    fn add(&mut self, at: u32) {
        if self.count == 0 {
            self.first_ms = at;
        }
        self.count = self.count.saturating_add(1);
    }
}

/// An error of a STUN or TURN server, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedError {
    /// The error.
    pub error: IceServerError,
    /// The number of times that it occurred.
    pub tally: Tally,
}

/// A tally for each class of candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tallies([Tally; CandidateClass::ALL.len()]);

impl Tallies {
    fn add(&mut self, candidate: &Candidate, at: u32) {
        if let Some(class) = CandidateClass::of(candidate) {
            self.0[class as usize].add(at);
        }
    }

    /// Returns the tally of a class. It counts none where there is none.
    pub const fn of(&self, class: CandidateClass) -> Tally {
        self.0[class as usize]
    }

    pub(super) const fn has(&self, class: CandidateClass) -> bool {
        self.of(class).count > 0
    }
}

/// The evidence since media flowed last, or since the last failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    began: Duration,
    /// The time from the beginning until both sides agreed on a session, in milliseconds; none if
    /// they did not.
    pub agreed_ms: Option<u32>,
    /// The candidates of this side.
    pub ours: Tallies,
    /// The candidates of the peer.
    pub theirs: Tallies,
    /// The errors of STUN and TURN servers, in the order in which they occurred first.
    pub errors: Vec<CountedError>,
}

impl Evidence {
    pub(in super::super) fn new(now: Duration) -> Self {
        Self {
            began: now,
            agreed_ms: None,
            ours: Tallies::default(),
            theirs: Tallies::default(),
            errors: Vec::new(),
        }
    }

    /// Media flows no longer: times count from here.
    pub(in super::super) fn begin(&mut self, now: Duration) {
        self.began = now;
    }

    /// Both sides agreed on a session.
    pub(in super::super) fn agreed(&mut self, now: Duration) {
        let at = self.at(now);
        self.agreed_ms.get_or_insert(at);
    }

    /// The browser found a candidate of this side.
    pub(in super::super) fn found(&mut self, now: Duration, candidate: &Candidate) {
        self.ours.add(candidate, self.at(now));
    }

    /// A candidate of the peer arrived.
    pub(in super::super) fn received(&mut self, now: Duration, candidate: &Candidate) {
        self.theirs.add(candidate, self.at(now));
    }

    /// A STUN or TURN server is of no use.
    pub(in super::super) fn server_failed(&mut self, now: Duration, error: IceServerError) {
        let at = self.at(now);
        if let Some(counted) = self.errors.iter_mut().find(|counted| counted.error == error) {
            counted.tally.add(at);
        } else if self.errors.len() < MAX_ERRORS {
            self.errors.push(CountedError { error, tally: Tally { count: 1, first_ms: at } });
        }
    }

    /// Returns the time since the beginning in milliseconds.
    pub(super) fn at(&self, now: Duration) -> u32 {
        u32::try_from(now.saturating_sub(self.began).as_millis()).unwrap_or(u32::MAX)
    }

    pub(super) fn errors_of_relays(&self) -> impl Iterator<Item = IceServerError> {
        let errors = self.errors.iter().map(|counted| counted.error);
        errors.filter(|error| error.server != IceServerKind::Stun)
    }
}
