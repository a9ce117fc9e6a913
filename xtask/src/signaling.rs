//! The signaling server under `trunk serve`.
//!
//! Trunk runs [`hook`] before each build. Under `trunk serve` the hook starts one supervisor, which
//! runs the server and watches that Trunk process: when either of the two has ended, for whatever
//! reason, the supervisor stops the other one and ends. There is no state file: the process table
//! tells whether a Trunk has a supervisor.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::process::{Identity, Process};
use crate::say::{Took, say};
use crate::workspace::Workspace;
use crate::{ports, run};

/// Set by `cargo xtask serve` to the address to print once the page is available.
pub(crate) const OPEN: &str = "TINCAN_OPEN";

/// The polling interval of the supervisor.
const WATCH_EVERY: Duration = Duration::from_millis(100);
/// The time for which a server that is ending may keep its port.
const PORT_PATIENCE: Duration = Duration::from_secs(2);
/// The time within which the server has to listen.
const START_PATIENCE: Duration = Duration::from_secs(10);

/// Starts the server if Trunk serves and the server does not run yet.
pub(crate) fn hook(workspace: &Workspace, port: u16) -> Result<()> {
    let Some(trunk) = Process::ancestors().find(|process| is_trunk_serve(&process.args)) else {
        return Ok(());
    };
    let trunk = trunk.identity;
    if has_supervisor(&trunk) {
        return Ok(());
    }
    let server = build_server(workspace)?;
    if !ports::becomes_free(port, PORT_PATIENCE) {
        say!(
            "Port {port} is taken, so no signaling server was started: calls work only if what \
             listens there is one. `cargo xtask serve` finds a free port by itself."
        );
        return Ok(());
    }
    let watch = Watch { trunk, server, port, open: env::var(OPEN).ok() };
    let mut supervisor = watch.spawn()?;
    let start = Instant::now();
    while !ports::answers(port) {
        if let Some(status) = supervisor.try_wait()? {
            bail!("the signaling server did not start: {status}");
        }
        if start.elapsed() > START_PATIENCE {
            bail!("the signaling server does not listen on port {port}");
        }
        thread::sleep(WATCH_EVERY);
    }
    say!("The signaling server listens on 127.0.0.1:{port}.");
    Ok(())
}

/// Returns `true` for the arguments of a `trunk serve`.
fn is_trunk_serve(args: &[String]) -> bool {
    const COMMANDS: [&str; 6] = ["build", "watch", "serve", "clean", "config", "tools"];
    let Some((program, args)) = args.split_first() else { return false };
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let command = args.iter().find(|arg| COMMANDS.contains(&arg.as_str()));
    program.trim_end_matches(".exe") == "trunk" && command.is_some_and(|name| name == "serve")
}

/// Returns `true` if a supervisor watches this Trunk.
fn has_supervisor(trunk: &Identity) -> bool {
    let trunk = trunk.to_string();
    let watches =
        |args: &[String]| args.iter().any(|arg| arg == "supervise") && args.contains(&trunk);
    Process::all().any(|process| watches(&process.args))
}

/// Compiles the server, and reports it if that takes a while.
fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    let server = server_path(workspace);
    if !server.exists() {
        say!("Building the signaling server: about half a minute, once.");
    }
    let start = Instant::now();
    run::build("tincan-server", &mut workspace.cargo(&BUILD_SERVER))?;
    if start.elapsed() > Duration::from_secs(2) {
        say!("Built the signaling server in {}.", Took(start.elapsed()));
    }
    Ok(server)
}

/// The arguments of cargo for the server that runs beside `trunk serve`.
pub(crate) const BUILD_SERVER: [&str; 3] = ["build", "--package", "tincan-server"];

fn server_path(workspace: &Workspace) -> PathBuf {
    workspace.target.join("debug").join(format!("tincan-server{}", env::consts::EXE_SUFFIX))
}

/// The task of a supervisor.
pub(crate) struct Watch {
    trunk: Identity,
    server: PathBuf,
    port: u16,
    open: Option<String>,
}

impl Watch {
    /// Parses the arguments from [`Watch::spawn`].
    pub(crate) fn from_args(args: &mut lexopt::Parser) -> Result<Self> {
        let (mut trunk, mut server, mut port, mut open) = (None, None, None, None);
        while let Some(arg) = args.next()? {
            match arg {
                Long("trunk") => trunk = Some(args.value()?.string()?.parse()?),
                Long("server") => server = Some(PathBuf::from(args.value()?)),
                Long("port") => port = Some(args.value()?.parse()?),
                Long("open") => open = Some(args.value()?.string()?),
                other @ (Long(_) | Short(_) | Value(_)) => return Err(other.unexpected().into()),
            }
        }
        Ok(Self {
            trunk: trunk.context("--trunk is missing")?,
            server: server.context("--server is missing")?,
            port: port.context("--port is missing")?,
            open,
        })
    }

    /// Starts a supervisor that outlives this process. It has its own process group, so that Ctrl-C
    /// reaches only Trunk and the supervisor can stop the server after it.
    fn spawn(&self) -> Result<Child> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("supervise").args(["--trunk", &self.trunk.to_string()]);
        command.arg("--server").arg(&self.server).args(["--port", &self.port.to_string()]);
        if let Some(open) = &self.open {
            command.args(["--open", open]);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).spawn().context("cannot start the supervisor")
    }
}

/// Runs the server for as long as Trunk runs.
pub(crate) fn supervise(watch: &Watch) -> Result<()> {
    let mut server = Server::start(watch)?;
    let mut open = watch.open.as_deref();
    loop {
        if !watch.trunk.is_alive() {
            drop(server);
            say!("Trunk has ended, and the signaling server with it.");
            return Ok(());
        }
        if let Some(status) = server.0.try_wait()? {
            watch.trunk.interrupt();
            bail!("the signaling server ended ({status}), so Trunk was stopped");
        }
        if open.and_then(port_of).is_some_and(ports::answers) {
            say!("\n  Tincan is ready. Open {}\n", open.take().unwrap_or_default());
        }
        thread::sleep(WATCH_EVERY);
    }
}

/// The running server. It ends when this is dropped.
struct Server(Child);

impl Server {
    fn start(watch: &Watch) -> Result<Self> {
        Command::new(&watch.server)
            .args(["--listen", &format!("127.0.0.1:{}", watch.port)])
            .stdin(Stdio::null())
            // The server would print its own address, which is not the one to open.
            .stdout(Stdio::null())
            .spawn()
            .map(Self)
            .with_context(|| format!("cannot start {}", watch.server.display()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // These fail only if the server has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns the port in an address such as `http://127.0.0.1:8080/`.
fn port_of(address: &str) -> Option<u16> {
    address.trim_end_matches('/').rsplit(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn only_a_serving_trunk_gets_a_server() {
        for line in ["trunk serve", "/a/bin/trunk --log debug serve --open", "trunk.exe serve"] {
            assert!(is_trunk_serve(&words(line)), "{line}");
        }
        for line in ["trunk build", "trunk build --dist serve", "trunk", "vim trunk serve", ""] {
            assert!(!is_trunk_serve(&words(line)), "{line}");
        }
    }

    #[test]
    fn a_process_without_a_supervisor_is_recognised() {
        assert!(!has_supervisor(&"1@never".parse().unwrap()));
    }

    #[test]
    fn the_port_of_an_address_is_parsed() {
        assert_eq!(port_of("http://127.0.0.1:8080/"), Some(8080));
        assert_eq!(port_of("http://localhost/"), None);
    }
}
