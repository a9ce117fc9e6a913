//! The signaling server of Tincan. It connects the pages that hold the same link, relays their
//! sealed payloads, and serves the built page.
//!
//! From the inside out:
//! - [`rooms`]: room membership, as a pure state machine;
//! - [`Hub`]: the rooms of a process and the outboxes of its connections;
//! - [`IceServers`]: the STUN and TURN servers for pages, and their expiry;
//! - [`session`]: one connection, over any stream and sink of WebSocket messages;
//! - [`Server`]: sockets, TLS and HTTP;
//! - [`Settings`]: what an operator configures.
//!
//! Nothing is stored, and nothing in a log says who talks to whom: connections are numbered, and no
//! secret, payload, or name or address of a person is ever written. The host of a page that may not
//! open the socket is.

mod budget;
mod decode;
mod hashed_name;
mod hub;
mod ice;
mod ice_servers;
mod inline_scripts;
mod lan;
mod linger;
mod listener;
mod metrics;
mod operations;
mod origin;
mod outbox;
mod paced;
mod page;
mod page_files;
mod refusal;
pub mod rooms;
mod security;
mod server;
pub mod session;
mod settings;
mod signal;
mod tls;
mod turn;
mod turn_secret;
mod turn_ttl;

pub use decode::decode;
pub use hub::Hub;
pub use ice::{IceServerError, parse_ice_server, parse_turn_url};
pub use ice_servers::IceServers;
pub use lan::lan_address;
pub use origin::{Origin, OriginError};
pub use page::{PageError, PageSource};
pub use page_files::PageFiles;
pub use server::{Config, HttpLimits, Server, ServerError};
pub use settings::{Settings, TlsMode};
pub use tls::{CertificateFiles, SelfSigned, Tls, TlsError};
pub use turn::Turn;
pub use turn_secret::{TurnSecret, TurnSecretError};
pub use turn_ttl::{TurnTtl, TurnTtlError};
