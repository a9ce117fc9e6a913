//! The messages that are shown.

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{Name, PeerId};

use super::ChatPolicy;

/// A message that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Tells it from all others of this page. It grows from each message to the next.
    pub id: u64,
    /// The time at which it was sent from this page, or arrived at it, by the clock of
    /// [`Call::handle`](crate::Call::handle).
    pub at: Duration,
    /// The one who wrote it.
    pub author: ChatAuthor,
    /// The text.
    pub text: Rc<str>,
}

/// The author of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatAuthor {
    /// This page's person. The message went to these, who were in the call then.
    Me(Vec<ChatRecipient>),
    /// A peer, and their name at that time, which may be empty.
    Peer(PeerId, Name),
}

/// Somebody whom a message of this page's person went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRecipient {
    /// Their page.
    pub peer: PeerId,
    /// Their name at that time, which may be empty.
    pub name: Name,
    /// The state of the message at them.
    pub delivery: ChatDelivery,
}

/// The state of a message at one of those whom it went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatDelivery {
    /// It is on its way, or waits for a way.
    Waiting,
    /// It has arrived.
    Delivered,
    /// They left before it arrived, or too many wait for them.
    Missed,
}

/// The messages that are shown, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    messages: Rc<Vec<Rc<ChatMessage>>>,
    bytes: usize,
}

impl Log {
    /// Adds a message, and drops the oldest ones beyond the limits.
    pub(super) fn add(&mut self, message: Rc<ChatMessage>, policy: &ChatPolicy) {
        self.bytes += message.text.len();
        let messages = Rc::make_mut(&mut self.messages);
        messages.push(message);
        let mut dropped = 0;
        let is_beyond =
            |count, bytes| count > policy.max_messages.max(1) || bytes > policy.max_bytes;
        while is_beyond(messages.len() - dropped, self.bytes) && dropped + 1 < messages.len() {
            self.bytes -= messages[dropped].text.len();
            dropped += 1;
        }
        messages.drain(..dropped);
    }

    /// Records the state of some of this page's messages at a peer, if they are shown still. The
    /// ids are in their order.
    pub(super) fn set_delivery(&mut self, ids: &[u64], peer: PeerId, delivery: ChatDelivery) {
        let [first, ..] = ids else { return };
        let messages = Rc::make_mut(&mut self.messages);
        let start = messages.partition_point(|message| message.id < *first);
        for message in &mut messages[start..] {
            if ids.binary_search(&message.id).is_ok()
                && let ChatAuthor::Me(recipients) = &mut Rc::make_mut(message).author
                && let Some(recipient) = recipients.iter_mut().find(|who| who.peer == peer)
            {
                recipient.delivery = delivery;
            }
        }
    }

    pub(super) fn messages(&self) -> Rc<Vec<Rc<ChatMessage>>> {
        Rc::clone(&self.messages)
    }
}
