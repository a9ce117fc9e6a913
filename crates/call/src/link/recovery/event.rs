//! The events of the recovery, its steps, and the facts that it decides on.

use std::time::Duration;

use crate::api::ConnectionState;
use crate::api::view::Failure;
use crate::policy::RecoveryPolicy;
use crate::random::Random;

/// An event of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// The browser reports another state of the connection.
    StateChanged(ConnectionState),
    /// The peer has closed its end of the connection, so restarting ICE cannot help.
    ClosedByPeer,
    /// Nothing arrives, and the server reports the peer as gone.
    Lost,
    /// Something arrives after all, though the link counted as lost.
    Arrived,
    /// A description could not be applied or made: this connection is of no more use.
    NegotiationFailed,
    /// The peer has made a new connection.
    PeerRebuilt,
    /// Both sides agree on their descriptions.
    Agreed,
    /// The peer is present in the room, newly or again.
    PeerPresent,
    /// The peer sent something that shows that it is there.
    PeerActive,
    /// The page became visible.
    Awake,
    /// The network of this page is another.
    NetworkChanged,
    /// The person asks for another attempt.
    Retry,
    /// Time has passed.
    Clock,
}

impl Event {
    /// Returns the name for the coverage; none for what changes nothing in any state.
    pub(super) fn name(self, reachable: bool) -> Option<&'static str> {
        Some(match self {
            Self::StateChanged(ConnectionState::Connected) => "connected",
            Self::StateChanged(ConnectionState::Disconnected) => "disconnected",
            Self::StateChanged(ConnectionState::Failed) => "failed",
            Self::StateChanged(_) | Self::PeerActive => return None,
            Self::ClosedByPeer => "closed by peer",
            Self::Lost => "lost",
            Self::Arrived => "arrived",
            Self::NegotiationFailed => "negotiation failed",
            Self::PeerRebuilt => "peer rebuilt",
            Self::Agreed => "agreed",
            Self::PeerPresent => "peer present",
            Self::Awake => "awake",
            Self::NetworkChanged => "network changed",
            Self::Retry => "retry",
            Self::Clock if reachable => "clock",
            Self::Clock => "clock, peer unreachable",
        })
    }
}

/// A request to the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Step {
    None,
    RestartIce,
    /// Make a new connection.
    Rebuild,
    /// Make a new connection that uses only relays.
    RelayOnly,
    /// Do nothing more for now, and tell the person why.
    GiveUp,
}

/// The facts that the recovery decides on.
pub(in super::super) struct RecoveryContext<'a> {
    pub(in super::super) now: Duration,
    pub(in super::super) policy: &'a RecoveryPolicy,
    /// An offer would reach the peer now.
    pub(in super::super) reachable: bool,
    /// There is a TURN server.
    pub(in super::super) has_turn: bool,
    /// The reason to give, should the link fail now.
    pub(in super::super) failure: Failure,
    pub(in super::super) random: &'a mut Random,
}

impl RecoveryContext<'_> {
    pub(super) fn end_of_stage(&mut self) -> Duration {
        self.now + self.policy.stage + self.policy.stage_jitter.mul_f64(self.random.fraction())
    }

    pub(super) fn soon(&self) -> Duration {
        self.now + self.policy.patience
    }
}
