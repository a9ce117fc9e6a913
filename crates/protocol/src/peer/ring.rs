//! The ring before a call.

use serde::Serialize;

/// A message of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RingMessage {
    /// The page calls everyone in the lobby. It is sent again to peers that become present during
    /// the ring.
    Invite {
        /// The id of the ring.
        ring: RingId,
    },
    /// The sender accepts the receiver's ring and joins the call.
    Accept {
        /// The ring.
        ring: RingId,
    },
    /// The sender declines the receiver's ring.
    Decline {
        /// The ring.
        ring: RingId,
    },
    /// The sender's ring has ended: the caller gave up, or nobody answered in time.
    Cancel {
        /// The ring. Earlier rings have ended, too.
        ring: RingId,
    },
    /// The person of the sender is in another call and does not answer the receiver's ring.
    Busy {
        /// The ring.
        ring: RingId,
    },
}

/// The number of a ring among all of a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RingId(pub u64);
