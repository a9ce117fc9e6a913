//! The flow of media through connections, and the events that it causes.

use std::time::Duration;

use tincan_call::{ConnectionEvent, ConnectionState, Input};

use super::browser::{Key, Routes};
use super::stages::Moment;
use super::{Event, World, page};

impl World {
    /// Checks the recovery stages of a page's links.
    pub(super) fn watch_stages(&mut self, page: usize, input: &Input) {
        let now = self.now;
        let page = &mut self.pages[page];
        let moment = Moment {
            now,
            input,
            view: &page.call.view(),
            connections: &page.browser.keys().into_iter().collect(),
            woke: now < page.asleep_until + Duration::from_secs(1),
        };
        if let Some(wrong) = page.stages.watch(&moment) {
            self.trace(|| wrong.clone());
            self.wrong = Some(wrong);
        }
    }

    /// Updates the connections through which media can flow, and tells the pages.
    pub(super) fn update_media(&mut self) {
        let routes = Routes {
            direct: self.now >= self.blocked_until,
            relayed: self.now >= self.relay_gone_until,
        };
        for a in 0..self.pages.len() {
            for key in self.pages[a].browser.keys() {
                let me = self.pages[a].me();
                let flows = self.number_of(key.0).is_some_and(|b| {
                    let mine = self.pages[a].browser.connection(key);
                    let theirs = self.pages[b].browser.with(me);
                    mine.zip(theirs).is_some_and(|(mine, theirs)| mine.flows_to(theirs, routes))
                });
                let news = self.pages[a].browser.set_flows(key, flows);
                let starts = self.pages[a].browser.starts_to_connect(key);
                if (starts || news == Some(ConnectionState::Disconnected))
                    && let Some(connection) = self.pages[a].browser.connection(key)
                {
                    let losses = connection.losses;
                    let at = self.now + Duration::from_millis(self.random.u64(5000..30_000));
                    self.schedule(at, Event::Fail { page: a, key, losses });
                }
                self.tell_state(a, key, news);
                if flows {
                    self.open_channel(a, key);
                }
                if news == Some(ConnectionState::Connected) {
                    self.resume_channel(a, key);
                }
            }
        }
    }

    /// Tells a page a new state of a connection, in the order of the states.
    pub(super) fn tell_state(&mut self, page: usize, key: Key, news: Option<ConnectionState>) {
        let Some(state) = news else { return };
        let input = page::state_changed(key, state);
        if self.number_of(key.0).is_some_and(|peer| !self.pages[peer].is_alive()) {
            // A browser considers a silent connection lost only after some seconds.
            let at = self.now + Duration::from_millis(self.random.u64(5000..7000));
            self.schedule(at, Event::ToPage { page, input });
            return;
        }
        let at = self.now + Duration::from_millis(self.random.u64(1..200));
        let at = at.max(self.pages[page].last_state_at);
        self.pages[page].last_state_at = at;
        self.schedule(at, Event::ToPage { page, input });
    }

    /// Closes a connection of a page. The other end is told if there is a path.
    pub(super) fn close_transport(&mut self, page: usize, key: Key) {
        let me = self.pages[page].me();
        let Some(other) = self.number_of(key.0).filter(|_| self.pages[page].browser.flows(key))
        else {
            return;
        };
        if let Some(theirs) = self.pages[other].browser.key_with(me) {
            let input = page::connection_event(theirs, ConnectionEvent::ClosedByPeer);
            let at = self.now + Duration::from_millis(self.random.u64(1..300));
            self.schedule(at, Event::ToPage { page: other, input });
        }
        self.close_other_channel(page, key);
    }
}
