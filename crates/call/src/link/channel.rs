//! The data channel of a connection: the path for messages of features, beside the media.
//!
//! ```text
//!              Opened                  Received              Congested
//!   Opening ------------> Unconfirmed ----------> Confirmed <----------> Congested
//!                                                             Drained
//!
//!   any state ------> Closed    by `Closed`, or by more messages than the peer may send
//! ```
//!
//! Both sides make the channel with one id in advance, so it is part of the first offer and opens
//! with the connection. But it also opens if the other side does not have it: browsers accept its
//! section in any offer. So this side greets the peer when the channel opens, and sends nothing
//! else before a message of the peer has arrived.
//!
//! Without a channel that is confirmed, messages of features go sealed by the server. What was sent
//! by a channel that closes may be lost, so the features tell it again: see [`Step::RouteChanged`].

use std::time::Duration;

use tincan_protocol::{ChannelMessage, FeatureMessage, MAX_PEER_MESSAGE_BYTES, from_json, to_json};

use crate::api::{ChannelEvent, Operation};
use crate::coverage::{self, Machine};
use crate::policy::ChannelPolicy;

/// The state of a data channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Not open yet, or never.
    #[default]
    Opening,
    /// Open here. It is not known whether the peer has it.
    Unconfirmed,
    /// It carries messages both ways.
    Confirmed,
    /// It takes no messages before what waits is sent.
    Congested,
    /// Closed for as long as the connection lasts.
    Closed,
}

/// A request to the link.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    None,
    /// Send the first message.
    Greet,
    /// A message arrived. If it is the first one, the channel carries messages from now on.
    Received {
        message: Option<FeatureMessage>,
        is_first: bool,
    },
    /// The channel carries messages no longer, and what was sent may be lost.
    RouteChanged,
    /// The peer sends too much: close the channel. What was sent may be lost.
    Abused,
}

/// The data channel of one connection.
#[derive(Debug, Default)]
pub(super) struct Channel {
    state: State,
    received: RateLimit,
}

impl Channel {
    /// Takes an event.
    pub(super) fn on(
        &mut self,
        event: ChannelEvent,
        now: Duration,
        policy: &ChannelPolicy,
    ) -> Step {
        coverage::record(Machine::Channel, || Some((self.state_name(), name(&event))));
        match (self.state, event) {
            // Nothing arrives before the channel is open (W3C webrtc-pc, section 6.2), and nothing
            // but a greeting could: without ours the peer sends no message of a feature.
            (State::Closed, _)
            | (State::Opening, ChannelEvent::Received(_))
            | (State::Unconfirmed | State::Confirmed | State::Congested, ChannelEvent::Opened)
            | (
                State::Opening | State::Unconfirmed,
                ChannelEvent::Congested | ChannelEvent::Drained,
            )
            | (State::Confirmed, ChannelEvent::Drained)
            | (State::Congested, ChannelEvent::Congested) => Step::None,
            (State::Opening, ChannelEvent::Opened) => {
                self.state = State::Unconfirmed;
                Step::Greet
            }
            (_, ChannelEvent::Received(text)) => self.on_received(text.as_deref(), now, policy),
            (State::Confirmed, ChannelEvent::Congested) => {
                self.state = State::Congested;
                Step::RouteChanged
            }
            (State::Congested, ChannelEvent::Drained) => {
                self.state = State::Confirmed;
                Step::None
            }
            (State::Opening | State::Unconfirmed, ChannelEvent::Closed) => {
                self.state = State::Closed;
                Step::None
            }
            (State::Confirmed | State::Congested, ChannelEvent::Closed) => {
                self.state = State::Closed;
                Step::RouteChanged
            }
        }
    }

    /// Returns `true` if it carries messages.
    pub(super) fn is_confirmed(&self) -> bool {
        self.state == State::Confirmed
    }

    /// Starts over with the channel of another connection. Returns `true` if messages may be lost.
    pub(super) fn replace_connection(&mut self) -> bool {
        let may_lose = matches!(self.state, State::Confirmed | State::Congested);
        self.state = State::Opening;
        may_lose
    }

    fn on_received(&mut self, text: Option<&str>, now: Duration, policy: &ChannelPolicy) -> Step {
        if !self.received.accept(now, policy) {
            self.state = State::Closed;
            return Step::Abused;
        }
        let is_first = self.state == State::Unconfirmed;
        if is_first {
            self.state = State::Confirmed;
        }
        Step::Received { message: text.and_then(read), is_first }
    }

    fn state_name(&self) -> &'static str {
        match self.state {
            State::Opening => "opening",
            State::Unconfirmed => "unconfirmed",
            State::Confirmed => "confirmed",
            State::Congested => "congested",
            State::Closed => "closed",
        }
    }
}

/// Returns the name of an event for the coverage.
fn name(event: &ChannelEvent) -> &'static str {
    match event {
        ChannelEvent::Opened => "opened",
        ChannelEvent::Received(_) => "received",
        ChannelEvent::Congested => "congested",
        ChannelEvent::Drained => "drained",
        ChannelEvent::Closed => "closed",
    }
}

/// Returns the operation that sends a message; none if it is too long.
pub(super) fn send(message: &ChannelMessage, policy: &ChannelPolicy) -> Option<Operation> {
    let text = to_json(message).filter(|text| text.len() <= MAX_PEER_MESSAGE_BYTES)?;
    Some(Operation::SendMessage { text, max_buffered: policy.max_buffered })
}

/// Reads a message of a feature.
fn read(text: &str) -> Option<FeatureMessage> {
    if text.len() > MAX_PEER_MESSAGE_BYTES {
        return None;
    }
    match from_json(text.as_bytes())? {
        ChannelMessage::Hello => None,
        ChannelMessage::Feature(message) => Some(message),
    }
}

/// A limit on the rate of messages: a token bucket, kept as the time at which it is full again.
#[derive(Debug, Default)]
struct RateLimit {
    full_at: Duration,
}

impl RateLimit {
    /// Takes one message. Returns `false` if it is too many.
    fn accept(&mut self, now: Duration, policy: &ChannelPolicy) -> bool {
        let interval = Duration::from_secs(1) / policy.per_second.max(1);
        let full_at = self.full_at.max(now) + interval;
        let is_within = full_at <= now + interval * policy.burst;
        if is_within {
            self.full_at = full_at;
        }
        is_within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(text: &str) -> ChannelEvent {
        ChannelEvent::Received(Some(text.to_owned()))
    }

    const HELLO: &str = r#"{"type":"hello"}"#;

    #[test]
    fn every_pair_of_state_and_event_has_its_step() {
        use State::{Closed, Confirmed, Congested, Opening, Unconfirmed};
        let first = || Step::Received { message: None, is_first: true };
        let later = || Step::Received { message: None, is_first: false };
        let events = || {
            [
                ChannelEvent::Opened,
                received(HELLO),
                ChannelEvent::Congested,
                ChannelEvent::Drained,
                ChannelEvent::Closed,
            ]
        };
        let (none, lost) = (|| Step::None, || Step::RouteChanged);
        for (state, expected) in [
            (
                Opening,
                [
                    (Step::Greet, Unconfirmed),
                    (none(), Opening),
                    (none(), Opening),
                    (none(), Opening),
                    (none(), Closed),
                ],
            ),
            (
                Unconfirmed,
                [
                    (none(), Unconfirmed),
                    (first(), Confirmed),
                    (none(), Unconfirmed),
                    (none(), Unconfirmed),
                    (none(), Closed),
                ],
            ),
            (
                Confirmed,
                [
                    (none(), Confirmed),
                    (later(), Confirmed),
                    (lost(), Congested),
                    (none(), Confirmed),
                    (lost(), Closed),
                ],
            ),
            (
                Congested,
                [
                    (none(), Congested),
                    (later(), Congested),
                    (none(), Congested),
                    (none(), Confirmed),
                    (lost(), Closed),
                ],
            ),
            (
                Closed,
                [
                    (none(), Closed),
                    (none(), Closed),
                    (none(), Closed),
                    (none(), Closed),
                    (none(), Closed),
                ],
            ),
        ] {
            for (event, expected) in events().into_iter().zip(expected) {
                let mut channel = Channel { state, received: RateLimit::default() };
                let step = channel.on(event.clone(), Duration::ZERO, &ChannelPolicy::default());
                assert_eq!((step, channel.state), expected, "{state:?}, {event:?}");
            }
        }
    }

    #[test]
    fn a_burst_is_taken_and_then_a_steady_rate() {
        let policy = ChannelPolicy { burst: 5, per_second: 10, ..ChannelPolicy::default() };
        let mut limit = RateLimit::default();
        let mut taken = |millis: u64, times: u32| {
            let now = Duration::from_millis(millis);
            (0..times).filter(|_| limit.accept(now, &policy)).count()
        };
        for (millis, times, expected) in
            [(0, 9, 5), (50, 1, 0), (100, 3, 1), (350, 9, 2), (10_000, 9, 5)]
        {
            assert_eq!(taken(millis, times), expected, "{millis}");
        }
    }
}
