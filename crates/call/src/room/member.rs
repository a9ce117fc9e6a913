//! Another page in the room.

use std::time::Duration;

use tincan_protocol::{Name, PeerState, SourceState, SourceStates};

use crate::link::{PeerLink, PreparedLink};
use crate::policy::RoomPolicy;
use crate::ring::IncomingCall;

/// The presence of a peer, as the server reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In the room.
    Here,
    /// No longer in the room; only the media may go on.
    Away {
        /// The server has told it when it happened. If not, they are missing in the list of a
        /// server that may have restarted.
        is_told: bool,
        /// The time since which no media flows.
        since: Option<Duration>,
        /// The time at which they are given up, while no media flows.
        until: Option<Duration>,
    },
}

/// Another page.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) presence: Presence,
    /// The state that they told last.
    pub(crate) state: Option<PeerState>,
    pub(crate) link: Option<PeerLink>,
    /// The link that is prepared while only one of the two is in the call.
    pub(crate) prepared: Option<PreparedLink>,
    /// Their rings.
    pub(crate) incoming: IncomingCall,
}

impl Member {
    /// Makes a member who has come for the first time.
    pub(super) fn new() -> Self {
        Self {
            presence: Presence::Here,
            state: None,
            link: None,
            prepared: None,
            incoming: IncomingCall::default(),
        }
    }

    /// Keeps what still counts if the peer comes back: its last state, and the end of its rings.
    pub(super) fn into_past(mut self) -> Self {
        self.presence = Presence::Here;
        self
    }

    /// Returns `true` if there is anything to remember.
    pub(super) fn is_known(&self) -> bool {
        self.state.is_some()
    }

    /// Returns the sources that the peer announces.
    pub(crate) fn sources(&self) -> SourceStates {
        self.state.as_ref().map(|state| state.sources).unwrap_or_default()
    }

    pub(crate) fn name(&self) -> Name {
        self.state.as_ref().map(|state| state.name.clone()).unwrap_or_default()
    }

    pub(crate) fn is_here(&self) -> bool {
        self.presence == Presence::Here
    }

    /// Returns `true` if silence is enough to count them as lost: the server reports them as gone,
    /// and they send something that never pauses.
    pub(crate) fn may_be_lost(&self) -> bool {
        !self.is_here() && self.never_pauses()
    }

    /// Returns `true` if they send something that never pauses.
    pub(crate) fn never_pauses(&self) -> bool {
        let sends = |state| state != SourceState::Off;
        let sources = self.sources();
        sends(sources.microphone) || sends(sources.camera)
    }

    pub(crate) fn is_in_call(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.in_call)
    }

    /// Records the state of the peer. Returns `true` if it is news.
    pub(crate) fn set_state(&mut self, state: PeerState) -> bool {
        let is_news = self.state.as_ref().is_none_or(|last| last.revision < state.revision);
        if is_news {
            self.state = Some(state);
        }
        is_news
    }

    /// Records that the peer hung up. Returns `true` if it is news.
    pub(crate) fn hang_up(&mut self, revision: u64) -> bool {
        let state = self.state.as_mut().filter(|state| state.revision < revision);
        let is_news = state.is_some();
        if let Some(state) = state {
            state.revision = revision;
            state.in_call = false;
        }
        is_news
    }

    /// Starts or stops the time after which an absent peer is given up. While this page is not
    /// online, the server's report may have been about its own end.
    pub(crate) fn watch(&mut self, now: Duration, is_online: bool, policy: &RoomPolicy) {
        let is_lost = self.link.as_ref().is_some_and(|link| !link.is_connected());
        let is_killed = is_online && self.is_told_gone();
        let patience = if is_killed { policy.killed_after } else { policy.gone_after };
        if let Presence::Away { since, until, .. } = &mut self.presence {
            *since = if is_lost { since.or(Some(now)) } else { None };
            *until = since.map(|since| since + patience);
        }
    }

    /// The server reports that their connection ended.
    pub(crate) fn leave(&mut self) {
        if self.is_here() {
            self.presence = Presence::Away { is_told: true, since: None, until: None };
        }
    }

    /// The server does not list them.
    pub(super) fn miss(&mut self) {
        match &mut self.presence {
            Presence::Here => {
                self.presence = Presence::Away { is_told: false, since: None, until: None };
            }
            Presence::Away { is_told, .. } => *is_told = false,
        }
    }

    /// Returns `true` if the server reported that their connection ended, when it did.
    pub(crate) fn is_told_gone(&self) -> bool {
        matches!(self.presence, Presence::Away { is_told: true, .. })
    }

    /// Returns `true` if nothing is left of the peer.
    pub(crate) fn is_gone(&self, now: Duration) -> bool {
        match self.presence {
            Presence::Here => false,
            // A ring has its own time.
            Presence::Away { .. } if self.link.is_none() => !self.incoming.is_open(),
            Presence::Away { until, .. } => until.is_some_and(|until| now >= until),
        }
    }
}
