//! Who else is in the room, and what is known of them.

use std::time::Duration;

use tincan_protocol::{MAX_ROOM_PEERS, MachineId, Name, PeerId, SourceState, SourceStates};

use crate::peer_link::PeerLink;
use crate::remote::Elements;
use crate::ring::Incoming;
use crate::view::Hearing;
use crate::viewport::Viewport;

/// How long a peer is kept who is missing at the server, once their media is gone as well. A
/// server that restarted misses everyone, and some come back to it later than this page.
const GONE_AFTER: Duration = Duration::from_secs(15);
/// The same of a peer whose connection ended while the server and this page went on. Their page
/// was closed or killed; one that only lost its connection would be back at once.
const KILLED_AFTER: Duration = Duration::from_secs(2);

/// The most peers that are kept: a room, and those of its last moments. A server that names more
/// is not believed.
const LIMIT: usize = 4 * MAX_ROOM_PEERS;

/// As loud as a person is, in percent.
const FULL_VOLUME: u8 = 100;

/// What a peer said of itself last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) revision: u64,
    pub(crate) name: Name,
    pub(crate) in_call: bool,
    pub(crate) sources: SourceStates,
    pub(crate) machine: Option<MachineId>,
}

/// Whether the server can reach a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In the room, as the server says.
    Here,
    /// Not any more; only the media may live on.
    Away {
        /// The server has said so when it happened. If not, they are missing in the list of a
        /// server that may have restarted.
        is_told: bool,
        /// The time since which no media flows.
        since: Option<Duration>,
        /// When to give up on them, while no media flows.
        until: Option<Duration>,
    },
}

/// Another page.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) presence: Presence,
    pub(crate) said: Option<Said>,
    pub(crate) link: Option<PeerLink>,
    /// Their rings.
    pub(crate) incoming: Incoming,
    pub(crate) viewport: Viewport,
    /// The elements that play them.
    pub(crate) elements: Elements,
    /// Whether this page's person wants to hear them, if they said so.
    pub(crate) heard: Option<bool>,
    /// How loud they are heard, in percent of how loud they are.
    pub(crate) volume: u8,
}

impl Member {
    /// Makes a member who has come for the first time.
    fn new() -> Self {
        Self {
            presence: Presence::Here,
            said: None,
            link: None,
            incoming: Incoming::default(),
            viewport: Viewport::default(),
            elements: Elements::default(),
            heard: None,
            volume: FULL_VOLUME,
        }
    }

    /// Keeps of someone who is gone what counts if they come back: what they said last, the end of
    /// their rings, and what this page's person has set and sees of them.
    fn into_past(mut self) -> Self {
        self.presence = Presence::Here;
        self.viewport.forget_peer();
        // They are removed with the tiles, and nothing reports that.
        self.elements = Elements::default();
        self
    }

    /// Returns `true` if there is anything to remember.
    fn is_known(&self) -> bool {
        self.said.is_some() || self.heard.is_some() || self.volume != FULL_VOLUME
    }

    pub(crate) fn name(&self) -> Name {
        self.said.as_ref().map(|said| said.name.clone()).unwrap_or_default()
    }

    /// Whether they are heard. A page on the same machine is not, or the two would howl, until
    /// the person wants to hear it.
    pub(crate) fn hearing(&self, own_machine: Option<MachineId>) -> Hearing {
        let machine = self.said.as_ref().and_then(|said| said.machine);
        let same_browser = machine.is_some() && machine == own_machine;
        let same_machine = same_browser || self.link.as_ref().is_some_and(PeerLink::same_machine);
        match (self.heard, same_machine) {
            (Some(true), _) | (None, false) => Hearing::Heard,
            (Some(false), _) => Hearing::Muted,
            (None, true) => Hearing::SameMachine,
        }
    }

    pub(crate) fn is_here(&self) -> bool {
        self.presence == Presence::Here
    }

    /// Returns `true` if silence is enough to count them as lost: the server has said that they are
    /// gone, and they send something that never pauses.
    pub(crate) fn may_be_lost(&self) -> bool {
        let sends = |state| state != SourceState::Off;
        let sources = self.said.as_ref().map(|said| said.sources).unwrap_or_default();
        !self.is_here() && (sends(sources.microphone) || sends(sources.camera))
    }

    pub(crate) fn is_in_call(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.in_call)
    }

    /// Takes what the peer says of itself, if it is news.
    pub(crate) fn say(&mut self, said: Said) {
        if self.said.as_ref().is_none_or(|last| last.revision < said.revision) {
            self.said = Some(said);
        }
    }

    /// Takes that the peer has hung up, if it is news; says whether it was.
    pub(crate) fn hang_up(&mut self, revision: u64) -> bool {
        let said = self.said.as_mut().filter(|said| said.revision < revision);
        let is_news = said.is_some();
        if let Some(said) = said {
            said.revision = revision;
            said.in_call = false;
        }
        is_news
    }

    /// Starts or stops the time after which an absent peer is given up.
    /// While this page is not online, what the server said may have been its own end.
    pub(crate) fn watch(&mut self, now: Duration, is_online: bool) {
        let is_lost = self.link.as_ref().is_some_and(|link| !link.is_connected());
        let patience = if is_online && self.is_told_gone() { KILLED_AFTER } else { GONE_AFTER };
        if let Presence::Away { since, until, .. } = &mut self.presence {
            *since = if is_lost { since.or(Some(now)) } else { None };
            *until = since.map(|since| since + patience);
        }
    }

    /// The server said that their connection ended.
    pub(crate) fn leave(&mut self) {
        if self.is_here() {
            self.presence = Presence::Away { is_told: true, since: None, until: None };
        }
    }

    /// The server does not list them.
    fn miss(&mut self) {
        match &mut self.presence {
            Presence::Here => {
                self.presence = Presence::Away { is_told: false, since: None, until: None };
            }
            Presence::Away { is_told, .. } => *is_told = false,
        }
    }

    /// Returns `true` if the server said that their connection ended, when it did.
    pub(crate) fn is_told_gone(&self) -> bool {
        matches!(self.presence, Presence::Away { is_told: true, .. })
    }

    /// Whether nothing is left of the peer.
    pub(crate) fn is_gone(&self, now: Duration) -> bool {
        match self.presence {
            Presence::Here => false,
            // A ring has its own time.
            Presence::Away { .. } if self.link.is_none() => !self.incoming.is_open(),
            Presence::Away { until, .. } => until.is_some_and(|until| now >= until),
        }
    }
}

/// Everyone else in the room.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// In the order of their ids. A list: there are never more than [`LIMIT`].
    members: Vec<(PeerId, Member)>,
    /// Those who were here, the latest at the end. What they say when they come back may overtake
    /// the news that they were gone, and nothing older than what they said last counts. What was
    /// set for them holds for the whole call.
    past: Vec<(PeerId, Member)>,
}

impl Roster {
    /// The server says that a peer is in the room.
    pub(crate) fn arrive(&mut self, peer: PeerId) {
        match self.find(peer) {
            Ok(at) => self.members[at].1.presence = Presence::Here,
            Err(at) if self.members.len() < LIMIT => {
                let past = self.past.iter().position(|(id, _)| *id == peer);
                let member = past.map_or_else(Member::new, |at| self.past.remove(at).1);
                self.members.insert(at, (peer, member));
            }
            Err(_) => {}
        }
    }

    /// The server says that a peer is not in the room any more.
    pub(crate) fn leave(&mut self, peer: PeerId) {
        if let Some(member) = self.get_mut(peer) {
            member.leave();
        }
    }

    /// Takes the server's list for the truth.
    pub(crate) fn reconcile(&mut self, peers: &[PeerId]) {
        for (peer, member) in &mut self.members {
            if !peers.contains(peer) {
                member.miss();
            }
        }
        for peer in peers {
            self.arrive(*peer);
        }
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Member> {
        let at = self.find(peer).ok()?;
        Some(&mut self.members[at].1)
    }

    pub(crate) fn get(&self, peer: PeerId) -> Option<&Member> {
        let at = self.find(peer).ok()?;
        Some(&self.members[at].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (PeerId, &Member)> {
        self.members.iter().map(|(peer, member)| (*peer, member))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (PeerId, &mut Member)> {
        self.members.iter_mut().map(|(peer, member)| (*peer, member))
    }

    /// Everyone's ids, to go through them one by one while each is changed.
    pub(crate) fn ids(&self) -> Vec<PeerId> {
        self.members.iter().map(|(peer, _)| *peer).collect()
    }

    /// Takes a peer out of the room, and remembers them. Returns their link, which is to be closed.
    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<PeerLink> {
        let at = self.find(peer).ok()?;
        let (_, mut member) = self.members.remove(at);
        let link = member.link.take();
        if member.is_known() {
            self.past.push((peer, member.into_past()));
            let beyond = self.past.len().saturating_sub(LIMIT);
            self.past.drain(..beyond);
        }
        link
    }

    /// Forgets everyone.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Member> + use<> {
        std::mem::take(self).members.into_iter().map(|(_, member)| member)
    }

    /// Where a peer is, or would be.
    fn find(&self, peer: PeerId) -> Result<usize, usize> {
        self.members.binary_search_by_key(&peer, |(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> PeerId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        PeerId::from_bytes(bytes)
    }

    #[test]
    fn only_the_last_who_left_are_remembered() {
        let mut roster = Roster::default();
        for number in 0..=LIMIT {
            roster.arrive(id(number));
            let member = roster.get_mut(id(number)).expect("who has just come");
            member.said = Some(Said {
                revision: 1,
                name: Name::new("Bob"),
                in_call: true,
                sources: SourceStates::default(),
                machine: None,
            });
            roster.remove(id(number));
        }
        for number in 0..=LIMIT / 2 {
            roster.arrive(id(number));
            let is_known = roster.get(id(number)).is_some_and(|member| member.said.is_some());
            assert_eq!(is_known, number > 0, "{number}");
        }
    }
}
