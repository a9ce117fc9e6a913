//! A peer connection: what its media sections carry, and its data channel.

mod agreement;
mod channel;
mod configuration;
mod encoder;
mod events;
mod negotiator;
mod peer;
mod slots;
mod statistics;
mod transport;

pub use peer::PeerConnection;
