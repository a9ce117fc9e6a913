//! The ring before a call: calls that this page makes, calls that it gets, and how they end so that
//! both sides agree.
//!
//! ```text
//! caller   Lobby --Call--> Calling --accept, or the other calls too--> InCall
//!            ^                |
//!            +----------------+  cancel; 45 s; each one declined, is busy or is gone
//!
//! callee   Lobby --invite--> Lobby, called --Accept--> InCall
//!            ^                   |                        |
//!            +-------------------+------------------------+  cancel; the caller is gone, or in
//!                                                            neither case came into the call
//! ```
//!
//! - A ring has an id, and its end outlives it: an invitation that arrives after its cancellation
//!   rings nobody, and an answer to a ring that is over is nothing.
//! - No single message matters. A peer that becomes present is told again what still counts.
//! - Where cancel and accept cross, cancel wins: the caller is back in the lobby and drops the
//!   answer, and the callee goes back when the cancellation comes.

mod freeze;
mod incoming;
mod outgoing;

pub(crate) use freeze::FreezeDetector;
pub(crate) use incoming::{Absence, Event, IncomingCall, Reply, Step};
pub(crate) use outgoing::{CalleeEvent, OutgoingCall};
