//! The queue of messages to be written to one connection.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tincan_protocol::{MAX_FRAME_BYTES, ServerMessage};
use tokio::sync::Notify;

/// The maximum number of queued bytes per connection: four of the largest messages, or the offers
/// and candidates of a full room. The socket buffers of the system hold more.
const MAX_WAITING_BYTES: usize = 4 * MAX_FRAME_BYTES;

/// The size of a message besides its payload, in the queue and on the wire.
const MESSAGE_OVERHEAD_BYTES: usize = 128;

/// A queue bounded in bytes, since the largest message is a thousand times the size of the
/// smallest. It has any number of producers and one consumer, the writer.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    changed: Notify,
    closed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<ServerMessage>,
    bytes: usize,
    closed: bool,
}

impl State {
    fn take(&mut self) -> Option<ServerMessage> {
        let message = self.waiting.pop_front()?;
        self.bytes -= size(&message);
        Some(message)
    }
}

/// The error of a full queue: the client reads too slowly, and the message was not queued.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Outbox {
    /// Queues a message. An `error` always fits: it is small, and the last message.
    pub(crate) fn push(&self, message: ServerMessage) -> Result<(), Full> {
        let bytes = size(&message);
        let mut state = self.state();
        let fits = state.bytes + bytes <= MAX_WAITING_BYTES;
        if !fits && !matches!(message, ServerMessage::Error { .. }) {
            return Err(Full);
        }
        state.bytes += bytes;
        state.waiting.push_back(message);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Drops all queued messages.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.waiting.clear();
        state.bytes = 0;
    }

    /// Closes the queue. The writer still gets the messages that are queued.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
        self.closed.notify_one();
    }

    /// Waits for the next message. Returns `None` once the queue is closed and empty.
    pub(crate) async fn next(&self) -> Option<ServerMessage> {
        loop {
            {
                let mut state = self.state();
                if let Some(message) = state.take() {
                    return Some(message);
                }
                if state.closed {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Returns the next message if one is queued.
    pub(crate) fn take(&self) -> Option<ServerMessage> {
        self.state().take()
    }

    /// Waits until the queue is closed, even if it is not empty.
    pub(crate) async fn closed(&self) {
        while !self.state().closed {
            self.closed.notified().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code under the lock panics, so a poisoned state is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(message: &ServerMessage) -> usize {
    let payload = match message {
        ServerMessage::Signal { payload, .. } => payload.len(),
        ServerMessage::Joined { .. }
        | ServerMessage::PeerJoined { .. }
        | ServerMessage::PeerLeft { .. }
        | ServerMessage::Pong
        | ServerMessage::IceServers { .. }
        | ServerMessage::Error { .. }
        | ServerMessage::Unknown => 0,
    };
    MESSAGE_OVERHEAD_BYTES + payload
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use tincan_protocol::{ErrorCode, PeerId};

    use super::*;
    use crate::refusal;

    fn now<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    fn signal(bytes: usize) -> ServerMessage {
        ServerMessage::Signal { from: PeerId::from_bytes([0; 16]), payload: "x".repeat(bytes) }
    }

    #[test]
    fn messages_come_out_in_order_and_then_the_end() {
        let outbox = Outbox::default();
        assert_eq!(now(outbox.next()), Poll::Pending);
        outbox.push(signal(1)).unwrap();
        outbox.push(ServerMessage::Pong).unwrap();
        assert_eq!(now(outbox.closed()), Poll::Pending);
        outbox.close();
        assert_eq!(now(outbox.closed()), Poll::Ready(()));
        assert_eq!(now(outbox.next()), Poll::Ready(Some(signal(1))));
        assert_eq!(outbox.take(), Some(ServerMessage::Pong));
        assert_eq!(outbox.take(), None);
        assert_eq!(now(outbox.next()), Poll::Ready(None));
    }

    #[test]
    fn the_queue_is_bounded_in_bytes_except_for_errors() {
        let outbox = Outbox::default();
        let largest = signal(MAX_WAITING_BYTES - 2 * MESSAGE_OVERHEAD_BYTES);
        outbox.push(largest.clone()).unwrap();
        outbox.push(ServerMessage::Pong).unwrap();
        assert_eq!(outbox.push(ServerMessage::Pong), Err(Full));
        outbox.push(refusal::error(ErrorCode::TooSlow)).unwrap();

        // Taking a message out frees space.
        assert_eq!(now(outbox.next()), Poll::Ready(Some(largest.clone())));
        outbox.push(signal(1)).unwrap();
        outbox.clear();
        outbox.push(largest).unwrap();
    }
}
