//! The messages that tell peers the state of this page. Those that a person can cause many times a
//! second are paced, and the last state is always told.

use std::time::Duration;

use tincan_protocol::{PeerId, PeerMessage, PeerState};

use super::Call;
use crate::api::view::Phase;

impl Call {
    /// Tells everyone how this page stands, if that changed and is due.
    pub(super) fn tell(&mut self, now: Duration) {
        if !self.is_in_room() || self.name_deadline().is_some_and(|deadline| now < deadline) {
            return;
        }
        let stand = (self.name.clone(), self.phase == Phase::InCall, self.local_media.states());
        if self.told.as_ref() == Some(&stand) {
            return;
        }
        if self.told.as_ref().is_some_and(|(name, ..)| *name != self.name) {
            self.name_told_at = Some(now);
        }
        self.revision += 1;
        self.told = Some(stand);
        for peer in self.roster.ids() {
            self.tell_one(peer);
        }
    }

    /// Returns when a change of the name is due, if nothing else changed: all else is told at once.
    pub(super) fn name_deadline(&self) -> Option<Duration> {
        let (name, in_call, sources) = self.told.as_ref()?;
        let is_rest_told =
            *in_call == (self.phase == Phase::InCall) && *sources == self.local_media.states();
        let is_due = is_rest_told && *name != self.name;
        is_due.then(|| {
            self.name_told_at.map_or(Duration::ZERO, |at| at + self.policy.room.name_interval)
        })
    }

    /// Tells one peer what everyone was told last.
    pub(super) fn tell_one(&mut self, peer: PeerId) {
        if let Some((name, in_call, sources)) = self.told.clone() {
            let (revision, machine) = (self.revision, self.machine);
            let state = PeerState { revision, name, in_call, sources, machine };
            self.send(peer, &PeerMessage::State(state));
        }
    }
}
