//! The ring before a call: who is rung, who rings, and how it ends so that both sides agree.
//!
//! ```text
//! caller   Lobby --Call--> Calling --accept, or the other calls too--> InCall
//!            ^                |
//!            +----------------+  cancel; 45 s; each one declined, is busy or is gone
//!
//! callee   Lobby --invite--> Lobby, rung --Accept--> InCall
//!            ^                   |                      |
//!            +-------------------+----------------------+  cancel; the caller is gone, or in neither
//!                                                          case came into the call
//! ```
//!
//! - A ring has an id, and its end outlives it: an invitation that arrives after its cancellation
//!   rings nobody, and an answer to a ring that is over is nothing.
//! - No single message matters. Whoever is met anew is told again what still counts.
//! - Where cancel and accept cross, cancel wins: the caller is back in the lobby and drops the
//!   answer, and the callee goes back when the cancellation comes.

use std::time::Duration;

use tincan_protocol::{Name, PeerId, PeerMessage, RingId};

use crate::view::Answer;

/// How long others are rung.
pub(crate) const RING_FOR: Duration = Duration::from_secs(45);
/// How much longer a callee waits for the end of a ring whose caller should have ended it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a page that is gone from the server may take to come back before it counts as gone.
const AWAY_FOR: Duration = Duration::from_secs(10);
/// The same of a caller whose connection ended while the server went on: one who is there opens
/// another at once.
const KILLED_AFTER: Duration = Duration::from_secs(2);

/// The time between two looks at the clock while this page is rung.
const TICK: Duration = Duration::from_secs(2);
/// The delay after which the page counts as having stood still. Browsers delay the timers of
/// hidden pages by a second.
const STILL_AFTER: Duration = Duration::from_secs(3);
/// The time that a caller has to come back who was found gone after a standstill: they may have
/// been gone for long, and if they come back they ring again.
const AWAY_AFTER_STILL: Duration = Duration::from_secs(1);

/// Notices that the page stood still while it was rung, as a hidden tab that the browser froze.
#[derive(Debug, Default)]
pub(crate) struct Standstill {
    /// The time of the next look at the clock, while the page is rung.
    tick_at: Option<Duration>,
    /// The time at which the page went on after it stood still last.
    ended_at: Option<Duration>,
}

impl Standstill {
    /// Something happens, for the first time since the last call.
    pub(crate) fn on_input(&mut self, now: Duration) {
        if self.tick_at.is_some_and(|at| now >= at + STILL_AFTER) {
            self.ended_at = Some(now);
        }
    }

    /// Sets the next look at the clock.
    pub(crate) fn watch(&mut self, now: Duration, is_rung: bool) {
        self.tick_at = match self.tick_at.filter(|_| is_rung) {
            Some(at) if now < at => Some(at),
            Some(_) => Some(now + TICK),
            None => is_rung.then_some(now + TICK),
        };
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.tick_at
    }

    /// Returns how long a caller who is gone from the server may take to come back.
    pub(crate) fn patience(&self, now: Duration) -> Duration {
        match self.ended_at {
            Some(at) if now < at + AWAY_FOR => AWAY_AFTER_STILL,
            Some(_) | None => AWAY_FOR,
        }
    }
}

/// The ring that this page makes.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    last: u64,
    ring: Option<Ringing>,
}

/// A ring that goes on.
#[derive(Debug)]
struct Ringing {
    id: RingId,
    until: Duration,
    asked: Vec<Asked>,
}

/// Someone who is rung.
#[derive(Debug)]
struct Asked {
    peer: PeerId,
    name: Name,
    answer: Answer,
    /// When someone who is away counts as gone.
    gone_at: Option<Duration>,
}

impl Outgoing {
    /// Begins a ring; [`ask`](Self::ask) says whom it rings.
    pub(crate) fn start(&mut self, now: Duration) {
        self.last += 1;
        let asked = Vec::new();
        self.ring = Some(Ringing { id: RingId(self.last), until: now + RING_FOR, asked });
    }

    /// The message that rings a peer, as long as they have not answered.
    fn invitation(&self, peer: PeerId) -> Option<PeerMessage> {
        let ring = self.ring.as_ref()?;
        let asked = ring.asked.iter().find(|asked| asked.peer == peer)?;
        (asked.answer == Answer::Ringing).then_some(PeerMessage::Invite { ring: ring.id })
    }

    /// What a peer has to be told who is met anew: that it rings, or that it rings no more.
    pub(crate) fn news(&self, peer: PeerId) -> Option<PeerMessage> {
        // To whom this ring does not ring an earlier one may still seem to.
        let over = match &self.ring {
            Some(ring) if ring.asked.iter().any(|asked| asked.peer == peer) => {
                return self.invitation(peer);
            }
            Some(_) => self.last - 1,
            None => self.last,
        };
        (over > 0).then_some(PeerMessage::Cancel { ring: RingId(over) })
    }

    /// Whether it is still open what comes of the ring.
    pub(crate) fn is_ringing(&self, now: Duration) -> bool {
        self.ring.as_ref().is_some_and(|ring| {
            let nobody_yet = ring.asked.is_empty() && now < ring.until;
            nobody_yet || ring.asked.iter().any(|asked| asked.answer == Answer::Ringing)
        })
    }

    /// Rings someone, if they are not rung yet; what they are told.
    pub(crate) fn ask(&mut self, peer: PeerId, name: &Name) -> Option<PeerMessage> {
        let ring = self.ring.as_mut()?;
        if ring.asked.iter().any(|asked| asked.peer == peer) {
            return None;
        }
        let name = name.clone();
        ring.asked.push(Asked { peer, name, answer: Answer::Ringing, gone_at: None });
        Some(PeerMessage::Invite { ring: ring.id })
    }

    /// Whether anyone came.
    pub(crate) fn has_come(&self) -> bool {
        let asked = self.ring.iter().flat_map(|ring| &ring.asked);
        asked.into_iter().any(|asked| asked.answer == Answer::Accepted)
    }

    /// Takes an answer to a ring, if it is to this one.
    pub(crate) fn answered(&mut self, peer: PeerId, to: RingId, answer: Answer) {
        if let Some(ring) = &mut self.ring
            && ring.id == to
        {
            ring.set(peer, answer);
        }
    }

    /// A peer is in the call, however that came to be.
    pub(crate) fn came(&mut self, peer: PeerId) {
        if let Some(ring) = &mut self.ring {
            ring.set(peer, Answer::Accepted);
        }
    }

    /// Whether the server can reach a peer.
    pub(crate) fn watch(&mut self, now: Duration, peer: PeerId, is_here: bool) {
        let Some(ring) = &mut self.ring else { return };
        let Some(asked) = ring.asked.iter_mut().find(|asked| asked.peer == peer) else { return };
        asked.gone_at = if is_here { None } else { asked.gone_at.or(Some(now + AWAY_FOR)) };
    }

    /// A peer says that their page goes away.
    pub(crate) fn left(&mut self, peer: PeerId) {
        if let Some(ring) = &mut self.ring {
            ring.set(peer, Answer::Gone);
        }
    }

    /// A peer says how they stand. If they were gone, they are back, and can be rung again.
    pub(crate) fn returned(&mut self, peer: PeerId) {
        if let Some(ring) = &mut self.ring {
            ring.asked.retain(|asked| asked.peer != peer || asked.answer != Answer::Gone);
        }
    }

    /// What is due by the clock; who is to be told that it rings no more.
    pub(crate) fn timeout(&mut self, now: Duration) -> Vec<(PeerId, PeerMessage)> {
        let Some(ring) = &mut self.ring else { return Vec::new() };
        let over = now >= ring.until;
        let mut told = Vec::new();
        for asked in &mut ring.asked {
            if asked.answer != Answer::Ringing {
                continue;
            }
            if over {
                asked.answer = Answer::NoAnswer;
                told.push((asked.peer, PeerMessage::Cancel { ring: ring.id }));
            } else if asked.gone_at.is_some_and(|gone_at| now >= gone_at) {
                asked.answer = Answer::Gone;
            }
        }
        told
    }

    /// When [`timeout`](Self::timeout) has something to do.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let ring = self.ring.as_ref()?;
        let open = || ring.asked.iter().filter(|asked| asked.answer == Answer::Ringing);
        let until = (ring.asked.is_empty() || open().next().is_some()).then_some(ring.until);
        until.into_iter().chain(open().filter_map(|asked| asked.gone_at)).min()
    }

    /// Ends the ring; who is to be told.
    pub(crate) fn cancel(&mut self) -> Vec<(PeerId, PeerMessage)> {
        let Some(ring) = self.ring.take() else { return Vec::new() };
        let open = ring.asked.iter().filter(|asked| asked.answer == Answer::Ringing);
        open.map(|asked| (asked.peer, PeerMessage::Cancel { ring: ring.id })).collect()
    }

    /// Forgets the ring; what came of it.
    pub(crate) fn take(&mut self) -> Vec<(Name, Answer)> {
        let asked = self.ring.take().map(|ring| ring.asked).unwrap_or_default();
        asked.into_iter().map(|asked| (asked.name, asked.answer)).collect()
    }

    /// What is drawn.
    pub(crate) fn view(&self) -> Option<Vec<(PeerId, Answer)>> {
        let ring = self.ring.as_ref()?;
        Some(ring.asked.iter().map(|asked| (asked.peer, asked.answer)).collect())
    }
}

impl Ringing {
    /// An answer is final, but for a page that was given up and comes back.
    fn set(&mut self, peer: PeerId, answer: Answer) {
        let Some(asked) = self.asked.iter_mut().find(|asked| asked.peer == peer) else { return };
        match asked.answer {
            Answer::Ringing | Answer::Gone | Answer::NoAnswer => asked.answer = answer,
            Answer::Accepted | Answer::Declined | Answer::Busy => {}
        }
    }
}

/// The rings of one peer, as this page has heard of them.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    /// Their rings up to this one are over.
    over: u64,
    state: Heard,
    /// The absence of the caller, if they are away.
    gone: Option<Gone>,
}

/// A caller who is away from the room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Absence {
    /// The server said so when it happened. If not, they are missing in the list of a server that
    /// may have restarted.
    pub(crate) is_told: bool,
    /// The time that they may take to come back.
    pub(crate) patience: Duration,
}

/// When a caller who is away counts as gone.
#[derive(Debug, Clone, Copy)]
struct Gone {
    at: Duration,
    /// They are taken for killed.
    is_killed: bool,
}

/// Where a peer's last ring stands on this page.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Heard {
    #[default]
    Nothing,
    /// It is being found out whether the person is in another call.
    Checking { ring: RingId, until: Duration },
    /// It rings.
    Rings { ring: RingId, until: Duration },
    /// The person came into the call for it, and the caller has not been seen there yet.
    Accepted { ring: RingId },
    /// Answered, and nothing follows from its end.
    Answered { ring: RingId, reply: Reply },
}

/// An answer, in the words of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    Accept,
    Decline,
    Busy,
}

impl Reply {
    const fn message(self, ring: RingId) -> PeerMessage {
        match self {
            Self::Accept => PeerMessage::Accept { ring },
            Self::Decline => PeerMessage::Decline { ring },
            Self::Busy => PeerMessage::Busy { ring },
        }
    }
}

/// What an invitation asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invitation {
    /// Nothing: it is over, or rings already.
    Known,
    /// An answer that was given before.
    Answered(PeerMessage),
    /// To ring.
    New,
}

impl Incoming {
    /// The peer rings.
    pub(crate) fn invited(&mut self, now: Duration, ring: RingId) -> Invitation {
        if ring.0 <= self.over {
            return Invitation::Known;
        }
        match self.state {
            Heard::Accepted { ring: known } if known == ring => {
                Invitation::Answered(PeerMessage::Accept { ring })
            }
            Heard::Answered { ring: known, reply } if known == ring => {
                Invitation::Answered(reply.message(ring))
            }
            Heard::Checking { ring: known, .. } | Heard::Rings { ring: known, .. }
                if known >= ring =>
            {
                Invitation::Known
            }
            Heard::Nothing
            | Heard::Checking { .. }
            | Heard::Rings { .. }
            | Heard::Accepted { .. }
            | Heard::Answered { .. } => {
                self.over = self.over.max(ring.0 - 1);
                self.state = Heard::Checking { ring, until: now + RING_FOR + PATIENCE };
                Invitation::New
            }
        }
    }

    /// It is found out: the person is in another call, or the ring may ring.
    pub(crate) fn checked(&mut self, busy: bool) -> Option<PeerMessage> {
        let Heard::Checking { ring, until } = self.state else { return None };
        if busy {
            return self.answer(Reply::Busy);
        }
        self.state = Heard::Rings { ring, until };
        None
    }

    /// The person comes into the call; what the caller is told.
    pub(crate) fn accept(&mut self) -> Option<PeerMessage> {
        let ring = self.open()?;
        self.state = Heard::Accepted { ring };
        Some(PeerMessage::Accept { ring })
    }

    /// An answer after which the end of the ring means nothing more; what the caller is told.
    pub(crate) fn answer(&mut self, reply: Reply) -> Option<PeerMessage> {
        let ring = self.open()?;
        self.state = Heard::Answered { ring, reply };
        Some(reply.message(ring))
    }

    /// The caller is in the call, too: there is nothing to go back to any more.
    pub(crate) fn met(&mut self) {
        if let Heard::Accepted { ring } = self.state {
            self.state = Heard::Answered { ring, reply: Reply::Accept };
        }
    }

    /// Whether something would still follow from the end of the ring.
    pub(crate) fn is_open(&self) -> bool {
        match self.state {
            Heard::Checking { .. } | Heard::Rings { .. } | Heard::Accepted { .. } => true,
            Heard::Nothing | Heard::Answered { .. } => false,
        }
    }

    /// The ring that waits for an answer.
    fn open(&self) -> Option<RingId> {
        match self.state {
            Heard::Checking { ring, .. } | Heard::Rings { ring, .. } => Some(ring),
            Heard::Nothing | Heard::Accepted { .. } | Heard::Answered { .. } => None,
        }
    }

    /// The peer's rings up to this one are over; whether one was that still counted, and how.
    pub(crate) fn cancelled(&mut self, ring: RingId) -> Over {
        self.over = self.over.max(ring.0);
        let (known, over) = match self.state {
            Heard::Nothing => return Over::Nothing,
            Heard::Checking { ring, .. } | Heard::Answered { ring, .. } => (ring, Over::Nothing),
            Heard::Rings { ring, .. } => (ring, Over::Rang),
            Heard::Accepted { ring } => (ring, Over::WasAccepted),
        };
        if known > ring {
            return Over::Nothing;
        }
        self.state = Heard::Nothing;
        over
    }

    /// The caller's page is gone, or they are in the call: whatever rang rings no more.
    pub(crate) fn end(&mut self) -> Over {
        match self.state {
            Heard::Nothing => Over::Nothing,
            Heard::Checking { ring, .. }
            | Heard::Rings { ring, .. }
            | Heard::Accepted { ring }
            | Heard::Answered { ring, .. } => self.cancelled(ring),
        }
    }

    pub(crate) fn rings(&self) -> bool {
        matches!(self.state, Heard::Rings { .. })
    }

    /// Whether the ring has gone on for too long.
    pub(crate) fn is_overdue(&self, now: Duration) -> bool {
        self.deadline().is_some_and(|until| now >= until)
    }

    /// Ends a ring that is overdue. A caller who is only gone from the server rings again with the
    /// same ring if they come back; all else that is over stays so.
    pub(crate) fn end_overdue(&mut self, now: Duration) -> Over {
        let before = self.over;
        let is_gone = self.gone.is_some_and(|gone| now >= gone.at);
        let over = self.end();
        if is_gone {
            self.over = before;
        }
        over
    }

    /// Takes the absence of the caller, if they are away. Whoever has accepted waits for longer:
    /// going back to the lobby by mistake would be worse.
    pub(crate) fn watch(&mut self, now: Duration, absence: Option<Absence>) {
        let Some(absence) = absence.filter(|_| self.is_open()) else {
            self.gone = None;
            return;
        };
        let is_killed = absence.is_told && self.open().is_some();
        let patience =
            if is_killed { absence.patience.min(KILLED_AFTER) } else { absence.patience };
        let at = now + patience;
        let last = self.gone.filter(|gone| gone.is_killed == is_killed);
        self.gone = Some(Gone { at: last.map_or(at, |gone| gone.at.min(at)), is_killed });
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        let until = match self.state {
            Heard::Checking { until, .. } | Heard::Rings { until, .. } => Some(until),
            Heard::Nothing | Heard::Accepted { .. } | Heard::Answered { .. } => None,
        };
        let gone_at = self.gone.filter(|_| self.is_open()).map(|gone| gone.at);
        until.into_iter().chain(gone_at).min()
    }
}

/// What the end of a peer's ring was the end of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Of nothing that anyone saw.
    Nothing,
    /// It rang.
    Rang,
    /// The person had come into the call for it.
    WasAccepted,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    fn peer(number: u8) -> PeerId {
        PeerId::from_bytes([number; 16])
    }

    fn invite(ring: u64) -> PeerMessage {
        PeerMessage::Invite { ring: RingId(ring) }
    }

    fn cancel(ring: u64) -> PeerMessage {
        PeerMessage::Cancel { ring: RingId(ring) }
    }

    #[test]
    fn who_is_met_is_told_of_this_ring_or_of_the_end_of_the_last_one() {
        let mut outgoing = Outgoing::default();
        assert_eq!(outgoing.news(peer(1)), None, "there never was one");
        outgoing.start(NOW);
        assert_eq!(outgoing.news(peer(1)), None, "there was none before it");
        outgoing.ask(peer(1), &Name::default());
        assert_eq!(outgoing.news(peer(1)), Some(invite(1)));
        assert_eq!(outgoing.news(peer(2)), None, "it does not ring them");
        outgoing.answered(peer(1), RingId(1), Answer::Declined);
        assert_eq!(outgoing.news(peer(1)), None, "they have answered");
        outgoing.start(NOW);
        outgoing.start(NOW);
        outgoing.ask(peer(1), &Name::default());
        assert_eq!(outgoing.news(peer(1)), Some(invite(3)));
        assert_eq!(outgoing.news(peer(2)), Some(cancel(2)));
    }

    #[test]
    fn a_ring_that_rings_nobody_yet_goes_on_for_its_time() {
        let mut outgoing = Outgoing::default();
        assert!(!outgoing.is_ringing(NOW));
        outgoing.start(NOW);
        assert!(outgoing.is_ringing(NOW + RING_FOR.mul_f64(0.999)));
        assert!(!outgoing.is_ringing(NOW + RING_FOR));
    }

    #[test]
    fn an_invitation_is_new_known_or_answered_before() {
        let ring = RingId;
        let mut incoming = Incoming::default();
        assert_eq!(incoming.invited(NOW, ring(2)), Invitation::New);
        for known in [1, 2] {
            assert_eq!(incoming.invited(NOW, ring(known)), Invitation::Known);
        }
        assert_eq!(incoming.checked(false), None);
        for known in [1, 2] {
            assert_eq!(incoming.invited(NOW, ring(known)), Invitation::Known);
        }
        assert_eq!(incoming.accept(), Some(PeerMessage::Accept { ring: ring(2) }));
        let accept = Invitation::Answered(PeerMessage::Accept { ring: ring(2) });
        assert_eq!(incoming.invited(NOW, ring(2)), accept);
        assert_eq!(incoming.invited(NOW, ring(1)), Invitation::Known);
        assert_eq!(incoming.invited(NOW, ring(3)), Invitation::New, "they ring once more");
        incoming.answer(Reply::Decline);
        let decline = Invitation::Answered(PeerMessage::Decline { ring: ring(3) });
        assert_eq!(incoming.invited(NOW, ring(3)), decline);
        assert_eq!(incoming.invited(NOW, ring(2)), Invitation::Known);
        assert_eq!(incoming.invited(NOW, ring(4)), Invitation::New);
        assert_eq!(incoming.invited(NOW, ring(5)), Invitation::New, "while the last one rings");
    }

    #[test]
    fn the_end_of_a_ring_ends_it_and_those_before_it() {
        for (cancelled, over) in [(4, Over::Nothing), (5, Over::Rang), (6, Over::Rang)] {
            let mut incoming = Incoming::default();
            incoming.invited(NOW, RingId(5));
            incoming.checked(false);
            assert_eq!(incoming.cancelled(RingId(cancelled)), over, "{cancelled}");
            assert_eq!(incoming.rings(), over == Over::Nothing);
            let again = if over == Over::Nothing { 5 } else { cancelled };
            assert_eq!(incoming.invited(NOW, RingId(again)), Invitation::Known);
        }
    }
}
