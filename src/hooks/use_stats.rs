//! What is measured of a link.

use gloo_timers::callback::Interval;
use tincan_call::LinkStats;
use tincan_call::protocol::PeerId;
use yew::prelude::*;

use super::Streams;

/// How often it is looked at.
const PERIOD_MS: u32 = 2_000;

/// The latest figures of the link with a peer; none before there are any.
#[hook]
pub(crate) fn use_stats(streams: &Streams, peer: PeerId) -> Option<LinkStats> {
    let stats = use_state_eq(|| streams.stats(peer));
    use_effect_with((streams.clone(), peer), {
        let setter = stats.setter();
        move |(streams, peer)| {
            let (streams, peer) = (streams.clone(), *peer);
            let ticks = Interval::new(PERIOD_MS, move || setter.set(streams.stats(peer)));
            move || drop(ticks)
        }
    });
    *stats
}
