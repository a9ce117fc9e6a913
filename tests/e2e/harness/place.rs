//! Where a browser runs, if that is not simply this machine.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

/// A part of the machine with a network of its own.
pub trait Place: Debug {
    /// How a program is started there.
    fn command(&self, program: &Path) -> Command;

    /// An address on this side that leads to a port of the loopback interface there, as long as the
    /// place lasts.
    fn reach(&self, port: u16) -> Result<SocketAddr>;

    /// What Chromium must be told to feel at home there.
    fn arguments(&self) -> Vec<String>;
}
