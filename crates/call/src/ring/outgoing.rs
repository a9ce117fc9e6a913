//! The call that this page makes: whom it rings, and their answers.

use std::time::Duration;

use tincan_protocol::{Name, PeerId, RingId, RingMessage};

use crate::api::view::CallOutcome;
use crate::policy::RingPolicy;

/// The call that this page makes.
#[derive(Debug, Default)]
pub(crate) struct OutgoingCall {
    last: u64,
    ring: Option<Ring>,
}

/// A ring that goes on.
#[derive(Debug)]
struct Ring {
    id: RingId,
    until: Duration,
    callees: Vec<Callee>,
}

#[derive(Debug)]
struct Callee {
    peer: PeerId,
    name: Name,
    outcome: CallOutcome,
    /// The time at which a callee who is away counts as gone.
    gone_at: Option<Duration>,
}

/// An event of a callee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CalleeEvent {
    /// They answered the ring with this number.
    Answered { ring: RingId, outcome: CallOutcome },
    /// They are in the call, by whatever way.
    Joined,
    /// They left the room.
    Left,
    /// They tell their state. If they counted as gone, they are back, and can be called again.
    Returned,
}

impl OutgoingCall {
    /// Begins a ring that rings nobody yet.
    pub(crate) fn start(&mut self, now: Duration, policy: &RingPolicy) {
        self.last += 1;
        let callees = Vec::new();
        self.ring = Some(Ring { id: RingId(self.last), until: now + policy.duration, callees });
    }

    /// Rings someone, if they are not called yet, and keeps their latest name for the outcome.
    /// Returns the message to them.
    pub(crate) fn invite(&mut self, peer: PeerId, name: &Name) -> Option<RingMessage> {
        let ring = self.ring.as_mut()?;
        if let Some(callee) = ring.callees.iter_mut().find(|callee| callee.peer == peer) {
            // A name that was still being typed may come only now.
            callee.name.clone_from(name);
            return None;
        }
        let (name, outcome) = (name.clone(), CallOutcome::Ringing);
        ring.callees.push(Callee { peer, name, outcome, gone_at: None });
        Some(RingMessage::Invite { ring: ring.id })
    }

    /// Returns the message to a peer that is present anew: that it rings, or rings no more.
    pub(crate) fn message_on_present(&self, peer: PeerId) -> Option<RingMessage> {
        // An earlier ring may still seem to ring whom this one does not ring.
        let over = match &self.ring {
            Some(ring) => match ring.callees.iter().find(|callee| callee.peer == peer) {
                Some(callee) => {
                    let rings = callee.outcome == CallOutcome::Ringing;
                    return rings.then_some(RingMessage::Invite { ring: ring.id });
                }
                None => self.last - 1,
            },
            None => self.last,
        };
        (over > 0).then_some(RingMessage::Cancel { ring: RingId(over) })
    }

    /// Takes an event of a callee. The only place where an outcome changes but by the clock.
    pub(crate) fn on(&mut self, peer: PeerId, event: CalleeEvent) {
        let Some(ring) = &mut self.ring else { return };
        match event {
            CalleeEvent::Answered { ring: id, outcome } => {
                if ring.id == id {
                    ring.set(peer, outcome);
                }
            }
            CalleeEvent::Joined => ring.set(peer, CallOutcome::Accepted),
            CalleeEvent::Left => ring.set(peer, CallOutcome::Gone),
            CalleeEvent::Returned => {
                let is_back =
                    |callee: &Callee| callee.peer == peer && callee.outcome == CallOutcome::Gone;
                ring.callees.retain(|callee| !is_back(callee));
            }
        }
    }

    /// Notes which callees the server can reach, and since when it cannot reach the others.
    pub(crate) fn watch_presence(
        &mut self,
        now: Duration,
        policy: &RingPolicy,
        is_present: impl Fn(PeerId) -> bool,
    ) {
        for callee in self.ring.iter_mut().flat_map(|ring| &mut ring.callees) {
            let gone_at = callee.gone_at.or(Some(now + policy.away_timeout));
            callee.gone_at = gone_at.filter(|_| !is_present(callee.peer));
        }
    }

    /// Ends what is due by the clock. Returns the messages that end the ring.
    pub(crate) fn end_due(&mut self, now: Duration) -> Vec<(PeerId, RingMessage)> {
        let Some(ring) = &mut self.ring else { return Vec::new() };
        let mut messages = Vec::new();
        for callee in &mut ring.callees {
            if callee.outcome != CallOutcome::Ringing {
                continue;
            }
            if now >= ring.until {
                callee.outcome = CallOutcome::NoAnswer;
                messages.push((callee.peer, RingMessage::Cancel { ring: ring.id }));
            } else if callee.gone_at.is_some_and(|gone_at| now >= gone_at) {
                callee.outcome = CallOutcome::Gone;
            }
        }
        messages
    }

    /// Returns when [`end_due`](Self::end_due) has something to do.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let ring = self.ring.as_ref()?;
        let until = (ring.callees.is_empty() || ring.is_open()).then_some(ring.until);
        until.into_iter().chain(ring.open().filter_map(|callee| callee.gone_at)).min()
    }

    /// Returns `true` while the outcome is open.
    pub(crate) fn is_ringing(&self, now: Duration) -> bool {
        self.ring.as_ref().is_some_and(|ring| {
            let rings_nobody_yet = ring.callees.is_empty() && now < ring.until;
            rings_nobody_yet || ring.is_open()
        })
    }

    /// Returns `true` if anyone has accepted.
    pub(crate) fn is_accepted(&self) -> bool {
        let mut callees = self.ring.iter().flat_map(|ring| &ring.callees);
        callees.any(|callee| callee.outcome == CallOutcome::Accepted)
    }

    /// Ends the ring. Returns the messages to those whom it rings.
    pub(crate) fn cancel(&mut self) -> Vec<(PeerId, RingMessage)> {
        let Some(ring) = self.ring.take() else { return Vec::new() };
        let cancel = RingMessage::Cancel { ring: ring.id };
        ring.open().map(|callee| (callee.peer, cancel)).collect()
    }

    /// Forgets the ring. Returns its outcome.
    pub(crate) fn take(&mut self) -> Vec<(Name, CallOutcome)> {
        let callees = self.ring.take().map(|ring| ring.callees).unwrap_or_default();
        callees.into_iter().map(|callee| (callee.name, callee.outcome)).collect()
    }

    pub(crate) fn view(&self) -> Option<Vec<(PeerId, CallOutcome)>> {
        let ring = self.ring.as_ref()?;
        Some(ring.callees.iter().map(|callee| (callee.peer, callee.outcome)).collect())
    }
}

impl Ring {
    /// Returns those whose answer is open.
    fn open(&self) -> impl Iterator<Item = &Callee> {
        self.callees.iter().filter(|callee| callee.outcome == CallOutcome::Ringing)
    }

    fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// An answer is final, except for a page that was given up and comes back.
    fn set(&mut self, peer: PeerId, outcome: CallOutcome) {
        let callee = self.callees.iter_mut().find(|callee| callee.peer == peer);
        let Some(callee) = callee else { return };
        match callee.outcome {
            CallOutcome::Ringing | CallOutcome::Gone | CallOutcome::NoAnswer => {
                callee.outcome = outcome;
            }
            CallOutcome::Accepted | CallOutcome::Declined | CallOutcome::Busy => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    fn peer(number: u8) -> PeerId {
        PeerId::from_bytes([number; 16])
    }

    #[test]
    fn a_peer_that_is_present_is_told_of_this_ring_or_of_the_end_of_the_last_one() {
        let policy = RingPolicy::default();
        let invite = |ring| Some(RingMessage::Invite { ring: RingId(ring) });
        let cancel = |ring| Some(RingMessage::Cancel { ring: RingId(ring) });
        let mut outgoing = OutgoingCall::default();
        assert_eq!(outgoing.message_on_present(peer(1)), None, "there never was one");
        outgoing.start(NOW, &policy);
        assert_eq!(outgoing.message_on_present(peer(1)), None, "there was none before it");
        outgoing.invite(peer(1), &Name::default());
        assert_eq!(outgoing.message_on_present(peer(1)), invite(1));
        assert_eq!(outgoing.message_on_present(peer(2)), None, "it does not ring them");
        let declined = CalleeEvent::Answered { ring: RingId(1), outcome: CallOutcome::Declined };
        outgoing.on(peer(1), declined);
        assert_eq!(outgoing.message_on_present(peer(1)), None, "they have answered");
        outgoing.start(NOW, &policy);
        outgoing.start(NOW, &policy);
        outgoing.invite(peer(1), &Name::default());
        assert_eq!(outgoing.message_on_present(peer(1)), invite(3));
        assert_eq!(outgoing.message_on_present(peer(2)), cancel(2));
    }

    #[test]
    fn a_ring_that_rings_nobody_yet_goes_on_for_its_time() {
        let policy = RingPolicy::default();
        let mut outgoing = OutgoingCall::default();
        assert!(!outgoing.is_ringing(NOW));
        outgoing.start(NOW, &policy);
        assert!(outgoing.is_ringing(NOW + policy.duration.mul_f64(0.999)));
        assert!(!outgoing.is_ringing(NOW + policy.duration));
    }
}
