//! The quality of the connection with each peer, and the numbers behind it.
//!
//! The quality follows from the measurements that are made anyway, for the uplink. It is in the
//! view, since it changes rarely. The numbers change with each measurement and are not: while they
//! are shown, links are measured once a second, and the component that shows them reads what the
//! browser measured ([`figures`]).

mod figures;
mod rating;

use std::time::Duration;

use tincan_protocol::PeerId;

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::{LinkState, View};
use crate::uplink::LinkStats;
pub use figures::{Figures, History, Picture, RelayProtocol, Report, Route};
pub use rating::Quality;
use rating::{Steady, quality};

/// The times and limits of the quality of connections.
#[derive(Debug, Clone, Copy)]
pub struct NumbersPolicy {
    /// The time between two measurements while the numbers are shown.
    pub shown_interval: Duration,
    /// The rating from which on a connection is good, in tenths. By ITU-T G.109 users are satisfied
    /// from 80 on.
    pub good_rating: u32,
    /// The rating from which on it is fair, in tenths. By ITU-T G.109 some users are dissatisfied
    /// below 80, and many below 70.
    pub fair_rating: u32,
    /// The delay of capture, codec and playback on both sides: two frames of 20 ms, and what the
    /// devices keep.
    pub device_delay: Duration,
    /// The delay of the jitter buffer, in multiples of the jitter.
    pub jitter_buffer: u32,
    /// The packet-loss robustness factor Bpl of the codec, in tenths. That of a codec which
    /// conceals losses (ITU-T G.113, appendix I: G.711 with concealment).
    pub loss_robustness: u32,
    /// The share of the time, in tenths of a percent, from which on a video that stands still makes
    /// a connection fair. No recommendation has a number for video calls: at 10 % everybody sees
    /// it.
    pub fair_frozen: u32,
    /// The same for a poor connection.
    pub poor_frozen: u32,
    /// The time for which all samples are worse before a connection is shown as worse. The shortest
    /// spell is of two samples.
    pub worsens_after: Duration,
    /// The time for which all samples are better before it is shown as better.
    pub improves_after: Duration,
}

impl Default for NumbersPolicy {
    fn default() -> Self {
        Self {
            shown_interval: Duration::from_secs(1),
            good_rating: 800,
            fair_rating: 700,
            device_delay: Duration::from_millis(60),
            jitter_buffer: 2,
            loss_robustness: 251,
            fair_frozen: 100,
            poor_frozen: 300,
            worsens_after: Duration::from_secs(4),
            improves_after: Duration::from_secs(10),
        }
    }
}

/// The quality of each connection.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// Those of the links that were measured.
    links: PeerMap<Steady>,
    is_shown: bool,
}

impl Numbers {
    /// Returns the time between two measurements, if it is less than without this feature.
    pub(crate) fn measure_interval(&self, policy: &NumbersPolicy) -> Option<Duration> {
        self.is_shown.then_some(policy.shown_interval)
    }
}

impl Feature for Numbers {
    fn on_command(&mut self, command: &FeatureCommand, _: &mut FeatureContext<'_>) {
        if let FeatureCommand::ShowNumbers(is_shown) = *command {
            self.is_shown = is_shown;
        }
    }

    fn on_measured(&mut self, peer: PeerId, stats: &LinkStats, context: &mut FeatureContext<'_>) {
        let policy = &context.policy.features.numbers;
        // From a peer who sends nothing, nothing is lost.
        let is_silent = stats.is_silent && context.never_pauses(peer);
        let quality = quality(&LinkStats { is_silent, ..*stats }, policy);
        self.links
            .update(peer, context.roster, |link| link.on_sample(context.now, quality, policy));
    }

    fn on_peer_gone(&mut self, peer: PeerId) {
        self.links.remove(peer);
    }

    fn on_left_room(&mut self) {
        *self = Self::default();
    }

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        for peer in context.roster.ids() {
            match context.link_state(peer) {
                LinkState::None => drop(self.links.remove(peer)),
                LinkState::Reconnecting(_) | LinkState::Failed(_) => {
                    if let Some(link) = self.links.get_mut(peer) {
                        link.lose();
                    }
                }
                LinkState::Connecting(_) | LinkState::Connected => {}
            }
        }
    }

    fn present(&self, view: &mut View, _: &FeatureContext<'_>) {
        for peer in &mut view.peers {
            peer.features.quality = self.links.get(peer.id).map(Steady::shown);
        }
    }
}
