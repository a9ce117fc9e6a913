//! Candidates on their way in and out (RFC 8838: trickle ICE).

#[cfg(test)]
mod tests;

use std::time::Duration;

use tincan_protocol::{Candidate, ConnectionId, NegotiationMessage};

use crate::policy::NegotiationPolicy;

/// Candidates of the peer that came before the description that they belong to.
#[derive(Debug, Default)]
pub(in crate::link) struct RemoteCandidates(Vec<(ConnectionId, Candidate)>);

impl RemoteCandidates {
    /// Keeps one. When there are too many, one of the oldest connection goes.
    pub(in crate::link) fn push(
        &mut self,
        connection: ConnectionId,
        candidate: Candidate,
        policy: &NegotiationPolicy,
    ) {
        self.0.push((connection, candidate));
        if self.0.len() > policy.max_candidates
            && let Some(oldest) = self.0.iter().map(|(connection, _)| *connection).min()
        {
            let of_oldest = |(connection, candidate)| (connection == oldest).then_some(candidate);
            let candidates = self.0.iter().map(|(connection, candidate)| (*connection, candidate));
            let worst = least_useful(candidates.map(of_oldest));
            self.0.remove(worst);
        }
    }

    /// Takes out those that fit, and forgets those of connections that are gone.
    pub(in crate::link) fn take_fitting(
        &mut self,
        paired: ConnectionId,
        fits: impl Fn(&Candidate) -> bool,
    ) -> Vec<Candidate> {
        let (mut fitting, mut rest) = (Vec::new(), Vec::new());
        for (connection, candidate) in self.0.drain(..) {
            if connection == paired && fits(&candidate) {
                fitting.push(candidate);
            } else if connection >= paired {
                rest.push((connection, candidate));
            }
        }
        self.0 = rest;
        fitting
    }

    #[cfg(test)]
    pub(in crate::link) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Candidates that this page found: gathered until they are sent, and kept to be sent again to a
/// peer that may have missed them.
#[derive(Debug, Default)]
pub(in crate::link) struct LocalCandidates {
    kept: Vec<Candidate>,
    unsent: Vec<Candidate>,
    /// The time of the last message, and how long the next candidates are gathered for.
    sent_at: Option<Duration>,
    gather: Duration,
}

impl LocalCandidates {
    pub(in crate::link) fn push(&mut self, candidate: Candidate, policy: &NegotiationPolicy) {
        self.unsent.push(candidate.clone());
        self.kept.push(candidate);
        if self.kept.len() > policy.max_candidates {
            let worst = least_useful(self.kept.iter().map(Some));
            self.kept.remove(worst);
        }
    }

    /// Returns when the gathered candidates are due, if there are any.
    pub(in crate::link) fn deadline(&self) -> Option<Duration> {
        let at = self.sent_at.map_or(Duration::ZERO, |sent_at| sent_at + self.gather);
        (!self.unsent.is_empty()).then_some(at)
    }

    /// Returns the messages with the candidates that are due.
    pub(in crate::link) fn due(
        &mut self,
        now: Duration,
        connection: ConnectionId,
        policy: &NegotiationPolicy,
    ) -> Vec<NegotiationMessage> {
        if self.deadline().is_none_or(|at| now < at) {
            return Vec::new();
        }
        let is_burst = self.sent_at.is_some_and(|sent_at| now < sent_at + policy.gather_pause);
        self.gather =
            if is_burst { (self.gather * 2).min(policy.gather_limit) } else { policy.gather_first };
        self.sent_at = Some(now);
        messages(connection, &std::mem::take(&mut self.unsent), policy)
    }

    /// Returns the messages with all candidates since the connection was up last.
    pub(in crate::link) fn again(
        &mut self,
        connection: ConnectionId,
        policy: &NegotiationPolicy,
    ) -> Vec<NegotiationMessage> {
        self.unsent.clear();
        messages(connection, &self.kept, policy)
    }

    /// Keeps only those that were not sent yet: the connection is up.
    pub(in crate::link) fn forget_sent(&mut self) {
        self.kept.clone_from(&self.unsent);
    }

    /// Drops all: they are of no use to anyone.
    pub(in crate::link) fn clear(&mut self) {
        self.kept.clear();
        self.unsent.clear();
    }
}

/// Makes the messages: `candidate` for one, `candidates` for several.
fn messages(
    connection: ConnectionId,
    candidates: &[Candidate],
    policy: &NegotiationPolicy,
) -> Vec<NegotiationMessage> {
    let message = |candidates: &[Candidate]| match candidates {
        [candidate] => NegotiationMessage::Candidate { connection, candidate: candidate.clone() },
        several => NegotiationMessage::Candidates { connection, candidates: several.to_vec() },
    };
    candidates.chunks(policy.max_candidates_per_message.max(1)).map(message).collect()
}

/// Returns the place of the least useful candidate, among those that are `Some`.
///
/// A relay may be the only way, and a reflexive address the only direct one. Of network interfaces,
/// those go first whose network has another candidate in the list, and TCP before UDP.
fn least_useful<'a>(candidates: impl Iterator<Item = Option<&'a Candidate>>) -> usize {
    let candidates: Vec<_> =
        candidates.map(|candidate| candidate.map(|it| (rank(it), network(it)))).collect();
    let is_only_one = |network: &str| {
        candidates.iter().flatten().filter(|(_, other)| *other == network).count() == 1
    };
    let use_of = |(at, candidate): (usize, &Option<(u8, &str)>)| {
        candidate.map(|(rank, network)| (rank, is_only_one(network), at))
    };
    candidates.iter().enumerate().filter_map(use_of).min().map_or(0, |(.., at)| at)
}

fn rank(candidate: &Candidate) -> u8 {
    let is_tcp =
        candidate.candidate.split(' ').nth(2).is_some_and(|word| word.eq_ignore_ascii_case("tcp"));
    match kind(candidate) {
        Some("relay") => 3,
        Some("srflx" | "prflx") => 2,
        Some(_) if !is_tcp => 1,
        Some(_) | None => 0,
    }
}

/// Returns the network of a candidate's address, roughly: /24 of IPv4 and /64 of IPv6. A name
/// stands for itself.
fn network(candidate: &Candidate) -> &str {
    let address = candidate.candidate.split(' ').nth(4).unwrap_or_default();
    let end = match address.match_indices(':').nth(3) {
        Some((at, _)) => Some(at),
        None if address.ends_with(|c: char| c.is_ascii_digit()) => address.rfind('.'),
        None => None,
    };
    address.get(..end.unwrap_or(address.len())).unwrap_or_default()
}

/// The type of a candidate (RFC 8839, section 5.1).
pub(in crate::link) fn kind(candidate: &Candidate) -> Option<&str> {
    candidate.candidate.split(' ').skip_while(|word| *word != "typ").nth(1)
}

/// The transport protocol of a candidate.
pub(in crate::link) fn transport(candidate: &Candidate) -> Option<&str> {
    candidate.candidate.split(' ').nth(2)
}

/// The ICE generations of a session description: its `ice-ufrag` values (RFC 8839, section 5.4).
/// Browsers repeat one value in each section; here it occurs once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::link) struct Generations(Vec<String>);

impl Generations {
    pub(in crate::link) fn of(sdp: &str) -> Self {
        let values = sdp.lines().filter_map(|line| line.strip_prefix("a=ice-ufrag:"));
        let mut values: Vec<String> = values.map(str::to_owned).collect();
        values.dedup();
        Self(values)
    }

    /// Returns `true` if a candidate belongs to the description. One that does not tell does.
    pub(in crate::link) fn fit(&self, candidate: &Candidate) -> bool {
        match &candidate.username_fragment {
            Some(fragment) => self.0.contains(fragment),
            None => !self.0.is_empty(),
        }
    }
}
