//! The part of a call before it: calling, being called, and what both lead to.

use std::time::Duration;

use tincan_protocol::{Name, PeerId, RingMessage};

use super::Call;
use crate::api::Effect;
use crate::api::view::{CallOutcome, Phase, Ring, RingEnd};
use crate::ring::{Absence, CalleeEvent, Event, Reply, Step};
use crate::room::Member;

impl Call {
    /// Rings everyone who waits. Joins if nobody does, or if a call is on.
    pub(super) fn ring(&mut self, now: Duration) {
        if self.phase != Phase::Lobby {
            return;
        }
        // A person who is called by others only has to join.
        if self.view.can_ring() && !self.any_member(|member| member.incoming.is_open()) {
            self.ring_end = None;
            self.phase = Phase::Calling;
            self.outgoing.start(now, &self.policy.ring);
        } else {
            self.join(now);
        }
    }

    /// Joins the call, and stays whatever becomes of those who ring.
    pub(super) fn join(&mut self, now: Duration) {
        self.enter_call(now, Event::Answered(Reply::Accept));
    }

    /// The person accepts. Returns `false` if there is nothing left to accept: the ring may end at
    /// the moment of the click.
    pub(super) fn on_accept(&mut self, now: Duration) -> bool {
        if self.phase != Phase::Lobby {
            return false;
        }
        if self.any_member(|member| member.incoming.is_open()) {
            self.enter_call(now, Event::Accepted);
        } else if self.any_member(Member::is_in_call) {
            self.join(now);
        }
        self.phase == Phase::InCall
    }

    fn enter_call(&mut self, now: Duration, answer: Event) {
        if matches!(self.phase, Phase::Lobby | Phase::Calling) {
            self.phase = Phase::InCall;
            self.ring_end = None;
            self.on_all_incoming(now, answer);
        }
    }

    /// Declines, and stays in the lobby.
    pub(super) fn decline(&mut self, now: Duration) {
        if self.is_rung() {
            self.ring_end = Some(RingEnd::Declined);
        }
        self.on_all_incoming(now, Event::Answered(Reply::Decline));
    }

    /// Stops ringing.
    pub(super) fn cancel(&mut self) {
        for (peer, message) in self.outgoing.cancel() {
            self.send(peer, &message.into());
        }
        if self.phase == Phase::Calling {
            self.phase = Phase::Lobby;
            self.ring_end = Some(RingEnd::Cancelled);
        }
    }

    /// Handles the result of [`Effect::FindOtherCall`].
    pub(super) fn on_other_call(&mut self, now: Duration, busy: bool) {
        self.on_all_incoming(now, Event::Checked { busy });
        if self.is_rung() {
            self.ring_end = None;
        }
    }

    pub(super) fn on_ring_message(&mut self, now: Duration, from: PeerId, message: RingMessage) {
        let (ring, outcome) = match message {
            RingMessage::Invite { ring } => {
                return self.on_incoming(now, from, Event::Invited(ring));
            }
            RingMessage::Cancel { ring } => {
                return self.on_incoming(now, from, Event::Cancelled(ring));
            }
            RingMessage::Accept { ring } => (ring, CallOutcome::Accepted),
            RingMessage::Decline { ring } => (ring, CallOutcome::Declined),
            RingMessage::Busy { ring } => (ring, CallOutcome::Busy),
        };
        self.outgoing.on(from, CalleeEvent::Answered { ring, outcome });
    }

    /// Passes an event to the calls of one peer, and does what they ask for.
    pub(super) fn on_incoming(&mut self, now: Duration, peer: PeerId, event: Event) {
        let Some(member) = self.roster.get_mut(peer) else { return };
        let name = member.name();
        let step = member.incoming.on(event, now, &self.policy.ring);
        self.run_ring_step(now, peer, name, step);
    }

    /// Passes an event to the calls of all peers, and does what they ask for.
    fn on_all_incoming(&mut self, now: Duration, event: Event) {
        let mut steps = Vec::new();
        for (peer, member) in self.roster.iter_mut() {
            let step = member.incoming.on(event, now, &self.policy.ring);
            if step != Step::None {
                steps.push((peer, member.name(), step));
            }
        }
        for (peer, name, step) in steps {
            self.run_ring_step(now, peer, name, step);
        }
    }

    /// Does what the calls of a peer with this name ask for.
    pub(super) fn run_ring_step(&mut self, now: Duration, peer: PeerId, name: Name, step: Step) {
        match (step, self.phase) {
            (Step::Send(message), _) => self.send(peer, &message.into()),
            (Step::Decide, Phase::Lobby) => self.effects.push(Effect::FindOtherCall),
            // Both call: that is one call, and no second ring.
            (Step::Decide, Phase::Calling) => self.enter_call(now, Event::Accepted),
            // A room has one call, and the caller did not see yet that it is on.
            (Step::Decide, Phase::InCall) => {
                self.on_incoming(now, peer, Event::Answered(Reply::Accept));
            }
            (Step::Missed, Phase::Lobby) if !self.is_rung() => {
                self.ring_end = Some(RingEnd::Missed(name));
            }
            // The person joined for a caller who is no longer there.
            (Step::Abandoned, Phase::InCall) if !self.any_member(Member::is_in_call) => {
                self.phase = Phase::Lobby;
                self.local_media.leave_call(&mut self.effects);
                self.ring_end = Some(RingEnd::Missed(name));
            }
            (Step::None | Step::Decide | Step::Missed | Step::Abandoned, _) => {}
        }
    }

    /// Returns `true` if anyone rings this page.
    fn is_rung(&self) -> bool {
        self.any_member(|member| member.incoming.is_ringing())
    }

    fn any_member(&self, is_so: fn(&Member) -> bool) -> bool {
        self.roster.iter().any(|(_, member)| is_so(member))
    }

    /// Brings the rings to what follows from the last input and from the clock.
    pub(super) fn reconcile_rings(&mut self, now: Duration) {
        let roster = &self.roster;
        let is_present = |peer| roster.get(peer).is_some_and(Member::is_here);
        self.outgoing.watch_presence(now, &self.policy.ring, is_present);
        self.reconcile_callers(now);
        self.invite_waiting(now);
        for (peer, message) in self.outgoing.end_due(now) {
            self.send(peer, &message.into());
        }
        // There is somebody to talk to, by whatever way they joined.
        let is_answered = self.any_member(Member::is_in_call) || self.outgoing.is_accepted();
        if self.phase == Phase::Calling && is_answered {
            self.join(now);
        }
        if !self.outgoing.is_ringing(now) {
            let outcomes = self.outgoing.take();
            if self.phase == Phase::Calling {
                self.phase = Phase::Lobby;
                self.ring_end = Some(RingEnd::Unanswered(outcomes));
            }
        }
        self.on_all_incoming(now, Event::Clock);
        let in_call = self.phase == Phase::InCall;
        if self.is_announced != in_call {
            self.is_announced = in_call;
            self.effects.push(Effect::AnnounceCall(in_call));
        }
    }

    /// Updates for each caller whether the server can reach them.
    fn reconcile_callers(&mut self, now: Duration) {
        let is_online = self.signaling.is_online();
        let timeout = self.freeze.away_timeout(now, &self.policy.ring);
        let mut is_rung = false;
        for (_, member) in self.roster.iter_mut() {
            // Out of the room this page knows nothing of them.
            let is_away = is_online && !member.is_here();
            let is_told = member.is_told_gone();
            let absence = is_away.then_some(Absence { is_told, timeout });
            member.incoming.on(Event::CallerAway(absence), now, &self.policy.ring);
            is_rung |= member.incoming.is_open();
        }
        self.freeze.reconcile(now, is_rung, &self.policy.ring);
    }

    /// Invites everyone in the lobby who was not invited yet, and notes who has joined the call.
    fn invite_waiting(&mut self, now: Duration) {
        let mut invitations = Vec::new();
        for (peer, member) in self.roster.iter_mut() {
            if member.is_in_call() {
                member.incoming.on(Event::CallerJoined, now, &self.policy.ring);
                self.outgoing.on(peer, CalleeEvent::Joined);
            } else if let Some(state) = &member.state
                && self.phase == Phase::Calling
                && member.is_here()
            {
                let invitation = self.outgoing.invite(peer, &state.name);
                invitations.extend(invitation.map(|invitation| (peer, invitation)));
            }
        }
        for (peer, message) in invitations {
            self.send(peer, &message.into());
        }
    }

    pub(super) fn present_ring(&self, now: Duration) -> Ring {
        let is_calling = matches!(self.phase, Phase::Calling | Phase::InCall);
        if let Some(callees) = self.outgoing.view().filter(|_| is_calling)
            && self.outgoing.is_ringing(now)
        {
            return Ring::Outgoing(callees);
        }
        if self.phase != Phase::Lobby {
            return Ring::None;
        }
        let callers: Vec<PeerId> = self
            .roster
            .iter()
            .filter(|(_, member)| member.incoming.is_ringing())
            .map(|(peer, _)| peer)
            .collect();
        match (&self.ring_end, callers.is_empty()) {
            (_, false) => Ring::Incoming(callers),
            (Some(end), true) => Ring::Ended(end.clone()),
            (None, true) => Ring::None,
        }
    }
}
