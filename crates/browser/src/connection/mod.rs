//! A peer connection, and what its media sections carry.

mod agreement;
mod configuration;
mod encoder;
mod events;
mod negotiator;
mod peer;
mod slots;
mod statistics;
mod transport;

pub use peer::PeerConnection;
