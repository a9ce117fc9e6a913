//! Candidates on their way in and out (RFC 8838: trickle ICE).

use std::collections::VecDeque;

use tincan_protocol::{Candidate, ConnectionId};

/// How many remote candidates wait for their description, and how many local ones are kept to be
/// sent again. A page rarely finds more than twenty.
const LIMIT: usize = 40;

/// Candidates of the peer that came before the description that they belong to.
#[derive(Debug, Default)]
pub(super) struct EarlyCandidates(VecDeque<(ConnectionId, Candidate)>);

impl EarlyCandidates {
    /// Keeps one. When there are too many, the oldest goes.
    pub(super) fn push(&mut self, connection: ConnectionId, candidate: Candidate) {
        if self.0.len() >= LIMIT {
            self.0.pop_front();
        }
        self.0.push_back((connection, candidate));
    }

    /// Takes out those that fit, and forgets those of connections that are gone.
    pub(super) fn take_fitting(
        &mut self,
        paired: ConnectionId,
        fits: impl Fn(&Candidate) -> bool,
    ) -> Vec<Candidate> {
        let (mut fitting, mut rest) = (Vec::new(), VecDeque::new());
        for (connection, candidate) in self.0.drain(..) {
            if connection == paired && fits(&candidate) {
                fitting.push(candidate);
            } else if connection >= paired {
                rest.push_back((connection, candidate));
            }
        }
        self.0 = rest;
        fitting
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Candidates that this page found, kept to be sent again to a peer who may have missed them.
#[derive(Debug, Default)]
pub(super) struct FoundCandidates(Vec<Candidate>);

impl FoundCandidates {
    pub(super) fn push(&mut self, candidate: &Candidate) {
        if self.0.len() < LIMIT {
            self.0.push(candidate.clone());
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Candidate> {
        self.0.iter()
    }
}

/// The kinds of candidates that one side has found (RFC 8445, section 4).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Another network sees this side: server reflexive.
    pub(super) reflexive: bool,
    /// A TURN server serves it.
    pub(super) relayed: bool,
}

impl Kinds {
    pub(super) fn add(&mut self, candidate: &Candidate) {
        let mut words = candidate.candidate.split(' ').skip_while(|word| *word != "typ");
        match words.nth(1) {
            Some("srflx") => self.reflexive = true,
            Some("relay") => self.relayed = true,
            Some(_) | None => {}
        }
    }
}

/// The ICE generations of a session description: its `ice-ufrag` values (RFC 8839, section 5.4).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Generations(Vec<String>);

impl Generations {
    pub(super) fn of(sdp: &str) -> Self {
        Self(
            sdp.lines()
                .filter_map(|line| line.strip_prefix("a=ice-ufrag:"))
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether a candidate belongs to the description. One that does not say is taken for it.
    pub(super) fn fit(&self, candidate: &Candidate) -> bool {
        match &candidate.username_fragment {
            Some(fragment) => self.0.contains(fragment),
            None => !self.0.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str, fragment: Option<&str>) -> Candidate {
        Candidate {
            candidate: text.to_owned(),
            sdp_mid: None,
            sdp_m_line_index: None,
            username_fragment: fragment.map(str::to_owned),
        }
    }

    #[test]
    fn a_candidate_is_of_one_kind() {
        for (kind, reflexive, relayed) in
            [("host", false, false), ("srflx", true, false), ("relay", false, true)]
        {
            let text = ["candidate:1 1 udp 1 192.0.2.1 9 typ ", kind, " raddr 0.0.0.0 rport 0"];
            let mut kinds = Kinds::default();
            kinds.add(&candidate(&text.concat(), None));
            assert_eq!(kinds, Kinds { reflexive, relayed }, "{kind}");
        }
        let mut kinds = Kinds::default();
        for text in ["", "typ", "relay srflx", "candidate:relay 1 udp 1 srflx 9 typ host"] {
            kinds.add(&candidate(text, None));
        }
        assert_eq!(kinds, Kinds::default());
        kinds.add(&candidate("typ srflx", None));
        kinds.add(&candidate("typ relay", None));
        assert_eq!(kinds, Kinds { reflexive: true, relayed: true });
    }

    #[test]
    fn a_candidate_waits_for_its_connection_and_generation() {
        let mut early = EarlyCandidates::default();
        early.push(ConnectionId(1), candidate("gone", Some("u1")));
        early.push(ConnectionId(2), candidate("now", Some("u2")));
        early.push(ConnectionId(2), candidate("later", Some("u3")));
        early.push(ConnectionId(3), candidate("next", Some("u2")));
        let generations = Generations::of("v=0\r\na=ice-ufrag:u2\r\na=ice-pwd:x\r\n");
        let fitting = early.take_fitting(ConnectionId(2), |c| generations.fit(c));
        assert_eq!(fitting, [candidate("now", Some("u2"))]);
        assert_eq!(early.len(), 2, "the one of a connection that is gone is forgotten");
    }

    #[test]
    fn the_queue_is_bounded_and_keeps_the_newest() {
        let mut early = EarlyCandidates::default();
        for n in 0..1000 {
            early.push(ConnectionId(1), candidate(&n.to_string(), None));
        }
        assert_eq!(early.len(), LIMIT);
        let fitting = early.take_fitting(ConnectionId(1), |_| true);
        assert_eq!(fitting.last(), Some(&candidate("999", None)));
    }

    #[test]
    fn what_was_found_is_kept_up_to_a_limit_until_it_is_of_no_use() {
        let mut found = FoundCandidates::default();
        for n in 0..1000 {
            found.push(&candidate(&n.to_string(), None));
        }
        assert_eq!(found.iter().count(), LIMIT);
        found.clear();
        assert_eq!(found.iter().count(), 0);
    }

    #[test]
    fn a_candidate_without_a_generation_fits_any_description_but_none() {
        assert!(Generations::of("a=ice-ufrag:u").fit(&candidate("c", None)));
        assert!(!Generations::default().fit(&candidate("c", None)));
    }
}
