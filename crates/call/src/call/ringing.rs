//! The part of a call before it: calling, being called, and what both lead to.

use std::time::Duration;

use tincan_protocol::{Name, PeerId, PeerMessage, RingId};

use super::Call;
use crate::effect::Effect;
use crate::ring::{Absence, Incoming, Invitation, Over, Reply};
use crate::view::{Phase, Ring, RingEnd};

impl Call {
    /// Rings everyone who waits; where nobody does, or a call is on, joins.
    pub(super) fn ring(&mut self, now: Duration) {
        if self.phase != Phase::Lobby {
            return;
        }
        // Who is called by others only has to come in.
        if self.view.can_ring() && !self.roster.iter().any(|(_, member)| member.incoming.is_open())
        {
            self.ring_end = None;
            self.phase = Phase::Calling;
            self.outgoing.start(now);
        } else {
            self.join();
        }
    }

    /// Comes into the call whatever becomes of those who ring.
    pub(super) fn join(&mut self) {
        self.enter_call(|incoming| incoming.answer(Reply::Accept));
    }

    /// The person accepts. Returns `false` if there is nothing left to accept: the ring may end at
    /// the moment of the click.
    pub(super) fn on_accept(&mut self) -> bool {
        if self.phase != Phase::Lobby {
            return false;
        }
        if self.roster.iter().any(|(_, member)| member.incoming.is_open()) {
            self.accept();
        } else if self.somebody_talks() {
            self.join();
        }
        self.phase == Phase::InCall
    }

    /// Comes into the call for those who ring: should they be gone, there is nothing to stay for.
    fn accept(&mut self) {
        self.enter_call(Incoming::accept);
    }

    fn enter_call(&mut self, answer: fn(&mut Incoming) -> Option<PeerMessage>) {
        if matches!(self.phase, Phase::Lobby | Phase::Calling) {
            self.phase = Phase::InCall;
            self.ring_end = None;
            self.answer_all(answer);
        }
    }

    /// Stays out of it.
    pub(super) fn decline(&mut self) {
        if self.is_rung() {
            self.ring_end = Some(RingEnd::Declined);
        }
        self.answer_all(|incoming| incoming.answer(Reply::Decline));
    }

    /// Rings no more.
    pub(super) fn cancel(&mut self) {
        for (peer, message) in self.outgoing.cancel() {
            self.send(peer, &message);
        }
        if self.phase == Phase::Calling {
            self.phase = Phase::Lobby;
            self.ring_end = Some(RingEnd::Cancelled);
        }
    }

    /// It is known whether the person is in another call.
    pub(super) fn other_call(&mut self, busy: bool) {
        self.answer_all(|incoming| incoming.checked(busy));
        if self.is_rung() {
            self.ring_end = None;
        }
    }

    fn answer_all(&mut self, answer: impl Fn(&mut Incoming) -> Option<PeerMessage>) {
        let mut answers = Vec::new();
        for (peer, member) in self.roster.iter_mut() {
            answers.extend(answer(&mut member.incoming).map(|message| (peer, message)));
        }
        for (peer, message) in answers {
            self.send(peer, &message);
        }
    }

    pub(super) fn invited(&mut self, now: Duration, from: PeerId, ring: RingId) {
        let Some(member) = self.roster.get_mut(from) else { return };
        match member.incoming.invited(now, ring) {
            Invitation::Known => {}
            Invitation::Answered(answer) => self.send(from, &answer),
            Invitation::New => match self.phase {
                Phase::Lobby => self.effects.push(Effect::FindOtherCall),
                // Both call: that is one call, and no second ring.
                Phase::Calling => self.accept(),
                // A room has one call, and the caller did not see yet that it is on.
                Phase::InCall => {
                    if let Some(answer) = member.incoming.answer(Reply::Accept) {
                        self.send(from, &answer);
                    }
                }
                Phase::New | Phase::Suspended | Phase::Ended(_) => {}
            },
        }
    }

    /// Whether anyone rings this page.
    fn is_rung(&self) -> bool {
        self.roster.iter().any(|(_, member)| member.incoming.rings())
    }

    /// Whether anyone else is in the call.
    fn somebody_talks(&self) -> bool {
        self.roster.iter().any(|(_, member)| member.is_in_call())
    }

    /// The ring of someone with this name is over.
    pub(super) fn ring_is_over(&mut self, name: Name, over: Over) {
        match (over, self.phase) {
            (Over::Rang, Phase::Lobby) if !self.is_rung() => {
                self.ring_end = Some(RingEnd::Missed(name));
            }
            // The person came for a caller who is not there any more.
            (Over::WasAccepted, Phase::InCall) if !self.somebody_talks() => {
                self.phase = Phase::Lobby;
                self.local_media.leave_call(&mut self.effects);
                self.ring_end = Some(RingEnd::Missed(name));
            }
            (Over::Nothing | Over::Rang | Over::WasAccepted, _) => {}
        }
    }

    /// Brings the rings to what follows from the last input and from the clock.
    pub(super) fn settle_rings(&mut self, now: Duration) {
        self.ask_who_waits();
        for (peer, message) in self.outgoing.timeout(now) {
            self.send(peer, &message);
        }
        // Whoever it was that came into the call, and however: there is somebody to talk to.
        if self.phase == Phase::Calling && (self.somebody_talks() || self.outgoing.has_come()) {
            self.join();
        }
        if !self.outgoing.is_ringing(now) {
            let answers = self.outgoing.take();
            if self.phase == Phase::Calling {
                self.phase = Phase::Lobby;
                self.ring_end = Some(RingEnd::Unanswered(answers));
            }
        }
        let mut over = Vec::new();
        for (_, member) in self.roster.iter_mut() {
            if member.incoming.is_overdue(now) {
                over.push((member.name(), member.incoming.end_overdue(now)));
            }
        }
        for (name, over) in over {
            self.ring_is_over(name, over);
        }
        let in_call = self.phase == Phase::InCall;
        if self.announced != in_call {
            self.announced = in_call;
            self.effects.push(Effect::AnnounceCall(in_call));
        }
    }

    /// Rings whoever waits and is not rung yet, and sees who has come into the call or gone away.
    fn ask_who_waits(&mut self) {
        let mut invitations = Vec::new();
        for (peer, member) in self.roster.iter_mut() {
            if member.is_in_call() {
                member.incoming.met();
                self.outgoing.came(peer);
            } else if let Some(said) = &member.said
                && self.phase == Phase::Calling
                && member.is_here()
            {
                invitations
                    .extend(self.outgoing.ask(peer, &said.name).map(|invite| (peer, invite)));
            }
        }
        for (peer, message) in invitations {
            self.send(peer, &message);
        }
    }

    /// Watches whether the server can reach those who ring this page.
    pub(super) fn watch_callers(&mut self, now: Duration) {
        let is_online = self.signaling.is_online();
        let patience = self.standstill.patience(now);
        let mut is_rung = false;
        for (_, member) in self.roster.iter_mut() {
            // Out of the room this page knows nothing of them.
            let is_away = is_online && !member.is_here();
            let is_told = member.is_told_gone();
            let absence = is_away.then_some(Absence { is_told, patience });
            member.incoming.watch(now, absence);
            is_rung |= member.incoming.is_open();
        }
        self.standstill.watch(now, is_rung);
    }

    /// Watches whether the server can reach those who are rung.
    pub(super) fn watch_asked(&mut self, now: Duration) {
        for (peer, _) in self.outgoing.view().unwrap_or_default() {
            let is_here = self.roster.get_mut(peer).is_some_and(|member| member.is_here());
            self.outgoing.watch(now, peer, is_here);
        }
    }

    pub(super) fn draw_ring(&self, now: Duration) -> Ring {
        let calling = matches!(self.phase, Phase::Calling | Phase::InCall);
        if let Some(asked) = self.outgoing.view().filter(|_| calling)
            && self.outgoing.is_ringing(now)
        {
            return Ring::Outgoing(asked);
        }
        if self.phase != Phase::Lobby {
            return Ring::None;
        }
        let callers: Vec<PeerId> = self
            .roster
            .iter()
            .filter(|(_, member)| member.incoming.rings())
            .map(|(peer, _)| peer)
            .collect();
        match (&self.ring_end, callers.is_empty()) {
            (_, false) => Ring::Incoming(callers),
            (Some(end), true) => Ring::Ended(end.clone()),
            (None, true) => Ring::None,
        }
    }
}
