//! A peer connection, and what its media sections carry.

mod configuration;
mod events;
mod negotiator;
mod peer;
mod slots;

pub use peer::PeerConnection;
