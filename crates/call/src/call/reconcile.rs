//! Reconciling: after every input, what should be is compared with what is.
//!
//! No input needs to remember what must follow from it, so a lost message or a reconnect needs no
//! code of its own. The order matters:
//!
//! | step | decides by | changes |
//! | --- | --- | --- |
//! | signaling | links that wait for the server; the clock | the socket, and so who is reachable |
//! | local media | the clock | what is sent: peers are told of it below |
//! | rings | who is present and in the call; the clock | the phase: links open and close by it |
//! | state | phase, name, sources | what peers were told: an offer means nothing before that |
//! | each member | phase, presence; the clock | its link, its offers; members who are gone |
//! | features | links that are left; the clock | messages of features |
//! | uplink | links that are left | measurements, encodings |
//! | view | everything | what is shown |

use std::time::Duration;

use tincan_protocol::PeerId;

use super::Call;
use crate::api::view::Phase;
use crate::link::{self, PeerLink, Role};
use crate::ring;
use crate::signaling::{self, Step};

impl Call {
    pub(super) fn reconcile(&mut self, now: Duration) {
        self.reconcile_signaling(now);
        self.local_media.timeout(now);
        self.reconcile_rings(now);
        self.tell(now);
        for peer in self.roster.ids() {
            self.reconcile_member(now, peer);
        }
        self.on_features(now, &|feature, context| feature.reconcile(context));
        self.measure(now);
        self.share_uplink();
        self.present(now);
    }

    fn reconcile_signaling(&mut self, now: Duration) {
        let is_urgent = self.any_link(PeerLink::waits_for_server);
        self.on_signaling(now, signaling::Event::Urgent(is_urgent));
        // A socket that timed out may be opened again at once.
        if self.on_signaling(now, signaling::Event::Clock) == Step::Close {
            self.on_signaling(now, signaling::Event::Clock);
        }
    }

    /// Opens and closes the link with a peer as the two phases demand, and forgets the peer when
    /// nothing is left of it.
    fn reconcile_member(&mut self, now: Duration, peer: PeerId) {
        self.reconcile_link(now, peer);
        self.reconcile_prepared(now, peer);
        self.detect_loss(now, peer);
        self.on_link(now, peer, link::Event::Reconcile);
        self.forget_if_gone(now, peer);
    }

    fn reconcile_link(&mut self, now: Duration, peer: PeerId) {
        let is_online = self.signaling.is_online();
        let me_in_call = self.phase == Phase::InCall;
        let Some(member) = self.roster.get_mut(peer) else { return };
        let both_in_call = me_in_call && member.is_in_call();
        let reachable = is_online && member.is_here();
        if !reachable && member.link.as_ref().is_some_and(PeerLink::is_closed_by_peer) {
            // The server can deliver nothing from them, so they count as gone. If they only made a
            // new connection, that brings them back.
            member.leave();
            self.close_link(now, peer);
        }
        let Some(member) = self.roster.get_mut(peer) else { return };
        match &member.link {
            None if both_in_call && member.is_here() => {
                let role = Role::of(self.me, peer);
                self.with_context(now, peer, |member, context| {
                    member.link = Some(match member.prepared.take() {
                        Some(prepared) => prepared.start(role, context),
                        None => PeerLink::open(role, context),
                    });
                });
            }
            Some(_) if !both_in_call => self.close_link(now, peer),
            None | Some(_) => {}
        }
    }

    fn close_link(&mut self, now: Duration, peer: PeerId) {
        let link = self.roster.get_mut(peer).and_then(|member| member.link.take());
        let Some(link) = link else { return };
        let may_lose = link.has_channel();
        link.close(&mut self.effects);
        if may_lose {
            self.on_peer_reachable(now, peer);
        }
    }

    /// Counts a link as lost once the server reports the peer as gone and nothing arrives. The
    /// browser alone takes some seconds longer. Neither is enough alone: a server that restarts
    /// forgets everyone, and a silent path may recover.
    fn detect_loss(&mut self, now: Duration, peer: PeerId) {
        let lost_after = self.policy.room.lost_after;
        let is_quiet = |link: &PeerLink| link.is_connected() && link.quiet_for() >= lost_after;
        let is_lost = self.roster.get(peer).is_some_and(|member| {
            member.may_be_lost() && member.link.as_ref().is_some_and(is_quiet)
        });
        if is_lost {
            self.on_link(now, peer, link::Event::Lost);
        }
    }

    fn forget_if_gone(&mut self, now: Duration, peer: PeerId) {
        let is_online = self.signaling.is_online();
        let Some(member) = self.roster.get_mut(peer) else { return };
        member.watch(now, is_online, &self.policy.room);
        if !member.is_gone(now) {
            return;
        }
        let name = member.name();
        let step = member.incoming.on(ring::Event::CallerGone, now, &self.policy.ring);
        if let Some(link) = self.roster.remove(peer) {
            link.close(&mut self.effects);
        }
        self.features.all_mut().into_iter().for_each(|feature| feature.on_peer_gone(peer));
        self.run_ring_step(now, peer, name, step);
    }
}
