//! How long each stage of a recovery lasts, as a page shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tincan_call::protocol::{ConnectionId, PeerId, ServerMessage};
use tincan_call::{ConnectionEvent, Input, LinkState, RecoveryStage, Signaling, SocketEvent, View};

/// The time that every stage has before the next one begins.
const STAGE: Duration = Duration::from_secs(15);
/// What may come on top: the jitter, the step in which a stage waits for a peer, and a margin.
const SLACK: Duration = Duration::from_millis(3100);

/// The stages of the links of one page.
#[derive(Default)]
pub struct Stages {
    /// Whom the server has in the room, as far as this page has heard.
    here: BTreeSet<PeerId>,
    /// Whether it was in the room when this was looked at last.
    online: bool,
    by_peer: BTreeMap<PeerId, Stage>,
}

/// The stage of one link.
#[derive(Debug, Clone, Copy)]
struct Stage {
    rung: RecoveryStage,
    connection: Option<ConnectionId>,
    /// When it began, as far as that is certain.
    began: Duration,
    /// From when on it has its time, at the latest. A page that wakes up may have lost its time.
    since: Duration,
    /// Whether an offer would have reached the peer when this was looked at last.
    reachable: bool,
}

/// What a page stands at after an input.
pub struct Moment<'a> {
    pub now: Duration,
    pub input: &'a Input,
    pub view: &'a View,
    /// The connections of the page.
    pub connections: &'a BTreeMap<PeerId, ConnectionId>,
    /// Whether the page has just woken up.
    pub woke: bool,
}

impl Stages {
    /// Takes what has become of the stages. Returns which one took too long, if one did.
    pub fn watch(&mut self, moment: &Moment<'_>) -> Option<String> {
        self.listen(moment);
        let mut too_long = None;
        let online = moment.view.signaling == Signaling::Online;
        self.online = online;
        let mut stages = BTreeMap::new();
        for peer in &moment.view.peers {
            let (LinkState::Connecting(rung) | LinkState::Reconnecting(rung)) = peer.link else {
                continue;
            };
            let reachable = online && self.here.contains(&peer.id);
            let connection = moment.connections.get(&peer.id).copied();
            let now = moment.now;
            let new = Stage { rung, connection, began: now, since: now, reachable };
            let old = self.by_peer.get(&peer.id).copied();
            let Some(old) = old.filter(|old| old.is_same(new)) else {
                stages.insert(peer.id, new);
                continue;
            };
            if has_its_time_again(peer.id, moment) {
                stages.insert(peer.id, Stage { began: old.began, ..new });
                continue;
            }
            let lasts = now.saturating_sub(old.since);
            if old.reachable && lasts > STAGE + SLACK {
                too_long = Some(format!("{rung:?} lasts {lasts:?} and goes on"));
            }
            // If its time was over while the peer was away, it has it again from when the peer is back.
            // ICE may have been restarted before media stopped, and so before this stage was shown.
            let may_be_over =
                now.saturating_sub(old.began) >= STAGE || rung == RecoveryStage::IceRestart;
            let begins = reachable && !old.reachable && may_be_over;
            let since = if begins { now } else { old.since };
            stages.insert(peer.id, Stage { began: old.began, since, ..new });
        }
        self.by_peer = stages;
        too_long
    }

    fn listen(&mut self, moment: &Moment<'_>) {
        let Input::Socket(SocketEvent::Received(message)) = moment.input else { return };
        if let ServerMessage::Joined { peers, .. } = message {
            // One that nobody waits for is not believed.
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

impl Stage {
    fn is_same(self, new: Self) -> bool {
        self.rung == new.rung && self.connection == new.connection
    }
}

/// Returns `true` if a stage may have its whole time from now on.
fn has_its_time_again(peer: PeerId, moment: &Moment<'_>) -> bool {
    let agreed = if let Input::Connection { peer: of, event, .. } = moment.input {
        // Negotiations count from 1: the others are odd words that mean nothing.
        let is_answer = matches!(
            event,
            ConnectionEvent::AnswerCreated { negotiation, .. }
            | ConnectionEvent::AnswerAccepted { negotiation } if negotiation.0 > 0
        );
        is_answer && *of == peer
    } else {
        *moment.input == Input::NetworkChanged
    };
    agreed || moment.woke
}
