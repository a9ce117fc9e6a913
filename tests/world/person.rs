//! The person at a page: the layout of the page, and the settings for peers.

use std::collections::{BTreeMap, BTreeSet};

use tincan_call::protocol::{PeerId, Source};
use tincan_call::{
    Command, Encoding, FeatureCommand, Hearing, Input, Peer, Phase, Ring, RingEnd, View,
};

use super::{Event, World};

/// The height of captured video in every world, in pixels.
pub const CAPTURED: u32 = 720;

/// The layout of a page, and its person's settings for peers.
pub struct Person {
    /// The height of the others' cameras, in device pixels.
    height: u32,
    /// The videos on the page.
    tiles: BTreeSet<(PeerId, Source)>,
    heard: BTreeMap<PeerId, bool>,
    volumes: BTreeMap<PeerId, u8>,
    /// Set once the person has joined again, after a missed call.
    has_joined_again: bool,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            height: 300,
            tiles: BTreeSet::new(),
            heard: BTreeMap::new(),
            volumes: BTreeMap::new(),
            has_joined_again: false,
        }
    }
}

impl Person {
    fn height_of(&self, tile: (PeerId, Source)) -> u32 {
        match (self.tiles.contains(&tile), tile.1) {
            (false, _) => 0,
            (true, Source::Screen) => 2 * self.height,
            (true, _) => self.height,
        }
    }

    /// Checks that the settings for a peer are in force.
    pub fn check_settings(&self, peer: &Peer) -> Result<(), String> {
        let heard = self.heard.get(&peer.id).copied().unwrap_or(true);
        let expected = if heard { Hearing::Heard } else { Hearing::Muted };
        let volume = self.volumes.get(&peer.id).copied().unwrap_or(100);
        if (peer.hearing, peer.volume) == (expected, volume) {
            return Ok(());
        }
        let got = (peer.hearing, peer.volume);
        Err(format!("{got:?} is in force where {expected:?}, {volume} was set"))
    }

    /// Checks that a peer sends its camera at the size in which this page shows it.
    pub fn check_drawn(&self, peer: PeerId, sent: Encoding) -> Result<(), String> {
        let wanted = self.height_of((peer, Source::Camera)).min(CAPTURED);
        let height = if sent.active { CAPTURED * 100 / sent.scale_down.unwrap_or(100) } else { 0 };
        // The next larger step of viewports and encodings.
        let most = [0, 90, 180, 270, 360, 540, CAPTURED].into_iter().find(|step| *step >= wanted);
        let slack = 2;
        if (wanted..=most.unwrap_or(CAPTURED) + slack).contains(&(height + slack / 2)) {
            return Ok(());
        }
        Err(format!("draws {wanted} lines and is sent {height}"))
    }
}

impl World {
    /// Updates the layout of a page. The call is told about new and removed videos once they are
    /// laid out.
    pub(super) fn draw(&mut self, page: usize) {
        let view = self.pages[page].call.view();
        let tiles = tiles(&view);
        let person = &mut self.pages[page].person;
        if let Phase::Suspended | Phase::Ended(_) = view.phase {
            person.heard.clear();
            person.volumes.clear();
        }
        let before = std::mem::replace(&mut person.tiles, tiles);
        let changed: Vec<_> = before.symmetric_difference(&person.tiles).copied().collect();
        for tile in changed {
            self.lay_out(page, tile);
        }
    }

    /// Makes everyone join the call once the faults have ended. A late cancellation may still
    /// return a person to the lobby, from where they join again, once.
    pub(super) fn join_again(&mut self, page: usize) {
        let view = self.pages[page].call.view();
        let is_sent_back =
            view.phase == Phase::Lobby && matches!(view.ring, Ring::Ended(RingEnd::Missed(_)));
        let person = &mut self.pages[page].person;
        if self.is_fault_free && is_sent_back && !person.has_joined_again {
            person.has_joined_again = true;
            self.tell(page, Input::Command(Command::Join));
        }
    }

    fn lay_out(&mut self, page: usize, tile: (PeerId, Source)) {
        let at = self.now + std::time::Duration::from_millis(self.random.u64(0..100));
        self.schedule(at, Event::LaidOut { page, tile });
    }

    /// Reports the size of a video on a page.
    pub(super) fn laid_out(&mut self, page: usize, (peer, source): (PeerId, Source)) {
        let height = self.pages[page].person.height_of((peer, source));
        self.input(
            page,
            Input::Command(Command::Feature(FeatureCommand::SetShown { peer, source, height })),
        );
    }

    pub(super) fn change_layout(&mut self, page: usize, height: u32) {
        self.pages[page].person.height = height;
        for tile in self.pages[page].person.tiles.clone() {
            self.lay_out(page, tile);
        }
    }

    /// Mutes or unmutes a person locally, if the page shows them.
    pub(super) fn set_heard(&mut self, page: usize, other: usize, heard: bool) {
        if let Some(peer) = self.seen(page, other) {
            self.pages[page].person.heard.insert(peer, heard);
            self.input(
                page,
                Input::Command(Command::Feature(FeatureCommand::SetHeard(peer, heard))),
            );
        }
    }

    /// Sets the volume of a person, if the page shows them.
    pub(super) fn set_volume(&mut self, page: usize, other: usize, volume: u8) {
        if let Some(peer) = self.seen(page, other) {
            self.pages[page].person.volumes.insert(peer, volume);
            self.input(
                page,
                Input::Command(Command::Feature(FeatureCommand::SetVolume(peer, volume))),
            );
        }
    }

    fn seen(&self, page: usize, other: usize) -> Option<PeerId> {
        let peer = self.pages[other].me();
        let view = self.pages[page].call.view();
        view.peers.iter().any(|seen| seen.id == peer).then_some(peer)
    }
}

/// Returns the videos of others on a page.
fn tiles(view: &View) -> BTreeSet<(PeerId, Source)> {
    let mut tiles = BTreeSet::new();
    for peer in view.peers.iter().filter(|peer| peer.in_call && view.phase == Phase::InCall) {
        tiles.insert((peer.id, Source::Camera));
        tiles.extend(peer.screen.map(|_| (peer.id, Source::Screen)));
    }
    tiles
}
