//! `cargo xtask serve`: from a fresh checkout to a running page.
//!
//! Installs missing tools while it builds the server and the page, then becomes `trunk serve`.
//! Trunk's hook starts and stops the signaling server (see [`crate::signaling`]), so there is one
//! process to end, and Ctrl-C, a signal or a crash ends both.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::say::{Took, say};
use crate::workspace::Workspace;
use crate::{ports, run, signaling, tools};

/// Trunk's configuration.
const CONFIG: &str = "Trunk.toml";
/// Trunk's configuration with another port for the signaling server, if the default one is taken.
const OTHER_CONFIG: &str = ".trunk-other-port.toml";
/// The default port of the page.
const PAGE_PORT: u16 = 8080;

/// Prepares, then runs page and server until Ctrl-C.
pub(crate) fn run(workspace: &Workspace, extra: &[String]) -> Result<()> {
    prepare(workspace)?;

    let page = ports::free_from(PAGE_PORT)?;
    let open = format!("http://127.0.0.1:{page}/");
    let mut trunk = workspace.command("trunk");
    if let Some(config) = config_with_free_port(workspace)? {
        trunk.arg("--config").arg(config);
    }
    trunk.args(["serve", "--port", &page.to_string()]).args(extra).env(signaling::OPEN, &open);
    say!("Starting at {open} (Ctrl-C ends it)");
    become_process(trunk)
}

/// Installs the tools. On a first run the server and the page are compiled concurrently, before
/// Trunk needs them.
fn prepare(workspace: &Workspace) -> Result<()> {
    let start = Instant::now();
    let first = !tools::has_page(workspace)?;
    if first {
        say!("The first run sets everything up: 3 to 5 minutes on two cores, less on more.");
    }
    tools::wasm_target(workspace)?;
    if !first {
        return Ok(());
    }
    std::thread::scope(|scope| {
        scope.spawn(|| warm_up(workspace));
        tools::page(workspace)
    })?;
    say!("Set up in {}.", Took(start.elapsed()));
    Ok(())
}

/// Compiles what Trunk and its hook will build. They report errors themselves.
fn warm_up(workspace: &Workspace) {
    let page = ["build", "--package", "tincan", "--bin", "tincan", "--target", tools::WASM];
    for (name, args) in [("server", &signaling::BUILD_SERVER[..]), ("page", &page[..])] {
        let start = Instant::now();
        if run::build(name, &mut workspace.cargo(args)).is_ok()
            && start.elapsed() > Duration::from_secs(2)
        {
            say!("  {name}: built in {}", Took(start.elapsed()));
        }
    }
}

/// Writes a copy of Trunk's configuration with a free port for the signaling server, if its own is
/// taken.
fn config_with_free_port(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let other = workspace.root.join(OTHER_CONFIG);
    if other.exists() {
        fs::remove_file(&other).with_context(|| format!("cannot remove {OTHER_CONFIG}"))?;
    }
    let config = workspace.read(CONFIG)?;
    let port = signaling_port(&config)
        .with_context(|| format!("{CONFIG} has no proxy to the signaling server"))?;
    // The server of a Trunk that has just ended may still be ending.
    if ports::becomes_free(port, Duration::from_secs(1)) {
        return Ok(None);
    }
    let free = ports::free_from(port)?;
    say!("Port {port} is taken: the signaling server listens on {free} this time.");
    fs::write(&other, config.replace(&port.to_string(), &free.to_string()))
        .with_context(|| format!("cannot write {OTHER_CONFIG}"))?;
    Ok(Some(other))
}

/// Returns the port in `backend = "ws://127.0.0.1:<port>/signal"`.
fn signaling_port(config: &str) -> Option<u16> {
    let (_, rest) = config.split_once("\"ws://127.0.0.1:")?;
    rest.split_once('/')?.0.parse().ok()
}

/// Replaces this process by another, so that our parent controls that one directly.
#[cfg(unix)]
fn become_process(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("cannot start trunk")
}

/// Runs another process to completion.
#[cfg(not(unix))]
fn become_process(mut command: Command) -> Result<()> {
    run::shown_to_end(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_the_one_of_the_proxy() {
        let config = Workspace::find().unwrap().read(CONFIG).unwrap();
        let port = signaling_port(&config).unwrap();
        // The hook must get the same port.
        assert_eq!(config.matches(&port.to_string()).count(), 2);
        assert_eq!(signaling_port("[serve]\nport = 8080\n"), None);
    }
}
