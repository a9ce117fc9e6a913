//! The ring before a call.

use serde::Serialize;

/// A message of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RingMessage {
    /// The page calls everyone who waits in the lobby. It is sent again to whoever is met anew
    /// while the ring goes on.
    Invite {
        /// Counts the rings of the sender.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender comes into the call.
    Accept {
        /// The ring.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender does not want to talk now.
    Decline {
        /// The ring.
        ring: RingId,
    },
    /// The sender's ring is over: the caller gave up, or nobody answered in time.
    Cancel {
        /// The ring. Those before it are over, too.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender's person is in another call.
    Busy {
        /// The ring.
        ring: RingId,
    },
}

/// Counts the rings of a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RingId(pub u64);
