//! Raised hands and reactions: a schedule for them, and the check that all pages agree on hands.

use std::time::Duration;

use tincan_call::features::PersonFeatures;
use tincan_call::protocol::PeerId;
use tincan_call::protocol::feature::Reaction;
use tincan_call::{Command, FeatureCommand};

use super::World;
use super::page::Page;
use super::schedule::Fault;

/// Generates some changes of hands and some reactions within the time of a world.
pub fn gestures(seed: u64, pages: usize, end: Duration) -> Vec<(Duration, Fault)> {
    // From a separate random stream, so that the rest of the schedule stays the same.
    let mut random = fastrand::Rng::with_seed(seed ^ 0x6a09_e667_f3bc_c908);
    let end = u64::try_from(end.as_millis()).unwrap_or(u64::MAX);
    let mut faults = Vec::new();
    for _ in 0..random.usize(0..10) {
        let at = Duration::from_millis(random.u64(0..end));
        let first = random.usize(0..pages);
        // Sometimes everybody acts at the same moment.
        let together = if random.u8(0..3) == 0 { pages } else { 1 };
        let command = match random.u8(0..6) {
            0..3 => FeatureCommand::SetHand(true),
            3 => FeatureCommand::SetHand(false),
            _ => FeatureCommand::React(Reaction::ALL[random.usize(0..Reaction::ALL.len())]),
        };
        for page in (first..pages).chain(0..first).take(together) {
            faults.push((at, Fault::Command(page, Command::Feature(command.clone()))));
        }
    }
    faults
}

impl World {
    /// Checks that the pages show the same hands in the same order, and that no reaction is left.
    pub(super) fn check_gestures(&self) -> Result<(), String> {
        let mut expected: Option<Vec<PeerId>> = None;
        for (number, page) in self.alive() {
            let hands = hands(page);
            if expected.get_or_insert_with(|| hands.clone()) != &hands {
                return Err(format!("{number} shows {hands:?} up, and not {expected:?}"));
            }
            if people(page).iter().any(|(_, features)| !features.reactions.is_empty()) {
                return Err(format!("{number} still shows a reaction"));
            }
        }
        Ok(())
    }
}

/// Returns the hands that a page shows, in order.
fn hands(page: &Page) -> Vec<PeerId> {
    let mut hands: Vec<_> = people(page)
        .into_iter()
        .filter_map(|(peer, features)| Some((features.hand?.place, peer)))
        .collect();
    hands.sort_unstable();
    hands.into_iter().map(|(_, peer)| peer).collect()
}

/// Returns everyone on a page, including its own person.
fn people(page: &Page) -> Vec<(PeerId, PersonFeatures)> {
    let view = page.call.view();
    let peers = view.peers.iter().map(|peer| (peer.id, peer.features.clone()));
    peers.chain([(page.me(), view.me.features.clone())]).collect()
}
