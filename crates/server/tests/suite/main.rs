//! Tests of the server from its clients' side: sessions over channels, and real sockets on free
//! ports.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by a panic, in its helpers too, and whatever it did not expect is wrong"
)]

mod client;
mod command;
mod dist;
mod metrics;
mod page;
mod session;
mod settings;
mod shutdown;
mod slots;
mod sockets;
mod tls;
mod turn;
mod turn_command;
