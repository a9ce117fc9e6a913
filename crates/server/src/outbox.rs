//! What waits to be written to one connection.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tincan_protocol::{MAX_FRAME_BYTES, ServerMessage};
use tokio::sync::Notify;

/// The most bytes that wait for one connection: four of the largest messages, or the offers and
/// candidates of a full room. What the system's socket buffers hold comes on top.
const MAX_WAITING_BYTES: usize = 4 * MAX_FRAME_BYTES;

/// What a message takes beside its payload, in the queue and on the wire.
const MESSAGE_OVERHEAD_BYTES: usize = 128;

/// A queue bounded in bytes, since the largest message is a thousand times the smallest. Anyone
/// may put messages in; one writer takes them out.
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

/// The reader at the other end is too slow: the message was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Outbox {
    /// Puts a message in. An `error` always fits: it is small, and the last one.
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

    /// Drops what waits.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.waiting.clear();
        state.bytes = 0;
    }

    /// Lets the writer end after what waits.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
        self.closed.notify_one();
    }

    /// The next message as soon as there is one; none once the box is closed and empty.
    pub(crate) async fn next(&self) -> Option<ServerMessage> {
        loop {
            {
                let mut state = self.state();
                if let Some(message) = state.waiting.pop_front() {
                    state.bytes -= size(&message);
                    return Some(message);
                }
                if state.closed {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Waits until the box is closed, emptied or not.
    pub(crate) async fn closed(&self) {
        while !self.state().closed {
            self.closed.notified().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics between two of its changes, so a poisoned state is still whole.
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
        assert_eq!(now(outbox.next()), Poll::Ready(Some(ServerMessage::Pong)));
        assert_eq!(now(outbox.next()), Poll::Ready(None));
    }

    #[test]
    fn it_is_bounded_in_bytes_but_for_the_error() {
        let outbox = Outbox::default();
        let largest = signal(MAX_WAITING_BYTES - 2 * MESSAGE_OVERHEAD_BYTES);
        outbox.push(largest.clone()).unwrap();
        outbox.push(ServerMessage::Pong).unwrap();
        assert_eq!(outbox.push(ServerMessage::Pong), Err(Full));
        outbox.push(refusal::error(ErrorCode::TooSlow)).unwrap();

        // What was taken out makes room.
        assert_eq!(now(outbox.next()), Poll::Ready(Some(largest.clone())));
        outbox.push(signal(1)).unwrap();
        outbox.clear();
        outbox.push(largest).unwrap();
    }
}
