//! Candidates on their way in and out (RFC 8838: trickle ICE).

use std::time::Duration;

use tincan_protocol::{Candidate, ConnectionId, PeerMessage};

/// How many remote candidates wait for their description, and how many local ones are kept to be
/// sent again. Beyond that the least useful go. A page rarely finds more than twenty.
const LIMIT: usize = 100;

/// The most candidates in one message, so that it fits into a frame.
const MOST_IN_MESSAGE: usize = 50;

/// The time for which candidates are gathered for a message after the first one, which is sent at
/// once. It doubles with each message up to the limit, so that many network interfaces make few
/// messages, and starts anew after a pause.
const GATHER_FIRST: Duration = Duration::from_millis(20);
const GATHER_LIMIT: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_secs(2);

/// Candidates of the peer that came before the description that they belong to.
#[derive(Debug, Default)]
pub(super) struct EarlyCandidates(Vec<(ConnectionId, Candidate)>);

impl EarlyCandidates {
    /// Keeps one. When there are too many, one of the oldest connection goes.
    pub(super) fn push(&mut self, connection: ConnectionId, candidate: Candidate) {
        self.0.push((connection, candidate));
        if self.0.len() > LIMIT
            && let Some(oldest) = self.0.iter().map(|(connection, _)| *connection).min()
        {
            let of_oldest = |(connection, candidate)| (connection == oldest).then_some(candidate);
            let candidates = self.0.iter().map(|(connection, candidate)| (*connection, candidate));
            let worst = least_useful(candidates.map(of_oldest));
            self.0.remove(worst);
        }
    }

    /// Takes out those that fit, and forgets those of connections that are gone.
    pub(super) fn take_fitting(
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
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Candidates that this page found: gathered until they are sent, and kept to be sent again to a
/// peer that may have missed them.
#[derive(Debug, Default)]
pub(super) struct FoundCandidates {
    kept: Vec<Candidate>,
    unsent: Vec<Candidate>,
    /// The time of the last message, and how long the next candidates are gathered for.
    sent_at: Option<Duration>,
    gather: Duration,
}

impl FoundCandidates {
    pub(super) fn push(&mut self, candidate: Candidate) {
        self.unsent.push(candidate.clone());
        self.kept.push(candidate);
        if self.kept.len() > LIMIT {
            let worst = least_useful(self.kept.iter().map(Some));
            self.kept.remove(worst);
        }
    }

    /// Returns when the gathered candidates are due, if there are any.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let at = self.sent_at.map_or(Duration::ZERO, |sent_at| sent_at + self.gather);
        (!self.unsent.is_empty()).then_some(at)
    }

    /// Returns the messages with the candidates that are due.
    pub(super) fn due(&mut self, now: Duration, connection: ConnectionId) -> Vec<PeerMessage> {
        if self.deadline().is_none_or(|at| now < at) {
            return Vec::new();
        }
        let is_burst = self.sent_at.is_some_and(|sent_at| now < sent_at + PAUSE);
        self.gather = if is_burst { (self.gather * 2).min(GATHER_LIMIT) } else { GATHER_FIRST };
        self.sent_at = Some(now);
        messages(connection, &std::mem::take(&mut self.unsent))
    }

    /// Returns the messages with all candidates since the connection was up last.
    pub(super) fn again(&mut self, connection: ConnectionId) -> Vec<PeerMessage> {
        self.unsent.clear();
        messages(connection, &self.kept)
    }

    /// Keeps only those that were not sent yet: the connection is up.
    pub(super) fn forget_sent(&mut self) {
        self.kept.clone_from(&self.unsent);
    }

    /// Drops all: they are of no use to anyone.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
        self.unsent.clear();
    }
}

/// Makes the messages. A single candidate travels in the form that all versions know.
fn messages(connection: ConnectionId, candidates: &[Candidate]) -> Vec<PeerMessage> {
    let message = |candidates: &[Candidate]| match candidates {
        [candidate] => PeerMessage::Candidate { connection, candidate: candidate.clone() },
        several => PeerMessage::Candidates { connection, candidates: several.to_vec() },
    };
    candidates.chunks(MOST_IN_MESSAGE).map(message).collect()
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
fn kind(candidate: &Candidate) -> Option<&str> {
    candidate.candidate.split(' ').skip_while(|word| *word != "typ").nth(1)
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
        match kind(candidate) {
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
    fn the_queue_is_bounded_and_of_equals_keeps_the_newest() {
        let mut early = EarlyCandidates::default();
        for n in 0..1000 {
            early.push(ConnectionId(1), candidate(&n.to_string(), None));
        }
        assert_eq!(early.len(), LIMIT);
        let fitting = early.take_fitting(ConnectionId(1), |_| true);
        assert_eq!(fitting.last(), Some(&candidate("999", None)));
    }

    /// More candidates than are kept, with those in between that must not be lost.
    fn many() -> Vec<Candidate> {
        let host = |n: usize, network: usize, transport: &str| {
            let address = format!("192.168.{network}.{}", n % 250);
            candidate(&format!("candidate:{n} 1 {transport} 1 {address} 9 typ host"), None)
        };
        let mut many = vec![
            candidate("candidate:r 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0", None),
            candidate("candidate:s 1 udp 1 192.0.2.9 9 typ srflx raddr 0.0.0.0 rport 0", None),
        ];
        many.extend((0..5).map(|network| host(1, 100 + network, "udp")));
        many.extend((0..500).map(|n| host(n, n % 3, if n % 2 == 0 { "udp" } else { "tcp" })));
        many
    }

    #[test]
    fn relays_and_distinct_networks_are_kept_when_there_are_too_many() {
        let must_stay = many().into_iter().take(7).collect::<Vec<_>>();
        let mut early = EarlyCandidates::default();
        let mut found = FoundCandidates::default();
        // The peer may name connections of any number.
        early.push(ConnectionId(1), must_stay[0].clone());
        for candidate in many() {
            early.push(ConnectionId(2), candidate.clone());
            found.push(candidate);
        }
        assert_eq!((early.len(), found.kept.len()), (LIMIT, LIMIT));
        let early = early.take_fitting(ConnectionId(2), |_| true);
        assert_eq!(early.len(), LIMIT, "the one of the oldest connection has gone");
        assert_eq!((&early[..7], &found.kept[..7]), (&must_stay[..], &must_stay[..]));
        assert!(!early.iter().any(|candidate| candidate.candidate.contains(" tcp ")));
    }

    #[test]
    fn a_network_is_told_by_its_address() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.200", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:7:8:9:a", true),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:3:3:4:5:6", false),
            ("a.local", "b.local", false),
        ] {
            let of =
                |address| candidate(&format!("candidate:1 1 udp 1 {address} 9 typ host"), None);
            assert_eq!(network(&of(one)) == network(&of(other)), same, "{one} {other}");
        }
    }

    #[test]
    fn a_message_with_many_candidates_fits_into_a_frame() {
        let long = candidate(&"x".repeat(700), Some("u"));
        let mut found = FoundCandidates::default();
        (0..LIMIT).for_each(|_| found.push(long.clone()));
        let messages = found.due(Duration::ZERO, ConnectionId(1));
        assert_eq!(messages.len(), LIMIT / MOST_IN_MESSAGE);
        let limit = tincan_protocol::MAX_PAYLOAD_CHARS / 4 * 3 - 100;
        for message in messages {
            assert!(tincan_protocol::to_json(&message).is_some_and(|text| text.len() < limit));
        }
    }

    #[test]
    fn a_candidate_without_a_generation_fits_any_description_but_none() {
        assert!(Generations::of("a=ice-ufrag:u").fit(&candidate("c", None)));
        assert!(!Generations::default().fit(&candidate("c", None)));
    }
}
