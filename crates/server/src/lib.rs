//! The signaling server of Tincan: it brings the pages that hold one link together, carries their
//! sealed payloads, and serves the built page.
//!
//! From the inside out:
//! - [`rooms`]: who is in which room, as a pure state machine;
//! - [`Hub`]: the rooms of a process and the way to each connection;
//! - [`IceServers`]: which STUN and TURN servers a page is told of, and until when;
//! - [`session`]: one connection, over any stream and sink of WebSocket messages;
//! - [`Server`]: sockets and HTTP.
//!
//! Nothing is stored, and nothing in a log says who talks to whom: connections are numbered, and
//! no secret, payload, name or address is ever written.

mod budget;
mod decode;
mod hashed_name;
mod hub;
mod ice;
mod ice_servers;
mod inline_scripts;
mod linger;
mod origin;
mod outbox;
mod page;
mod patient;
mod refusal;
pub mod rooms;
mod security;
mod server;
pub mod session;
mod signal;
mod turn;
mod turn_secret;
mod turn_ttl;

pub use decode::decode;
pub use hub::Hub;
pub use ice::{IceServerError, parse_ice_server, parse_turn_url};
pub use ice_servers::IceServers;
pub use origin::{Origin, OriginError};
pub use page::PageError;
pub use server::{Config, HttpLimits, Server};
pub use turn::Turn;
pub use turn_secret::{TurnSecret, TurnSecretError};
pub use turn_ttl::{TurnTtl, TurnTtlError};
