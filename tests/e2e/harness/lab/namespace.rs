//! Network namespaces that are removed when they are dropped, with their processes.

use std::fs::{self, File};
use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::{env, process};

use anyhow::{Context as _, Result, anyhow, ensure};
use rustix::fd::AsFd as _;
use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The prefix of all our namespaces' names. The id of the process that made them follows.
const PREFIX: &str = "tincan-";

/// The folder of named namespaces.
const FOLDER: &str = "/run/netns";

/// Numbers the namespaces of this process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A network namespace made by this process. When it is dropped it is removed, with all processes
/// in it.
#[derive(Debug)]
pub(super) struct Namespace(Inside);

/// A handle that can enter a namespace.
#[derive(Debug, Clone)]
pub(super) struct Inside {
    name: String,
}

impl Namespace {
    /// Creates a namespace with only a loopback interface.
    pub(super) fn new(role: &str) -> Result<Self> {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{count}-{role}", process::id());
        run(ip().args(["netns", "add", &name]), "")?;
        let made = Self(Inside { name });
        made.ip("link set lo up")?;
        // We assign all addresses, so there is no need to wait for duplicate address detection.
        made.set("net/ipv6/conf/all/accept_dad", "0")?;
        made.set("net/ipv6/conf/default/accept_dad", "0")?;
        Ok(made)
    }
}

impl Deref for Namespace {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Leftovers are removed by the next sweep.
        let _ = remove(&self.0.name);
    }
}

impl Inside {
    /// Returns a command that runs in the namespace.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = ip();
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Runs `ip` for this namespace.
    pub(super) fn ip(&self, words: &str) -> Result<()> {
        run(ip().args(["-n", &self.name]).args(words.split(' ')), "")
    }

    /// Runs `tc` for this namespace.
    pub(super) fn tc(&self, words: &str) -> Result<()> {
        run(self.command(&tool("TINCAN_TC", "tc")).args(words.split(' ')), "")
    }

    /// Loads rules into `nft`.
    pub(super) fn nft(&self, rules: &str) -> Result<()> {
        run(self.command(&tool("TINCAN_NFT", "nft")).args(["-f", "-"]), rules)
    }

    /// Sets a kernel parameter of this namespace.
    pub(super) fn set(&self, key: &str, value: &str) -> Result<()> {
        let path = Path::new("/proc/sys").join(key);
        self.within(|| fs::write(&path, value).with_context(|| format!("cannot set {key}")))
    }

    /// Creates a virtual cable with the other end in another namespace.
    pub(super) fn connect(&self, here: &str, other: &Inside, there: &str) -> Result<()> {
        let Inside { name } = other;
        self.ip(&format!("link add {here} type veth peer name {there} netns {name}"))?;
        self.ip(&format!("link set {here} up"))?;
        other.ip(&format!("link set {there} up"))
    }

    /// Runs a function in the namespace. A socket that it makes stays there, wherever it is used.
    pub(super) fn within<T: Send>(&self, act: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let door = self.door()?;
        thread::scope(|scope| {
            let acting = scope.spawn(|| {
                enter(&door)?;
                act()
            });
            acting.join().map_err(|_| anyhow!("a panic in {}", self.name))?
        })
    }

    /// Opens the file through which a thread enters the namespace.
    pub(super) fn door(&self) -> Result<File> {
        let path = Path::new(FOLDER).join(&self.name);
        File::open(&path).with_context(|| format!("cannot open {}", path.display()))
    }
}

/// Moves this thread into a namespace permanently.
pub(super) fn enter(door: &File) -> Result<()> {
    move_into_link_name_space(door.as_fd(), Some(LinkNameSpaceType::Network))
        .context("cannot enter a network namespace")
}

/// Removes the leftovers of killed processes.
pub(super) fn sweep() -> Result<()> {
    let Ok(entries) = fs::read_dir(FOLDER) else {
        // No namespace was ever made on this system.
        return Ok(());
    };
    for entry in entries {
        let name = entry?.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        let maker = maker.and_then(|maker| maker.parse::<u32>().ok());
        if maker.is_some_and(|maker| !Path::new("/proc").join(maker.to_string()).exists()) {
            // Another process may be sweeping, too.
            let _ = remove(&name.to_string_lossy());
        }
    }
    Ok(())
}

/// Kills all processes in a namespace, and removes it.
fn remove(name: &str) -> Result<()> {
    let processes = ip().args(["netns", "pids", name]).output()?.stdout;
    for process in String::from_utf8_lossy(&processes).lines() {
        if let Some(process) = process.parse().ok().and_then(Pid::from_raw) {
            // It may have ended already.
            let _ = kill_process(process, Signal::KILL);
        }
    }
    run(ip().args(["netns", "del", name]), "")
}

fn ip() -> Command {
    Command::new(tool("TINCAN_IP", "ip"))
}

/// Returns the path of a program from a variable, or its name on the `PATH`.
pub(super) fn tool(variable: &str, name: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from)
}

/// Runs a command to completion with `input` as its stdin.
fn run(command: &mut Command, input: &str) -> Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    child.stdin.take().context("a command reads")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} {input} failed: {words}");
    Ok(())
}
