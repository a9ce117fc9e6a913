//! The interface of a call: everything that comes in, that goes out, and that is shown.

mod command;
mod effect;
mod input;
pub(crate) mod view;

pub use command::Command;
pub(crate) use effect::Effects;
pub use effect::{CaptureTarget, Effect, OfferApplied, Operation, TransportPolicy};
pub use input::{
    CaptureEvent, ChannelEvent, ConnectionEvent, ConnectionState, Input, LocalTrack, SocketEvent,
};
