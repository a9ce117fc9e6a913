//! The internet of the lab: some addresses, the server, and coturn.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::home::bind;
use super::namespace::{Inside, Namespace, tool};
use super::relay::Relay;
use super::stun;
use crate::process::{Output, Process};
use crate::{Stage, programs, server, until};

/// The port of coturn for UDP and TCP, on the first two addresses.
pub const STUN_PORT: u16 = 3478;

/// The second port of coturn, on the first address.
pub const OTHER_STUN_PORT: u16 = 3479;

/// The number of addresses in each family: two of coturn, and one of a third party.
const ADDRESSES: u8 = 3;

/// The network between the homes. The server and coturn can stop and start again at any time.
pub struct Internet {
    server: RefCell<Option<Process>>,
    relay: RefCell<Option<Process>>,
    /// The configuration of coturn.
    setup: Relay,
    server_output: Output,
    relay_output: Output,
    files: TempDir,
    namespace: Namespace,
}

/// Returns one of the addresses: all names resolve to the first one, and nobody uses the third one.
pub fn address(number: u8, is_ipv6: bool) -> IpAddr {
    let last = 10 * (number + 1);
    if is_ipv6 {
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::from(last)).into()
    } else {
        Ipv4Addr::new(203, 0, 113, last).into()
    }
}

/// Silently drops packets to unknown addresses. Otherwise coturn would give up on a socket after a
/// failed send, and pages do make it send to addresses that exist only in their home network.
fn lose_the_rest(namespace: &Namespace) -> Result<()> {
    namespace.ip("-4 route add default dev lo")?;
    namespace.ip("-6 route add default dev lo")?;
    namespace.nft(
        "table inet rest {
            chain lost {
                type filter hook prerouting priority -300; policy accept;
                iifname lo fib daddr type != local drop
            }
        }\n",
    )
}

impl Internet {
    pub(super) async fn start(stage: &Stage, setup: Relay) -> Result<Self> {
        let namespace = Namespace::new("internet")?;
        namespace.set("net/ipv4/ip_forward", "1")?;
        namespace.set("net/ipv6/conf/all/forwarding", "1")?;
        for number in 0..ADDRESSES {
            for (is_ipv6, length) in [(false, 32), (true, 128)] {
                let address = address(number, is_ipv6);
                namespace.ip(&format!("addr add {address}/{length} dev lo"))?;
            }
        }
        lose_the_rest(&namespace)?;
        let internet = Self {
            server: RefCell::default(),
            relay: RefCell::default(),
            setup,
            server_output: stage.log("server"),
            relay_output: stage.log("coturn"),
            files: tempfile::tempdir()?,
            namespace,
        };
        setup.write_files(internet.files.path())?;
        internet.start_relay().await?;
        internet.start_server().await?;
        Ok(internet)
    }

    pub(super) fn inside(&self) -> &Inside {
        &self.namespace
    }

    /// Returns a socket on one of the addresses.
    pub fn socket(&self, number: u8, is_ipv6: bool) -> Result<UdpSocket> {
        bind(&self.namespace, address(number, is_ipv6))
    }

    /// Kills the server, as a power cut does.
    pub fn kill_server(&self) {
        // A process ends when it is dropped.
        self.server.take();
        self.server_output.lines().clear();
    }

    /// Starts the server, or restarts it after it was killed.
    pub async fn start_server(&self) -> Result<()> {
        let anywhere = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 80));
        let mut command = self.namespace.command(&programs::server()?);
        command.env("RUST_LOG", server::VERBOSE);
        self.setup.name(&mut command, self.files.path())?;
        let dist = programs::dist()?;
        let (process, _) =
            server::listen(command, anywhere, Some(&dist), &self.server_output).await?;
        self.server.replace(Some(process));
        Ok(())
    }

    /// Kills coturn.
    pub fn kill_relay(&self) {
        self.relay.take();
    }

    /// Starts coturn, or restarts it after it was killed.
    pub async fn start_relay(&self) -> Result<()> {
        let mut command = self.namespace.command(&tool("TINCAN_TURNSERVER", "turnserver"));
        self.setup.configure(&mut command, self.files.path());
        self.relay.replace(Some(Process::start(&mut command, &self.relay_output)?));

        let socket = self.socket(2, false)?;
        let stun = SocketAddr::from((address(0, false), STUN_PORT));
        until("coturn to answer", async || {
            stun::ask(&socket, stun)?.context("it does not yet").map(drop)
        })
        .await
    }
}
