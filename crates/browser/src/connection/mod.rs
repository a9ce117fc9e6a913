//! A peer connection: what its media sections carry, and its data channel.

mod agreement;
mod channel;
mod configuration;
mod encoder;
mod events;
mod lazy;
mod negotiator;
mod peer;
mod report;
mod sections;
mod statistics;
mod transport;

pub(crate) use channel::RawChannel;
pub(crate) use lazy::{Connection, OpenConnection, load_connections};
pub(crate) use peer::ChannelSink;
pub use peer::PeerConnection;
pub use report::{RawReport, ReportSink};
