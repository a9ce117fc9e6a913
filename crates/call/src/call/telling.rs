//! The messages that tell peers how this page stands and how it shows their pictures. Those that a
//! person can cause many times a second are paced, and the last state is always told.

use std::time::Duration;

use tincan_protocol::{PeerId, PeerMessage};

use super::Call;
use crate::roster::Member;
use crate::view::Phase;

/// How long a change of the name alone is not told after another one: a person who types it must
/// not send a message per letter to everybody. See `viewport::INTERVAL` for what is left for others.
const NAME_INTERVAL: Duration = Duration::from_millis(500);

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
        is_due.then(|| self.name_told_at.map_or(Duration::ZERO, |at| at + NAME_INTERVAL))
    }

    /// Tells one peer what everyone was told last.
    pub(super) fn tell_one(&mut self, peer: PeerId) {
        if let Some((name, in_call, sources)) = self.told.clone() {
            let (revision, machine) = (self.revision, self.machine);
            self.send(peer, &PeerMessage::State { revision, name, in_call, sources, machine });
        }
    }

    /// Tells a peer how large their pictures are shown, if that changed and is due.
    pub(super) fn tell_viewport(&mut self, now: Duration, peer: PeerId) {
        let online = self.signaling.is_online();
        let Some(member) = self.roster.get_mut(peer) else { return };
        if online
            && is_shown(member)
            && let Some(message) = member.viewport.message(now, &mut self.viewports)
        {
            self.send(peer, &message);
        }
    }

    /// Returns when a peer has to be told how large their pictures are shown.
    pub(super) fn viewport_deadline(&self, member: &Member) -> Option<Duration> {
        let deadline = member.viewport.deadline()?;
        (self.signaling.is_online() && is_shown(member)).then_some(deadline)
    }
}

/// Returns `true` if a peer can send pictures and be told of them.
fn is_shown(member: &Member) -> bool {
    member.is_here() && member.link.is_some()
}
