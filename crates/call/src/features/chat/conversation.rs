//! The messages between this page and one peer.
//!
//! A sender numbers its messages to a receiver, and keeps each until the receiver says that it has
//! arrived. It sends a batch, and the next one when that has arrived. When the data channel is
//! another, what has not arrived is sent again, from the first. The receiver takes nothing twice.
//!
//! Each batch starts with the first message that is not known to have arrived. So a receiver that
//! remembers nothing of the sender continues where the sender does, and messages that were given up
//! are skipped.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{FeatureMessage, MAX_CHAT_BATCH};

use super::{ChatPolicy, chat_text};

/// The messages between this page and one peer.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    outbox: Outbox,
    /// The number of the last message of the peer that has arrived.
    received: u64,
    /// The peer does not know about `received` yet.
    owes_receipt: bool,
    /// The time at which the peer was sent anything last.
    told_at: Option<Duration>,
}

/// The messages to a peer that are not known to have arrived.
#[derive(Debug, Default)]
struct Outbox {
    /// The number of the message before the first one.
    acknowledged: u64,
    /// A list: it is short unless the peer is away.
    waiting: Vec<Waiting>,
    /// The number of those that are on their way in the data channel.
    in_flight: usize,
}

/// A message that is not known to have arrived.
#[derive(Debug)]
struct Waiting {
    /// Its id on this page.
    id: u64,
    text: Rc<str>,
}

impl Conversation {
    /// Adds a message to the peer, after so many to anybody. Returns `false` if too many wait.
    pub(super) fn push(&mut self, id: u64, text: &Rc<str>, sent: u64, policy: &ChatPolicy) -> bool {
        let outbox = &mut self.outbox;
        if outbox.waiting.len() >= policy.max_waiting {
            return false;
        }
        if outbox.waiting.is_empty() {
            // Never a number again that the peer may have seen, even if this page forgot it.
            outbox.acknowledged = outbox.acknowledged.max(sent);
        }
        outbox.waiting.push(Waiting { id, text: Rc::clone(text) });
        true
    }

    /// The way that messages take is another, and what was on its way may be lost.
    pub(super) fn on_route_changed(&mut self) {
        self.outbox.in_flight = 0;
        self.owes_receipt = self.received > 0;
    }

    /// Takes the number of the last message that the peer has. Returns the ids of those that have
    /// arrived now.
    pub(super) fn on_receipt(&mut self, received: u64) -> Vec<u64> {
        let outbox = &mut self.outbox;
        let arrived = received.saturating_sub(outbox.acknowledged);
        // It cannot have what was not sent.
        let arrived = usize::try_from(arrived).unwrap_or(usize::MAX).min(outbox.in_flight);
        outbox.in_flight -= arrived;
        outbox.acknowledged += arrived as u64;
        outbox.waiting.drain(..arrived).map(|waiting| waiting.id).collect()
    }

    /// Takes messages of the peer. Returns the texts that are new, and can be shown.
    pub(super) fn on_messages(&mut self, first: u64, messages: &[String]) -> Vec<Rc<str>> {
        self.owes_receipt |= !messages.is_empty();
        let before = first.saturating_sub(1);
        self.received = self.received.max(before);
        let known = usize::try_from(self.received - before).unwrap_or(usize::MAX);
        let mut texts = Vec::new();
        for message in messages.iter().take(MAX_CHAT_BATCH).skip(known) {
            let Some(number) = self.received.checked_add(1) else { break };
            self.received = number;
            texts.extend(chat_text(message));
        }
        texts
    }

    /// Gives up what has not arrived.
    pub(super) fn give_up(&mut self) {
        self.outbox.in_flight = 0;
        self.outbox.waiting.clear();
    }

    /// Returns the ids of the messages that have not arrived.
    pub(super) fn waiting(&self) -> Vec<u64> {
        self.outbox.waiting.iter().map(|waiting| waiting.id).collect()
    }

    /// Returns when there is something to send by a channel that carries messages.
    pub(super) fn deadline(&self, policy: &ChatPolicy) -> Option<Duration> {
        let has_batch = self.outbox.in_flight == 0 && !self.outbox.waiting.is_empty();
        (has_batch || self.owes_receipt)
            .then(|| self.told_at.map_or(Duration::ZERO, |at| at + policy.interval))
    }

    /// Returns the next message on the channel, if it is time.
    pub(super) fn next(&mut self, now: Duration, policy: &ChatPolicy) -> Option<FeatureMessage> {
        self.deadline(policy).filter(|at| now >= *at)?;
        let messages = if self.outbox.in_flight == 0 { self.batch(policy) } else { Vec::new() };
        (self.told_at, self.owes_receipt) = (Some(now), false);
        let first = self.outbox.acknowledged + 1;
        Some(FeatureMessage::Chat { received: self.received, first, messages })
    }

    /// Returns the next messages, which are on their way from now on.
    fn batch(&mut self, policy: &ChatPolicy) -> Vec<String> {
        let mut bytes = 0;
        let fits = |waiting: &&Waiting| {
            let is_first = bytes == 0;
            bytes += waiting.text.len();
            is_first || bytes <= policy.batch_bytes
        };
        let waiting = self.outbox.waiting.iter().take(MAX_CHAT_BATCH).take_while(fits);
        let batch: Vec<_> = waiting.map(|waiting| waiting.text.to_string()).collect();
        self.outbox.in_flight = batch.len();
        batch
    }
}
