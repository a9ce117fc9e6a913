//! The secret of the invite link, and the sealed payloads that only its holders can open.

mod replay;
mod seal;
mod secret;

pub use seal::{Envelopes, OpenError, SealError};
pub use secret::RoomSecret;
