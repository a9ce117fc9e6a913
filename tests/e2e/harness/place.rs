//! The place where a browser runs, if not simply on this machine.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

/// A part of the machine with its own network.
pub trait Place: Debug {
    /// Returns a command that starts a program there.
    fn command(&self, program: &Path) -> Command;

    /// Returns an address on this side that leads to a port of the loopback interface there, for as
    /// long as the place exists.
    fn reach(&self, port: u16) -> Result<SocketAddr>;

    /// Returns the arguments that Chromium needs there.
    fn arguments(&self) -> Vec<String>;
}
