//! The events of the connection to the signaling server, its steps and its states.

use std::time::Duration;

use tincan_protocol::ClientMessage;

/// An event of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The page enters the room.
    Start,
    /// The page leaves the room.
    Stop,
    /// The socket is open.
    Opened,
    /// The server reports that the page is in the room.
    Joined,
    /// A message of the server arrived. Only `pong` shows that what the page sends arrives.
    Message { is_pong: bool },
    /// The socket is closed.
    Closed,
    /// The result of a probe: the server is there, or not.
    Probed(bool),
    /// The page became visible: a good moment to try again.
    Awake,
    /// The network is another: the socket went by way of the old one.
    NetworkChanged,
    /// A link waits for the server, or none does. Told again and again.
    Urgent(bool),
    /// Time has passed.
    Clock,
}

/// A request to the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    None,
    /// Open the socket, in place of any that is open.
    Open,
    /// Send this.
    Send(ClientMessage),
    /// Close the socket.
    Close,
    /// Tell the server that the page leaves, then close the socket.
    Leave,
    /// Probe the server.
    Probe,
    /// The page is in the room.
    Entered,
}

/// The state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Off,
    Opening {
        until: Duration,
    },
    Joining {
        until: Duration,
    },
    Online {
        since: Duration,
        ping_at: Duration,
    },
    Pinged {
        since: Duration,
        asked_at: Duration,
        until: Duration,
    },
    /// The next attempt is at `until`. If it is urgent, the server is probed meanwhile.
    Waiting {
        until: Duration,
        probe_at: Duration,
    },
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Opening { .. } => "opening",
            Self::Joining { .. } => "joining",
            Self::Online { .. } => "online",
            Self::Pinged { .. } => "pinged",
            Self::Waiting { .. } => "waiting",
        }
    }
}
