//! The server of a world: the real rooms, and the idle timeout of connections.

use std::time::Duration;

use tincan_call::protocol::{ErrorCode, IDLE_TIMEOUT_SECONDS};
use tincan_server::rooms::{ConnId, Input as ToRooms};

use super::{Event, World};

const IDLE_TIMEOUT: Duration = Duration::from_secs(IDLE_TIMEOUT_SECONDS as u64);

impl World {
    /// Passes an input to the rooms.
    pub(super) fn serve(&mut self, connection: ConnId, input: ToRooms) {
        match input {
            ToRooms::Message(_) => self.restart_idle_timer(connection),
            ToRooms::Disconnected | ToRooms::Refuse(_) => {
                self.sent_at.remove(&connection);
            }
        }
        let outputs = self.rooms.handle(connection, input);
        self.carry_out(outputs);
    }

    /// Restarts the idle timeout of a connection that is new or has sent something. Messages to it
    /// do not count.
    pub(super) fn restart_idle_timer(&mut self, connection: ConnId) {
        self.sent_at.insert(connection, self.now);
        let event = Event::Idle { epoch: self.epoch, connection };
        self.schedule(self.now + IDLE_TIMEOUT, event);
    }

    /// Refuses a connection that has sent nothing for long. Fails if its page was able to send.
    pub(super) fn idle(&mut self, connection: ConnId) {
        let sent_at = self.sent_at.get(&connection);
        if sent_at.is_none_or(|at| self.now < *at + IDLE_TIMEOUT) {
            return;
        }
        if let Some(&(page, socket)) = self.sockets.get(&connection) {
            let slept = self.pages[page].asleep_until + IDLE_TIMEOUT > self.now;
            if self.pages[page].socket == Some(socket) && !slept {
                self.wrong = Some(format!("page {page} was closed as idle although it was awake"));
            }
        }
        self.serve(connection, ToRooms::Refuse(ErrorCode::Idle));
    }
}
