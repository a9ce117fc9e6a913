//! The one owner of the rooms, and of the way to every connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tincan_protocol::{ClientMessage, ErrorCode};
use tracing::debug;

use crate::outbox::{Full, Outbox};
use crate::rooms::{ConnId, Input, Output, Rooms};

/// [`Rooms`] behind a lock, with an outbox for each connection.
///
/// A lock and not an actor: an input takes well under a microsecond in memory and never waits,
/// since outboxes refuse instead of blocking, so the lock is cheaper than the two queues and two
/// wake-ups of a task in between; and an input has taken effect when the call returns.
#[derive(Debug, Default)]
pub struct Hub {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rooms: Rooms,
    outboxes: HashMap<ConnId, Arc<Outbox>>,
    shutting_down: bool,
}

impl Hub {
    /// The number of connections that are open, in a room or not.
    pub fn connections(&self) -> usize {
        self.state().rooms.connections()
    }

    /// The number of rooms with somebody in them.
    pub fn rooms(&self) -> usize {
        self.state().rooms.len()
    }

    /// Tells every connection, and each one that still comes, that the server is shutting down,
    /// and closes it.
    pub fn shut_down(&self) {
        let mut state = self.state();
        state.shutting_down = true;
        let outputs = state.rooms.shut_down();
        state.carry_out(outputs);
    }

    /// Takes in a new connection.
    pub(crate) fn connect(self: &Arc<Self>) -> Connection {
        let mut state = self.state();
        let id = state.rooms.connect();
        let outbox = Arc::new(Outbox::default());
        state.outboxes.insert(id, Arc::clone(&outbox));
        if state.shutting_down {
            state.input(id, Input::Refuse(ErrorCode::ShuttingDown));
        }
        drop(state);
        debug!(connection = %id, "connected");
        Connection { hub: Arc::clone(self), id, outbox }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics, so a poisoned state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn input(&mut self, connection: ConnId, input: Input) {
        let outputs = self.rooms.handle(connection, input);
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, mut outputs: Vec<Output>) {
        // A full outbox is one more input, with outputs of its own; each ends a connection, so
        // this ends too.
        while !outputs.is_empty() {
            let mut slow = Vec::new();
            for output in outputs {
                match output {
                    Output::Send { to, message } => {
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
            // The error shall not wait behind all that was not taken.
            outbox.clear();
        }
        self.rooms.handle(connection, Input::Refuse(ErrorCode::TooSlow))
    }
}

/// One connection's hold on the hub: as soon as it is dropped, the peer has left its room.
#[derive(Debug)]
pub(crate) struct Connection {
    hub: Arc<Hub>,
    id: ConnId,
    outbox: Arc<Outbox>,
}

impl Connection {
    /// Which connection this is.
    pub(crate) fn id(&self) -> ConnId {
        self.id
    }

    /// What is to be written to this connection.
    pub(crate) fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// Passes a message on to the rooms.
    pub(crate) fn receive(&self, message: ClientMessage) {
        self.hub.state().input(self.id, Input::Message(message));
    }

    /// Has the connection refused: an `error` goes out, and it is closed.
    pub(crate) fn refuse(&self, code: ErrorCode) {
        debug!(connection = %self.id, ?code, "refused");
        self.hub.state().input(self.id, Input::Refuse(code));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        state.input(self.id, Input::Disconnected);
        state.outboxes.remove(&self.id);
        drop(state);
        self.outbox.close();
        debug!(connection = %self.id, "disconnected");
    }
}
