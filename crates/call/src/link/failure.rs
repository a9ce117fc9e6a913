//! The reason why a link cannot be made or recovered.

use tincan_protocol::Candidate;

use super::negotiation::candidates::kind;
use crate::api::view::Failure;

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
        match kind(candidate) {
            Some("srflx") => self.reflexive = true,
            Some("relay") => self.relayed = true,
            Some(_) | None => {}
        }
    }
}

/// The candidates that each side has found since media flowed last.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Evidence {
    pub(super) ours: Kinds,
    pub(super) theirs: Kinds,
}

impl Evidence {
    /// Returns the reason to give, should the link fail.
    pub(super) fn failure(self, is_paired: bool, has_turn: bool) -> Failure {
        if !is_paired {
            Failure::NoAnswer
        } else if !has_turn {
            Failure::NoRelay
        } else if self.ours.relayed && self.theirs.relayed {
            Failure::NoPath
        } else if self.ours.relayed {
            Failure::RelayUnreachableThere
        } else if self.ours.reflexive {
            Failure::RelayUnreachable
        } else {
            Failure::Blocked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str) -> Candidate {
        Candidate {
            candidate: text.to_owned(),
            sdp_mid: None,
            sdp_m_line_index: None,
            username_fragment: None,
        }
    }

    #[test]
    fn a_candidate_is_of_one_kind() {
        for (kind, reflexive, relayed) in
            [("host", false, false), ("srflx", true, false), ("relay", false, true)]
        {
            let text = ["candidate:1 1 udp 1 192.0.2.1 9 typ ", kind, " raddr 0.0.0.0 rport 0"];
            let mut kinds = Kinds::default();
            kinds.add(&candidate(&text.concat()));
            assert_eq!(kinds, Kinds { reflexive, relayed }, "{kind}");
        }
        let mut kinds = Kinds::default();
        for text in ["", "typ", "relay srflx", "candidate:relay 1 udp 1 srflx 9 typ host"] {
            kinds.add(&candidate(text));
        }
        assert_eq!(kinds, Kinds::default());
        kinds.add(&candidate("typ srflx"));
        kinds.add(&candidate("typ relay"));
        assert_eq!(kinds, Kinds { reflexive: true, relayed: true });
    }
}
