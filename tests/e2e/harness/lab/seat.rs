//! Where a browser sits in a home.

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

/// Starts a program with a table of names of its own, and a name server that refuses at once: one that
/// can not be reached would be waited for. (`ip netns exec` has given it its own mounts.)
const WITH_NAMES: &str = r#"
    mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@""#;

/// A host, as a browser knows it.
#[derive(Debug)]
pub(super) struct Seat {
    host: Inside,
    /// The table of names that the host knows.
    names: NamedTempFile,
    /// Where it asks for others: nobody listens there.
    name_server: NamedTempFile,
    bridges: RefCell<Vec<Bridge>>,
}

impl Seat {
    /// Where all that has a name is at this address.
    pub(super) fn new(host: Inside, internet: IpAddr) -> Result<Self> {
        let mut names = NamedTempFile::new()?;
        // WebRTC in Chromium looks for the name with a dot at its end.
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
        // Devices are for secure pages only, and there are no certificates here.
        let origin = PAGE.trim_end_matches('/');
        vec![format!("--unsafely-treat-insecure-origin-as-secure={origin}")]
    }
}
