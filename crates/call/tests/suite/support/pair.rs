//! Two calls whose data channels are tied together, while each has a bench of its own.

use std::collections::VecDeque;
use std::rc::Rc;

use tincan_call::features::{ChatAuthor, ChatDelivery, ChatMessage};
use tincan_call::protocol::NegotiationId;
use tincan_call::{
    ChannelEvent, Command, ConnectionEvent, ConnectionState, Effect, FeatureCommand, Operation,
};

use super::{Bench, CallIs, operations};

pub fn say(text: &str) -> Command {
    Command::Feature(FeatureCommand::SendChat(text.into()))
}

/// Returns the texts that a page sends on the data channel.
pub fn channel_texts(effects: &[Effect]) -> Vec<String> {
    let texts = operations(effects).into_iter().filter_map(|operation| match operation {
        Operation::SendMessage { text, .. } => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

/// Opens the channel of a connection at one end. Returns the effects of the first message.
pub fn open_channel(bench: &mut Bench, connection: u64) -> Vec<Effect> {
    let event = ConnectionEvent::StateChanged(ConnectionState::Connected);
    bench.event_of(connection, event);
    bench.event_of(connection, ConnectionEvent::Channel(ChannelEvent::Opened));
    let hello = ChannelEvent::Received(Some(r#"{"type":"hello"}"#.to_owned()));
    bench.event_of(connection, ConnectionEvent::Channel(hello))
}

/// Has the peer start again with a new connection, and agrees on it.
pub fn rebuild(bench: &mut Bench, connection: u64) -> Vec<Effect> {
    let effects = bench.offer(connection, None, 100 + connection);
    let negotiation = NegotiationId(100 + connection);
    let sdp = "a=ice-ufrag:ada\n".to_owned();
    bench.event_of(connection, ConnectionEvent::AnswerCreated { negotiation, sdp });
    effects
}

/// Returns the texts of this page's person, or of the peer.
pub fn texts_of(bench: &Bench, mine: bool) -> Vec<String> {
    let chat = Rc::clone(&bench.view().features.chat);
    let messages = chat.iter().filter(|message| is_mine(message) == mine);
    messages.map(|message| message.text.to_string()).collect()
}

fn is_mine(message: &ChatMessage) -> bool {
    matches!(message.author, ChatAuthor::Me(_))
}

/// Returns the states of this page's messages at those whom they went to.
pub fn deliveries(bench: &Bench) -> Vec<Vec<ChatDelivery>> {
    let chat = Rc::clone(&bench.view().features.chat);
    let states = chat.iter().filter_map(|message| match &message.author {
        ChatAuthor::Me(recipients) => {
            Some(recipients.iter().map(|recipient| recipient.delivery).collect())
        }
        ChatAuthor::Peer(..) => None,
    });
    states.collect()
}

/// One end of a pair.
pub struct End {
    pub bench: Bench,
    /// The messages of its channel that have not arrived at the other end.
    pub outgoing: VecDeque<String>,
    said: usize,
}

/// Two calls. What one sends on its data channel can be delivered to the other.
pub struct Pair {
    pub ends: [End; 2],
    connection: u64,
    /// The number of messages that have passed the channels.
    pub carried: usize,
}

impl Pair {
    pub fn new() -> Self {
        let ends = [CallIs::Impolite, CallIs::Polite].map(|call_is| {
            let mut bench = Bench::connected(call_is);
            open_channel(&mut bench, 1);
            End { bench, outgoing: VecDeque::new(), said: 0 }
        });
        Self { ends, connection: 1, carried: 0 }
    }

    fn take(&mut self, end: usize, effects: &[Effect]) {
        self.ends[end].outgoing.extend(channel_texts(effects));
    }

    /// Has an end say its next text.
    pub fn say(&mut self, end: usize) {
        let number = self.ends[end].said;
        self.ends[end].said += 1;
        let effects = self.ends[end].bench.command(say(&format!("{end}: {number}")));
        self.take(end, &effects);
    }

    /// Delivers the next message of an end to the other.
    pub fn deliver(&mut self, end: usize) {
        if let Some(text) = self.ends[end].outgoing.pop_front() {
            self.carried += 1;
            let event = ConnectionEvent::Channel(ChannelEvent::Received(Some(text)));
            let effects = self.ends[1 - end].bench.event_of(self.connection, event);
            self.take(1 - end, &effects);
        }
    }

    /// Refuses the next message of an end, since its buffer is full, and drains the buffer at once.
    pub fn congest(&mut self, end: usize) {
        self.ends[end].outgoing.pop_back();
        for event in [ChannelEvent::Congested, ChannelEvent::Drained] {
            let event = ConnectionEvent::Channel(event);
            let effects = self.ends[end].bench.event_of(self.connection, event);
            self.take(end, &effects);
        }
    }

    pub fn wait(&mut self, millis: u64) {
        for end in 0..2 {
            let effects = self.ends[end].bench.wait_millis(millis);
            self.take(end, &effects);
        }
    }

    /// Loses the connection with everything that is on its way, and builds another. While there is
    /// none, each end says something.
    pub fn rebuild(&mut self) {
        self.connection += 1;
        for end in 0..2 {
            self.ends[end].outgoing.clear();
            let effects = rebuild(&mut self.ends[end].bench, self.connection);
            assert_eq!(channel_texts(&effects), [] as [&str; 0], "there is no channel");
            self.say(end);
            assert_eq!(self.ends[end].outgoing, [] as [&str; 0]);
        }
        for end in 0..2 {
            let effects = open_channel(&mut self.ends[end].bench, self.connection);
            self.take(end, &effects);
        }
    }

    /// Delivers everything until nothing is left to do.
    pub fn finish(&mut self) {
        let mut idle = 0;
        while idle < 3 {
            idle += 1;
            for end in 0..2 {
                while !self.ends[end].outgoing.is_empty() {
                    self.deliver(end);
                    idle = 0;
                }
            }
            self.wait(100);
        }
    }

    /// Checks that each end has everything of the other once, in order, and knows it.
    pub fn check(&self) {
        for end in 0..2 {
            let (mine, theirs) = (&self.ends[end], &self.ends[1 - end]);
            let said = |end: usize, count| -> Vec<_> {
                (0..count).map(|number| format!("{end}: {number}")).collect()
            };
            assert_eq!(texts_of(&mine.bench, true), said(end, mine.said));
            assert_eq!(texts_of(&mine.bench, false), said(1 - end, theirs.said));
            let expected = vec![vec![ChatDelivery::Delivered]; mine.said];
            assert_eq!(deliveries(&mine.bench), expected);
        }
    }
}
