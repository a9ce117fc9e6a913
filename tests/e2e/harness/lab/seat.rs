//! The place of a browser on the host of a home.

use std::cell::RefCell;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use tempfile::NamedTempFile;

use super::PAGE;
use super::bridge::Bridge;
use super::namespace::Inside;
use crate::place::Place;

/// A script that starts a program with its own hosts file and a name server that refuses at once.
/// Programs would wait for an unreachable one. (`ip netns exec` has unshared the mounts.)
const WITH_NAMES: &str = r#"
    mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@""#;

/// The environment of a browser on a host.
#[derive(Debug)]
pub(super) struct Seat {
    host: Inside,
    /// The hosts file.
    names: NamedTempFile,
    /// The resolver configuration. Nothing listens at its name server.
    name_server: NamedTempFile,
    bridges: RefCell<Vec<Bridge>>,
}

impl Seat {
    /// Makes a seat on which all known names resolve to one address.
    pub(super) fn new(host: Inside, internet: IpAddr) -> Result<Self> {
        let mut names = NamedTempFile::new()?;
        // WebRTC in Chromium resolves the name with a trailing dot.
        writeln!(names, "127.0.0.1 localhost\n{internet} tincan.test tincan.test.")?;
        let mut name_server = NamedTempFile::new()?;
        writeln!(name_server, "nameserver 127.0.0.1")?;
        Ok(Self { host, names, name_server, bridges: RefCell::default() })
    }
}

impl Place for Seat {
    fn command(&self, program: &Path) -> Command {
        let mut command = self.host.command(Path::new("sh"));
        command.args(["-c", WITH_NAMES, "sh"]);
        command.args([self.names.path(), self.name_server.path(), program]);
        command
    }

    fn reach(&self, port: u16) -> Result<SocketAddr> {
        let bridge = Bridge::open(&self.host, port)?;
        let address = bridge.address();
        self.bridges.borrow_mut().push(bridge);
        Ok(address)
    }

    fn arguments(&self) -> Vec<String> {
        // Devices need a secure context, and there are no certificates here.
        let origin = PAGE.trim_end_matches('/');
        vec![format!("--unsafely-treat-insecure-origin-as-secure={origin}")]
    }
}
