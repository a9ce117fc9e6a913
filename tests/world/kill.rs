//! A page that is killed without a farewell, and replaced by another page.

use std::time::Duration;

use tincan_call::protocol::{PeerId, SourceState, SourceStates};
use tincan_call::{Command, Input, LinkState, Signaling};
use tincan_server::rooms::Input as ToRooms;

use super::browser::Browser;
use super::page::Page;
use super::{Event, World};

/// The time after which the others must show the peer as lost.
const LOST_AFTER: Duration = Duration::from_secs(3);
/// The time after which they must have removed its tile.
const GONE_AFTER: Duration = Duration::from_secs(6);
/// The slowest network, in milliseconds, on which this is required.
const QUICK: u64 = 150;

impl World {
    /// Returns the current page of a person.
    pub(super) fn current_page(&self, mut page: usize) -> usize {
        while let Some(successor) = self.pages[page].successor {
            page = successor;
        }
        page
    }

    pub(super) fn alive(&self) -> impl Iterator<Item = (usize, &Page)> {
        self.pages.iter().enumerate().filter(|(_, page)| page.is_alive())
    }

    pub(super) fn kill(&mut self, page: usize, loads: Duration, joins: bool) {
        self.expect_loss(page);
        let new = self.pages.len();
        let mut seed = [0; 32];
        self.random.fill(&mut seed);
        let channel = self.channels[page % self.channels.len()];
        self.pages.push(Page::new(new, self.secret.clone(), seed, channel));
        let old = &mut self.pages[page];
        old.successor = Some(new);
        old.socket = None;
        old.browser = Browser::new(page, channel);
        let lost: Vec<_> =
            self.sockets.iter().filter(|(_, of)| of.0 == page).map(|(id, _)| *id).collect();
        for connection in lost {
            self.sockets.remove(&connection);
            let at = self.now + Duration::from_millis(self.random.u64(0..200));
            let (epoch, input) = (self.epoch, ToRooms::Disconnected);
            self.schedule(at, Event::ToServer { epoch, connection, input });
        }
        self.update_media();
        self.load_connections(new);
        let at = self.now + loads;
        let join = joins.then_some(Command::Join);
        for command in [super::enter()].into_iter().chain(join) {
            self.schedule(at, Event::ToPage { page: new, input: Input::Command(command) });
        }
    }

    /// Expects all pages that are in touch with the killed page and the server to notice the loss
    /// soon.
    fn expect_loss(&mut self, page: usize) {
        let peer = self.pages[page].me();
        let Some(socket) = self.pages[page].socket else { return };
        if !self.is_in_touch(page, socket) {
            return;
        }
        // The loss of a page that deliberately sends nothing is not noticeable.
        if !sends_anything(self.pages[page].sources()) {
            return;
        }
        for (observer, socket) in self.sockets.values().copied().collect::<Vec<_>>() {
            let view = self.pages[observer].call.view();
            let sees = view.peers.iter().find(|seen| seen.id == peer).is_some_and(|seen| {
                seen.link == LinkState::Connected && sends_anything(seen.sources)
            });
            if sees && self.network.is_quicker_than(QUICK) && self.is_in_touch(observer, socket) {
                let at = self.now + LOST_AFTER;
                self.schedule(at, Event::MustBeLost { page: observer, socket, peer });
                let at = self.now + GONE_AFTER;
                self.schedule(at, Event::MustBeGone { page: observer, socket, peer });
            }
        }
    }

    pub(super) fn must_be_lost(&mut self, page: usize, socket: u32, peer: PeerId) {
        let view = self.pages[page].call.view();
        let seen = view.peers.iter().find(|seen| seen.id == peer);
        if self.is_in_touch(page, socket)
            && seen.is_some_and(|seen| seen.link == LinkState::Connected)
        {
            self.wrong = Some(format!("page {page} does not say that a peer is lost"));
        }
    }

    pub(super) fn must_be_gone(&mut self, page: usize, socket: u32, peer: PeerId) {
        let is_shown = self.pages[page].call.view().peers.iter().any(|seen| seen.id == peer);
        let awake = self.pages[page].asleep_until + GONE_AFTER <= self.now;
        if self.is_in_touch(page, socket) && awake && is_shown {
            self.wrong = Some(format!("page {page} still shows a peer that was killed"));
        }
    }

    /// Returns `true` if a page is awake and in the room through this socket.
    fn is_in_touch(&self, page: usize, socket: u32) -> bool {
        let awake = self.pages[page].asleep_until + LOST_AFTER <= self.now;
        let has = self.sockets.values().any(|of| *of == (page, socket));
        let online = self.pages[page].call.view().signaling == Signaling::Online;
        awake && has && online && self.pages[page].socket == Some(socket)
    }
}

/// Returns `true` if packets flow even in silence, which they also do for a muted source.
fn sends_anything(sources: SourceStates) -> bool {
    sources.microphone != SourceState::Off || sources.camera != SourceState::Off
}
