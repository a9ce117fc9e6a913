//! The calls of one peer, as this page has got them.
//!
//! ```text
//!            invite             not busy           accept
//!   Nothing ---------> Checking --------> Ringing ---------> Accepted
//!      ^                  | busy, declined,  |                  | the caller joins too
//!      |                  v joined anyway    v                  v
//!      |                Answered <-----------+------------------+
//!      +--- any: cancel, the caller is gone, or its time is over
//! ```

use std::time::Duration;

use tincan_protocol::{RingId, RingMessage};

use crate::policy::RingPolicy;

/// An event of the calls of one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The peer rings.
    Invited(RingId),
    /// The peer's rings up to this one are over.
    Cancelled(RingId),
    /// The search for another call of the person has ended.
    Checked { busy: bool },
    /// The person joins the call for this ring: its end leads back.
    Accepted,
    /// The person answers for good: the end of the ring means nothing more.
    Answered(Reply),
    /// The caller is in the call, too: there is nothing to go back to.
    CallerJoined,
    /// The caller's page is gone.
    CallerGone,
    /// The caller is away from the room, or not.
    CallerAway(Option<Absence>),
    /// Time has passed.
    Clock,
}

/// A caller who is away from the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Absence {
    /// The server told it when it happened. If not, they are missing in the list of a server that
    /// may have restarted.
    pub(crate) is_told: bool,
    /// The time that they have to come back.
    pub(crate) timeout: Duration,
}

/// The time at which a caller who is away counts as gone.
#[derive(Debug, Clone, Copy)]
struct Gone {
    at: Duration,
    /// Their page counts as killed.
    is_killed: bool,
}

/// A request to the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    None,
    /// Send this to the caller.
    Send(RingMessage),
    /// A new ring: answer it, or check whether the person is in another call.
    Decide,
    /// The ring is over, and rang to the end.
    Missed,
    /// The ring is over for which the person joined the call.
    Abandoned,
}

/// An answer, in the words of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    Accept,
    Decline,
    Busy,
}

impl Reply {
    const fn message(self, ring: RingId) -> RingMessage {
        match self {
            Self::Accept => RingMessage::Accept { ring },
            Self::Decline => RingMessage::Decline { ring },
            Self::Busy => RingMessage::Busy { ring },
        }
    }
}

/// The state of the peer's last ring.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Nothing,
    /// It is being checked whether the person is in another call.
    Checking { ring: RingId, until: Duration },
    /// It rings.
    Ringing { ring: RingId, until: Duration },
    /// The person joined the call for it, and the caller has not been seen there yet.
    Accepted { ring: RingId },
    /// Answered, and nothing follows from its end.
    Answered { ring: RingId, reply: Reply },
}

/// The calls of one peer.
#[derive(Debug, Default)]
pub(crate) struct IncomingCall {
    /// The peer's rings up to this one are over.
    over: u64,
    state: State,
    /// The absence of the caller, if they are away.
    gone: Option<Gone>,
}

impl IncomingCall {
    /// Takes an event. The only place where the state changes.
    pub(crate) fn on(&mut self, event: Event, now: Duration, policy: &RingPolicy) -> Step {
        match event {
            Event::Invited(ring) => self.on_invited(ring, now, policy),
            Event::Cancelled(ring) => self.on_cancelled(ring),
            Event::Checked { busy } => self.on_checked(busy),
            Event::Accepted => match self.unanswered() {
                Some(ring) => {
                    self.state = State::Accepted { ring };
                    Step::Send(RingMessage::Accept { ring })
                }
                None => Step::None,
            },
            Event::Answered(reply) => self.answer(reply),
            Event::CallerJoined => {
                if let State::Accepted { ring } = self.state {
                    self.state = State::Answered { ring, reply: Reply::Accept };
                }
                Step::None
            }
            Event::CallerGone => self.end(),
            Event::CallerAway(absence) => {
                self.on_caller_away(absence, now, policy);
                Step::None
            }
            Event::Clock => self.on_clock(now),
        }
    }

    pub(crate) fn is_ringing(&self) -> bool {
        matches!(self.state, State::Ringing { .. })
    }

    /// Returns `true` if something would still follow from the end of the ring.
    pub(crate) fn is_open(&self) -> bool {
        match self.state {
            State::Checking { .. } | State::Ringing { .. } | State::Accepted { .. } => true,
            State::Nothing | State::Answered { .. } => false,
        }
    }

    /// Returns when [`Event::Clock`] has something to do.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let until = match self.state {
            State::Checking { until, .. } | State::Ringing { until, .. } => Some(until),
            State::Nothing | State::Accepted { .. } | State::Answered { .. } => None,
        };
        let gone_at = self.gone.filter(|_| self.is_open()).map(|gone| gone.at);
        until.into_iter().chain(gone_at).min()
    }

    fn on_invited(&mut self, ring: RingId, now: Duration, policy: &RingPolicy) -> Step {
        if ring.0 <= self.over {
            return Step::None;
        }
        match self.state {
            State::Accepted { ring: known } if known == ring => {
                Step::Send(RingMessage::Accept { ring })
            }
            State::Answered { ring: known, reply } if known == ring => {
                Step::Send(reply.message(ring))
            }
            State::Checking { ring: known, .. } | State::Ringing { ring: known, .. }
                if known >= ring =>
            {
                Step::None
            }
            State::Nothing
            | State::Checking { .. }
            | State::Ringing { .. }
            | State::Accepted { .. }
            | State::Answered { .. } => {
                self.over = self.over.max(ring.0 - 1);
                let until = now + policy.duration + policy.grace;
                self.state = State::Checking { ring, until };
                Step::Decide
            }
        }
    }

    fn on_checked(&mut self, busy: bool) -> Step {
        let State::Checking { ring, until } = self.state else { return Step::None };
        if busy {
            return self.answer(Reply::Busy);
        }
        self.state = State::Ringing { ring, until };
        Step::None
    }

    fn answer(&mut self, reply: Reply) -> Step {
        let Some(ring) = self.unanswered() else { return Step::None };
        self.state = State::Answered { ring, reply };
        Step::Send(reply.message(ring))
    }

    /// Returns the ring that waits for an answer.
    fn unanswered(&self) -> Option<RingId> {
        match self.state {
            State::Checking { ring, .. } | State::Ringing { ring, .. } => Some(ring),
            State::Nothing | State::Accepted { .. } | State::Answered { .. } => None,
        }
    }

    /// A page that has accepted waits longer: going back to the lobby by mistake would be worse.
    fn on_caller_away(&mut self, absence: Option<Absence>, now: Duration, policy: &RingPolicy) {
        let Some(absence) = absence.filter(|_| self.is_open()) else {
            self.gone = None;
            return;
        };
        let is_killed = absence.is_told && self.unanswered().is_some();
        let longest = if is_killed { policy.killed_timeout } else { absence.timeout };
        let at = now + absence.timeout.min(longest);
        let last = self.gone.filter(|gone| gone.is_killed == is_killed);
        self.gone = Some(Gone { at: last.map_or(at, |gone| gone.at.min(at)), is_killed });
    }

    fn on_cancelled(&mut self, ring: RingId) -> Step {
        self.over = self.over.max(ring.0);
        let (known, step) = match self.state {
            State::Nothing => return Step::None,
            State::Checking { ring, .. } | State::Answered { ring, .. } => (ring, Step::None),
            State::Ringing { ring, .. } => (ring, Step::Missed),
            State::Accepted { ring } => (ring, Step::Abandoned),
        };
        if known > ring {
            return Step::None;
        }
        self.state = State::Nothing;
        step
    }

    fn end(&mut self) -> Step {
        match self.state {
            State::Nothing => Step::None,
            State::Checking { ring, .. }
            | State::Ringing { ring, .. }
            | State::Accepted { ring }
            | State::Answered { ring, .. } => self.on_cancelled(ring),
        }
    }

    /// Ends a ring that is overdue. A caller who is only gone from the server rings again with the
    /// same ring if they come back; all else that is over stays so.
    fn on_clock(&mut self, now: Duration) -> Step {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Step::None;
        }
        let over = self.over;
        let step = self.end();
        if self.gone.is_some_and(|gone| now >= gone.at) {
            self.over = over;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    impl IncomingCall {
        fn now(&mut self, event: Event) -> Step {
            self.on(event, NOW, &RingPolicy::default())
        }

        fn invited(&mut self, ring: u64) -> Step {
            self.now(Event::Invited(RingId(ring)))
        }
    }

    #[test]
    fn an_invitation_is_new_known_or_answered_before() {
        let mut incoming = IncomingCall::default();
        assert_eq!(incoming.invited(2), Step::Decide);
        for known in [1, 2] {
            assert_eq!(incoming.invited(known), Step::None);
        }
        assert_eq!(incoming.now(Event::Checked { busy: false }), Step::None);
        for known in [1, 2] {
            assert_eq!(incoming.invited(known), Step::None);
        }
        let accept = Step::Send(RingMessage::Accept { ring: RingId(2) });
        assert_eq!(incoming.now(Event::Accepted), accept);
        assert_eq!(incoming.invited(2), accept);
        assert_eq!(incoming.invited(1), Step::None);
        assert_eq!(incoming.invited(3), Step::Decide, "they ring once more");
        incoming.now(Event::Answered(Reply::Decline));
        let decline = Step::Send(RingMessage::Decline { ring: RingId(3) });
        assert_eq!(incoming.invited(3), decline);
        assert_eq!(incoming.invited(2), Step::None);
        assert_eq!(incoming.invited(4), Step::Decide);
        assert_eq!(incoming.invited(5), Step::Decide, "while the last one rings");
    }

    #[test]
    fn the_end_of_a_ring_ends_it_and_those_before_it() {
        for (cancelled, step) in [(4, Step::None), (5, Step::Missed), (6, Step::Missed)] {
            let mut incoming = IncomingCall::default();
            incoming.invited(5);
            incoming.now(Event::Checked { busy: false });
            assert_eq!(incoming.now(Event::Cancelled(RingId(cancelled))), step, "{cancelled}");
            assert_eq!(incoming.is_ringing(), step == Step::None);
            let again = if step == Step::None { 5 } else { cancelled };
            assert_eq!(incoming.invited(again), Step::None);
        }
    }
}
