//! The reason why a link cannot be made or recovered: a rule on what this side has found out.
//!
//! A browser tells little about a server that it could not use. A TURN server that refuses the
//! credentials answers with 401, whether they are wrong or have expired. One that cannot be
//! reached is 701, and so is one whose certificate the browser refuses (W3C WebRTC, 4.8.3). Of one
//! that is silent on UDP, Chromium tells nothing before the attempt is over.

mod evidence;
mod servers;
#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::time::Duration;

use crate::api::view::Failure;
pub use evidence::{CandidateClass, CountedError, Evidence, Tallies, Tally};
pub(crate) use servers::Answer;
pub use servers::{IceServerError, IceServerKind, IceServerKinds};

/// An attempt to make or recover a link that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAttempt {
    /// The reason.
    pub failure: Failure,
    /// The time from the beginning of the attempt to its end, in milliseconds.
    pub took_ms: u32,
    /// The kinds of STUN and TURN servers that there were.
    pub servers: IceServerKinds,
    /// The findings.
    pub evidence: Evidence,
}

impl Evidence {
    /// Returns the reason to give, should the link fail. `is_paired` tells that the peer has
    /// answered.
    pub(super) fn failure(&self, is_paired: bool, servers: IceServerKinds) -> Failure {
        let ours = self.ours.has(CandidateClass::Relayed);
        let theirs = self.theirs.has(CandidateClass::Relayed);
        if !is_paired {
            Failure::NoAnswer
        } else if !servers.has_turn() {
            Failure::NoRelay
        } else if ours && theirs {
            Failure::NoPath
        } else if ours {
            Failure::RelayUnreachableThere
        } else {
            self.without_relay(servers)
        }
    }

    /// Returns the reason why this side has no relay. An answer of a server tells more than
    /// silence.
    fn without_relay(&self, servers: IceServerKinds) -> Failure {
        let has_answer = |wanted| self.errors_of_relays().any(|error| error.answer() == wanted);
        if has_answer(Answer::Refused) {
            return Failure::RelayRefused;
        }
        if has_answer(Answer::Failing) {
            return Failure::RelayFailing;
        }
        let has_error = |kind| self.errors_of_relays().any(|error| error.server == kind);
        let passes_udp = self.ours.has(CandidateClass::Reflexive);
        let has_other = servers.turn_tcp || (passes_udp && servers.turn_udp);
        if !has_other && has_error(IceServerKind::TurnTls) {
            Failure::RelayNotSecure
        } else if passes_udp
            || !servers.has_udp()
            || has_error(IceServerKind::TurnTcp)
            || has_error(IceServerKind::TurnTls)
        {
            Failure::RelayUnreachable
        } else {
            Failure::UdpBlocked
        }
    }

    /// Returns the record of an attempt that ends now.
    pub(super) fn failed(
        self,
        now: Duration,
        failure: Failure,
        servers: IceServerKinds,
    ) -> Rc<FailedAttempt> {
        Rc::new(FailedAttempt { failure, took_ms: self.at(now), servers, evidence: self })
    }
}
