//! The signaling server as deployed.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::Result;

use super::process::{Output, Process};
use super::{Stage, programs};

/// Every connection is logged, as evidence of what went wrong.
pub const VERBOSE: &str = "tincan_server=debug";

/// The real server on its own port.
pub struct Server {
    process: RefCell<Process>,
    dist: Option<PathBuf>,
    /// The STUN and TURN servers in its configuration.
    ice_servers: &'static str,
    /// The filter of its log.
    log: &'static str,
    output: Output,
    address: SocketAddr,
}

impl Server {
    /// Starts a server that also serves the built page.
    pub async fn start(stage: &Stage) -> Result<Rc<Self>> {
        Self::start_naming(stage, "").await
    }

    /// Starts such a server with these STUN and TURN servers.
    pub async fn start_naming(stage: &Stage, ice_servers: &'static str) -> Result<Rc<Self>> {
        Self::start_with(stage, Some(programs::dist()?), ice_servers, VERBOSE).await
    }

    /// Starts a server for signaling only.
    pub async fn start_without_page(stage: &Stage) -> Result<Rc<Self>> {
        Self::start_with(stage, None, "", VERBOSE).await
    }

    /// Starts a server for signaling only that logs no more than one that is deployed.
    pub async fn start_quiet(stage: &Stage) -> Result<Rc<Self>> {
        Self::start_with(stage, None, "", "info").await
    }

    async fn start_with(
        stage: &Stage,
        dist: Option<PathBuf>,
        ice_servers: &'static str,
        log: &'static str,
    ) -> Result<Rc<Self>> {
        let output = stage.log("server");
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let command = command(ice_servers, log)?;
        let (process, address) = listen(command, anywhere, dist.as_deref(), &output).await?;
        let process = RefCell::new(process);
        Ok(stage.keep_running(Self { process, dist, ice_servers, log, output, address }))
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns its process id.
    pub fn id(&self) -> u32 {
        self.process.borrow().id()
    }

    /// Returns the address of the page.
    pub fn page(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Kills the server, as a power cut does.
    pub fn kill(&self) {
        self.process.borrow_mut().kill();
        self.output.lines().clear();
    }

    /// Starts another server in place of a killed one.
    pub async fn start_again(&self) -> Result<()> {
        let command = command(self.ice_servers, self.log)?;
        let (process, _) =
            listen(command, self.address, self.dist.as_deref(), &self.output).await?;
        self.process.replace(process);
        Ok(())
    }
}

fn command(ice_servers: &str, log: &str) -> Result<Command> {
    let mut command = Command::new(programs::server()?);
    command.env("TINCAN_ICE_SERVERS", ice_servers).env("RUST_LOG", log);
    Ok(command)
}

/// Starts the server with this command, and waits until it prints its address.
pub async fn listen(
    mut command: Command,
    address: SocketAddr,
    dist: Option<&Path>,
    output: &Output,
) -> Result<(Process, SocketAddr)> {
    command.args(["--listen", &address.to_string()]);
    if let Some(dist) = dist {
        command.arg("--dist").arg(dist);
    }
    let mut process = Process::start(&mut command, output)?;
    let address = process.line("the server's address", listening_on).await?;
    Ok((process, address))
}

fn listening_on(line: &str) -> Option<SocketAddr> {
    line.strip_prefix("listening on http://")?.parse().ok()
}
