//! Ownership of the rooms and of the outbox of every connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tincan_protocol::{ClientMessage, ErrorCode, ServerMessage};
use tracing::debug;

use crate::metrics::Metrics;
use crate::outbox::{Full, Outbox};
use crate::rooms::{ConnId, Input, Output, Rooms};

/// [`Rooms`] behind a lock, with an outbox for each connection.
///
/// A lock rather than an actor: an input takes well under a microsecond and never waits, since
/// outboxes refuse messages instead of blocking. A task would cost two queues and two wake-ups per
/// input. With the lock, an input has also taken effect when the call returns.
#[derive(Debug, Default)]
pub struct Hub {
    metrics: Arc<Metrics>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rooms: Rooms,
    outboxes: HashMap<ConnId, Arc<Outbox>>,
    is_shutting_down: bool,
}

impl Hub {
    /// Returns the number of open connections, whether in a room or not.
    pub fn connections(&self) -> usize {
        self.state().rooms.connections()
    }

    /// Returns the number of occupied rooms.
    pub fn rooms(&self) -> usize {
        self.state().rooms.len()
    }

    /// Returns `true` once the server is shutting down.
    pub(crate) fn is_shutting_down(&self) -> bool {
        self.state().is_shutting_down
    }

    /// Returns the counters of this process.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Tells every current and future connection that the server is shutting down, and closes it.
    pub fn shut_down(&self) {
        let mut state = self.state();
        state.is_shutting_down = true;
        let outputs = state.rooms.shut_down();
        state.carry_out(outputs, &self.metrics);
    }

    /// Registers a new connection.
    pub(crate) fn connect(self: &Arc<Self>) -> Connection {
        let mut state = self.state();
        let id = state.rooms.connect();
        let outbox = Arc::new(Outbox::default());
        state.outboxes.insert(id, Arc::clone(&outbox));
        if state.is_shutting_down {
            state.input(id, Input::Refuse(ErrorCode::ShuttingDown), &self.metrics);
        }
        drop(state);
        debug!(connection = %id, "connected");
        Connection { hub: Arc::clone(self), id, outbox }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code under the lock panics, so a poisoned state is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn input(&mut self, connection: ConnId, input: Input, metrics: &Metrics) {
        let outputs = self.rooms.handle(connection, input);
        self.carry_out(outputs, metrics);
    }

    fn carry_out(&mut self, mut outputs: Vec<Output>, metrics: &Metrics) {
        // A full outbox becomes one more input, which may have outputs of its own. Each such input
        // ends a connection, so the loop terminates.
        while !outputs.is_empty() {
            let mut slow = Vec::new();
            for output in outputs {
                match output {
                    Output::Send { to, message } => {
                        if let ServerMessage::Error { code, .. } = message {
                            metrics.refused(code);
                        }
                        let outbox = self.outboxes.get(&to);
                        if outbox.is_some_and(|outbox| outbox.push(message) == Err(Full)) {
                            slow.push(to);
                        }
                    }
                    Output::Close(connection) => {
                        if let Some(outbox) = self.outboxes.remove(&connection) {
                            outbox.close();
                        }
                    }
                }
            }
            outputs = slow.into_iter().flat_map(|connection| self.too_slow(connection)).collect();
        }
    }

    fn too_slow(&mut self, connection: ConnId) -> Vec<Output> {
        if let Some(outbox) = self.outboxes.get(&connection) {
            // The error must not queue behind messages that the client does not read.
            outbox.clear();
        }
        self.rooms.handle(connection, Input::Refuse(ErrorCode::TooSlow))
    }
}

/// A handle of one connection. When it is dropped, the peer leaves its room.
#[derive(Debug)]
pub(crate) struct Connection {
    hub: Arc<Hub>,
    id: ConnId,
    outbox: Arc<Outbox>,
}

impl Connection {
    /// Returns the id of this connection.
    pub(crate) fn id(&self) -> ConnId {
        self.id
    }

    /// Returns the counters of the process.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.hub.metrics
    }

    /// Returns the queue of messages to this connection.
    pub(crate) fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// Passes a message to the rooms.
    pub(crate) fn receive(&self, message: ClientMessage) {
        self.hub.state().input(self.id, Input::Message(message), &self.hub.metrics);
    }

    /// Refuses the connection: sends an `error` and closes it.
    pub(crate) fn refuse(&self, code: ErrorCode) {
        debug!(connection = %self.id, ?code, "refused");
        self.hub.state().input(self.id, Input::Refuse(code), &self.hub.metrics);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        state.input(self.id, Input::Disconnected, &self.hub.metrics);
        state.outboxes.remove(&self.id);
        drop(state);
        self.outbox.close();
        debug!(connection = %self.id, "disconnected");
    }
}
