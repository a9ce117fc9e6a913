//! Data channels: one opens and closes with its connection, and loses messages in flight when it
//! closes.

use std::collections::VecDeque;
use std::time::Duration;

use tincan_call::{ChannelEvent, ConnectionEvent};

use super::browser::{Connection, Key};
use super::{Event, World, page};

/// The delay before a lost message is retransmitted.
const RESEND: Duration = Duration::from_millis(100);

/// The support for data channels in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelSupport {
    /// A channel on each connection.
    Full,
    /// No channel, though the browser accepts the section in an offer, as all do.
    None,
    /// No channel, and the section in an offer is rejected.
    Rejecting,
}

/// The state of a channel in a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelState {
    /// The page has no channel.
    Absent,
    Connecting,
    Open,
    Closed,
}

/// The data channel at one end of a connection.
pub struct Channel {
    pub state: ChannelState,
    /// The time at which the page is told that it is open.
    opened_at: Duration,
    /// The messages that have not arrived yet. They wait for the path as long as the connection
    /// exists.
    outgoing: VecDeque<String>,
    is_congested: bool,
    /// The browser has reported that it is full, though it is not, and will not report its end.
    pub is_stuck: bool,
}

impl Channel {
    pub fn new(support: ChannelSupport) -> Self {
        let state = match support {
            ChannelSupport::Full => ChannelState::Connecting,
            ChannelSupport::None | ChannelSupport::Rejecting => ChannelState::Absent,
        };
        Self {
            state,
            opened_at: Duration::ZERO,
            outgoing: VecDeque::new(),
            is_congested: false,
            is_stuck: false,
        }
    }

    fn close(&mut self) {
        self.state = ChannelState::Closed;
        self.outgoing.clear();
    }
}

impl World {
    /// Resumes the messages of a channel after its path was interrupted.
    pub(super) fn resume_channel(&mut self, page: usize, key: Key) {
        let connection = self.pages[page].browser.connection(key);
        if connection.is_some_and(|connection| !connection.channel.outgoing.is_empty()) {
            self.schedule(self.now, Event::Carry { page, key });
        }
    }

    /// Opens the channel of a connection through which media flows, or closes it if the peer has
    /// rejected it, or closed it meanwhile.
    pub(super) fn open_channel(&mut self, page: usize, key: Key) {
        let is_closed = self.other_channel_is(page, key, ChannelState::Closed);
        let Some(connection) = self.pages[page].browser.connection_mut(key) else { return };
        let is_agreed = connection.agrees_on_channel().map(|is_agreed| is_agreed && !is_closed);
        let channel = &mut connection.channel;
        let event = match (channel.state, is_agreed) {
            (ChannelState::Connecting, Some(true)) => {
                channel.state = ChannelState::Open;
                ChannelEvent::Opened
            }
            (ChannelState::Connecting, Some(false)) => {
                channel.state = ChannelState::Closed;
                ChannelEvent::Closed
            }
            (
                ChannelState::Absent
                | ChannelState::Connecting
                | ChannelState::Open
                | ChannelState::Closed,
                _,
            ) => return,
        };
        let at = self.now + Duration::from_millis(self.random.u64(1..300));
        if let Some(connection) = self.pages[page].browser.connection_mut(key) {
            connection.channel.opened_at = at;
        }
        self.tell_channel(page, key, event, at);
    }

    /// Sends a message of a page on a channel.
    pub(super) fn send_by_channel(&mut self, page: usize, key: Key, text: String, limit: u32) {
        let limit = if self.is_narrow { 80 } else { usize::try_from(limit).unwrap_or(usize::MAX) };
        let Some(connection) = self.pages[page].browser.connection_mut(key) else { return };
        let channel = &mut connection.channel;
        if channel.state != ChannelState::Open {
            return;
        }
        let waiting: usize = channel.outgoing.iter().map(String::len).sum();
        if waiting > 0 && waiting + text.len() > limit {
            channel.is_congested = true;
            self.tell_channel(page, key, ChannelEvent::Congested, self.now);
            return;
        }
        channel.outgoing.push_back(text);
        let at = self.now + Duration::from_millis(self.random.u64(1..=self.network.delay()));
        self.schedule(at, Event::Carry { page, key });
    }

    /// Delivers the first waiting message of a channel, if there is a path.
    pub(super) fn carry(&mut self, page: usize, key: Key) {
        let me = self.pages[page].me();
        let Some(connection) = self.pages[page].browser.connection_mut(key) else { return };
        if !connection.flows {
            return;
        }
        let Some(text) = connection.channel.outgoing.pop_front() else { return };
        let Some(other) = self.number_of(key.0) else { return };
        let Some(theirs) = self.pages[other].browser.key_with(me) else { return };
        let Some(connection) = self.pages[other].browser.connection(theirs) else { return };
        match connection.channel.state {
            ChannelState::Open => {
                self.carried += 1;
                let at = self.now.max(connection.channel.opened_at);
                self.tell_channel(other, theirs, ChannelEvent::Received(Some(text)), at);
                self.drain(page, key);
            }
            // The other end is not connected yet: retransmit the message until it arrives.
            ChannelState::Connecting => {
                if let Some(connection) = self.pages[page].browser.connection_mut(key) {
                    connection.channel.outgoing.push_front(text);
                }
                self.schedule(self.now + RESEND, Event::Carry { page, key });
            }
            ChannelState::Absent | ChannelState::Closed => self.drain(page, key),
        }
    }

    /// Tells a page that a message has left a channel's buffer.
    fn drain(&mut self, page: usize, key: Key) {
        let Some(connection) = self.pages[page].browser.connection_mut(key) else { return };
        let channel = &mut connection.channel;
        if channel.outgoing.is_empty() && std::mem::take(&mut channel.is_congested) {
            self.tell_channel(page, key, ChannelEvent::Drained, self.now);
        } else {
            self.resume_channel(page, key);
        }
    }

    /// Closes a channel at both ends, while its connection may continue.
    pub(super) fn close_channel(&mut self, page: usize, key: Key, tells_own_page: bool) {
        let Some(connection) = self.pages[page].browser.connection_mut(key) else { return };
        if connection.channel.state != ChannelState::Open {
            return;
        }
        connection.channel.close();
        if tells_own_page {
            self.tell_channel(page, key, ChannelEvent::Closed, self.now);
        }
        self.close_other_channel(page, key);
    }

    /// Tells the other end of a channel that this one is closed.
    pub(super) fn close_other_channel(&mut self, page: usize, key: Key) {
        let me = self.pages[page].me();
        let Some(other) = self.number_of(key.0) else { return };
        let Some(theirs) = self.pages[other].browser.key_with(me) else { return };
        let Some(connection) = self.pages[other].browser.connection_mut(theirs) else { return };
        if connection.channel.state == ChannelState::Open {
            connection.channel.close();
            let at = connection.channel.opened_at.max(self.now);
            let at = at + Duration::from_millis(self.random.u64(1..300));
            self.tell_channel(other, theirs, ChannelEvent::Closed, at);
        }
    }

    /// Checks the channel of a connection without failures.
    pub(super) fn check_channel(
        &self,
        mine: &Connection,
        theirs: &Connection,
    ) -> Result<(), String> {
        match (mine.channel.state, theirs.channel.state) {
            (ChannelState::Open, ChannelState::Open) if self.carried < 2 => {
                Err("the ends of a data channel did not greet each other".to_owned())
            }
            (ChannelState::Open, ChannelState::Open)
            | (ChannelState::Closed, ChannelState::Closed)
            | (ChannelState::Absent, _)
            | (_, ChannelState::Absent) => Ok(()),
            states => Err(format!("the ends of a data channel are {states:?}")),
        }
    }

    /// Returns an event of a channel that is out of place or late.
    pub(super) fn channel_oddity(&mut self, page: usize, key: Key) -> Option<ConnectionEvent> {
        let state = self.pages[page].browser.connection(key)?.channel.state;
        let event = match (state, self.random.u8(0..5)) {
            (ChannelState::Absent, _) => return None,
            (ChannelState::Open, 0) => {
                self.close_channel(page, key, false);
                ChannelEvent::Closed
            }
            (ChannelState::Closed, 0) => ChannelEvent::Closed,
            (ChannelState::Open | ChannelState::Closed, 1) => ChannelEvent::Opened,
            (_, 2) => ChannelEvent::Drained,
            (_, 3) => {
                self.pages[page].browser.connection_mut(key)?.channel.is_stuck = true;
                ChannelEvent::Congested
            }
            // Only who has the channel sends anything by it.
            (ChannelState::Open, _) if self.other_channel_is(page, key, ChannelState::Open) => {
                ChannelEvent::Received(Some("nonsense".to_owned()))
            }
            (ChannelState::Closed, _) => ChannelEvent::Received(Some("nonsense".to_owned())),
            (ChannelState::Connecting | ChannelState::Open, _) => return None,
        };
        Some(ConnectionEvent::Channel(event))
    }

    /// Returns `true` if the channel at the other end of a connection is in this state.
    fn other_channel_is(&self, page: usize, key: Key, state: ChannelState) -> bool {
        let me = self.pages[page].me();
        let connection = self.number_of(key.0).and_then(|other| self.pages[other].browser.with(me));
        connection.is_some_and(|connection| connection.channel.state == state)
    }

    fn tell_channel(&mut self, page: usize, key: Key, event: ChannelEvent, at: Duration) {
        let input = page::connection_event(key, ConnectionEvent::Channel(event));
        self.schedule(at, Event::ToPage { page, input });
    }
}
