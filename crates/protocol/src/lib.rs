//! The wire protocol of Tincan: the messages between a page and the signaling server, and the
//! messages between pages inside sealed payloads.
//!
//! Types only. Nothing here opens a socket, keeps state or decides anything; `PROTOCOL.md` is the
//! same in prose. Every frame is one JSON object in one WebSocket text message.

mod bytes16;
mod client;
mod exposed_link;
mod file_name;
mod ids;
mod json;
mod limits;
mod mids;
mod name;
mod peer;
mod server;

pub use client::ClientMessage;
pub use exposed_link::{EXPOSED_LINK_FRAGMENT, explain_exposed_link};
pub use file_name::FileName;
pub use ids::{IdError, MachineId, PeerId, PeerSecret, RoomId, TransferId};
pub use json::{from_json, to_json};
pub use limits::*;
pub use mids::MidSources;
pub use name::Name;
pub use peer::{
    Answer, Candidate, ChannelMessage, ConnectionId, FeatureMessage, FileAnswer, FileDigest,
    FileMessage, NegotiationId, NegotiationMessage, Offer, PeerMessage, PeerState, RingId,
    RingMessage, Source, SourceState, SourceStates, feature,
};
pub use server::{ErrorCode, IceServer, ServerMessage};
