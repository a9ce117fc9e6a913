//! The duration of each recovery stage, as shown by a page.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tincan_call::protocol::{ConnectionId, PeerId, ServerMessage};
use tincan_call::{ConnectionEvent, Input, LinkState, RecoveryStage, Signaling, SocketEvent, View};

/// The duration of every stage.
const STAGE: Duration = Duration::from_secs(15);
/// The tolerance: the jitter, the interval at which a stage checks for a peer, and a margin.
const TOLERANCE: Duration = Duration::from_millis(3100);

/// The recovery stages of the links of one page.
#[derive(Default)]
pub struct Stages {
    /// The peers in the room, as far as the page knows.
    here: BTreeSet<PeerId>,
    /// True if the page was online at the last check.
    online: bool,
    by_peer: BTreeMap<PeerId, LinkStage>,
}

/// The recovery stage of one link.
#[derive(Debug, Clone, Copy)]
struct LinkStage {
    stage: RecoveryStage,
    connection: Option<ConnectionId>,
    /// The start of the stage, as far as it is known.
    began: Duration,
    /// The latest time from which the stage has its full duration. A page that wakes up may have
    /// lost time.
    since: Duration,
    /// True if an offer would have reached the peer at the last check.
    reachable: bool,
}

/// The state of a page after an input.
pub struct Moment<'a> {
    pub now: Duration,
    pub input: &'a Input,
    pub view: &'a View,
    /// The connections of the page.
    pub connections: &'a BTreeMap<PeerId, ConnectionId>,
    /// True if the page has just woken up.
    pub woke: bool,
}

impl Stages {
    /// Checks the stages after an input. Returns a description of one that took too long, if any.
    pub fn watch(&mut self, moment: &Moment<'_>) -> Option<String> {
        self.listen(moment);
        let mut too_long = None;
        let online = moment.view.signaling == Signaling::Online;
        self.online = online;
        let mut stages = BTreeMap::new();
        for peer in &moment.view.peers {
            let (LinkState::Connecting(stage) | LinkState::Reconnecting(stage)) = peer.link else {
                continue;
            };
            let reachable = online && self.here.contains(&peer.id);
            let connection = moment.connections.get(&peer.id).copied();
            let now = moment.now;
            let new = LinkStage { stage, connection, began: now, since: now, reachable };
            let old = self.by_peer.get(&peer.id).copied();
            let Some(old) = old.filter(|old| old.is_same(new)) else {
                stages.insert(peer.id, new);
                continue;
            };
            if has_its_time_again(peer.id, moment) {
                stages.insert(peer.id, LinkStage { began: old.began, ..new });
                continue;
            }
            let lasts = now.saturating_sub(old.since);
            if old.reachable && lasts > STAGE + TOLERANCE {
                too_long = Some(format!("{stage:?} lasts {lasts:?} and goes on"));
            }
            // If its time was over while the peer was away, it starts again when the peer is back.
            // ICE may have been restarted before media stopped, and so before this stage was shown.
            let may_be_over =
                now.saturating_sub(old.began) >= STAGE || stage == RecoveryStage::IceRestart;
            let begins = reachable && !old.reachable && may_be_over;
            let since = if begins { now } else { old.since };
            stages.insert(peer.id, LinkStage { began: old.began, since, ..new });
        }
        self.by_peer = stages;
        too_long
    }

    fn listen(&mut self, moment: &Moment<'_>) {
        let Input::Socket(SocketEvent::Received(message)) = moment.input else { return };
        if let ServerMessage::Joined { peers, .. } = message {
            // A `joined` is ignored while the page is already in the room.
            if self.online {
                return;
            }
            self.here = peers.iter().copied().collect();
        } else if let ServerMessage::PeerJoined { peer } = message {
            self.here.insert(*peer);
        } else if let ServerMessage::PeerLeft { peer } = message {
            self.here.remove(peer);
        }
    }
}

impl LinkStage {
    fn is_same(self, new: Self) -> bool {
        self.stage == new.stage && self.connection == new.connection
    }
}

/// Returns `true` if a stage starts its full duration from now on.
fn has_its_time_again(peer: PeerId, moment: &Moment<'_>) -> bool {
    let agreed = if let Input::Connection { peer: of, event, .. } = moment.input {
        // Negotiations count from 1: other numbers are odd events without effect.
        let is_answer = matches!(
            event,
            ConnectionEvent::AnswerApplied { negotiation }
            | ConnectionEvent::AnswerAccepted { negotiation } if negotiation.0 > 0
        );
        is_answer && *of == peer
    } else {
        *moment.input == Input::NetworkChanged
    };
    agreed || moment.woke
}
