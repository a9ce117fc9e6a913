//! The process table, as far as needed: ancestors, and whether a process is alive.
//!
//! It is read from `/proc` on Linux, and from `ps` on other Unix systems. Elsewhere it is empty.

use std::fmt;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result};

use crate::run;

/// A running process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) identity: Identity,
    parent: u32,
    pub(crate) args: Vec<String>,
}

/// The identity of a process, which differs from a later process with the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pid: u32,
    /// The start time in the system's format, without spaces.
    started: String,
}

impl Identity {
    /// Returns `true` if this process still runs. A zombie, which has ended but was not waited for,
    /// does not count.
    pub(crate) fn is_alive(&self) -> bool {
        Process::read(self.pid).is_some_and(|process| process.identity == *self)
    }

    /// Asks the process to end, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        if self.is_alive() {
            // The shell's builtin `kill`: a minimal system may have no other one.
            run::succeeds(Command::new("sh").args([
                "-c",
                "kill -INT \"$0\"",
                &self.pid.to_string(),
            ]));
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pid, self.started)
    }
}

impl FromStr for Identity {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (pid, started) = text.split_once('@').context("a process is `pid@start`")?;
        Ok(Self { pid: pid.parse()?, started: started.to_owned() })
    }
}

impl Process {
    /// Returns the process with this id, if it runs.
    pub(crate) fn read(pid: u32) -> Option<Self> {
        table::read(pid)
    }

    /// Returns all visible processes.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        table::pids().into_iter().filter_map(Self::read)
    }

    /// Returns our parent process, its parent, and so on.
    pub(crate) fn ancestors() -> impl Iterator<Item = Self> {
        let parent = |process: &Self| Self::read(process.parent);
        std::iter::successors(Self::read(std::process::id()), parent).skip(1)
    }
}

#[cfg(target_os = "linux")]
mod table {
    use std::fs;

    use super::{Identity, Process};

    pub(super) fn pids() -> Vec<u32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    }

    pub(super) fn read(pid: u32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (parent, started) = parse_stat(&stat)?;
        let args = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let args = args.split(|byte| *byte == 0).filter(|arg| !arg.is_empty());
        let args = args.map(|arg| String::from_utf8_lossy(arg).into_owned()).collect();
        Some(Process { identity: Identity { pid, started }, parent, args })
    }

    /// Parses the parent and the start time from `/proc/<pid>/stat`. Returns `None` for a zombie.
    /// The second field is the program's name in parentheses, which may contain anything.
    pub(super) fn parse_stat(stat: &str) -> Option<(u32, String)> {
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ended = matches!(*fields.first()?, "Z" | "X");
        let (parent, started) = (fields.get(1)?.parse().ok()?, (*fields.get(19)?).to_owned());
        (!ended).then_some((parent, started))
    }
}

#[cfg(not(target_os = "linux"))]
mod table {
    use std::process::Command;

    use super::{Identity, Process};
    use crate::run;

    pub(super) fn pids() -> Vec<u32> {
        let list = run::output(Command::new("ps").args(["-axo", "pid="])).unwrap_or_default();
        list.lines().filter_map(|line| line.trim().parse().ok()).collect()
    }

    pub(super) fn read(pid: u32) -> Option<Process> {
        let mut command = Command::new("ps");
        command.env("LC_ALL", "C").args(["-o", "ppid=,state=,lstart=,command=", "-p"]);
        parse_ps(pid, &run::output(command.arg(pid.to_string())).ok()?)
    }

    /// Parses a line such as `  1 S  Mon Jan  5 10:20:30 2026 trunk serve`. Returns `None` for a
    /// zombie.
    pub(super) fn parse_ps(pid: u32, line: &str) -> Option<Process> {
        let mut words = line.split_whitespace().map(str::to_owned);
        let parent = words.next()?.parse().ok()?;
        let ended = words.next()?.starts_with('Z');
        let started = words.by_ref().take(5).collect::<Vec<_>>().join("-");
        let args = words.collect();
        (!ended).then_some(Process { identity: Identity { pid, started }, parent, args })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_has_a_parent() {
        let me = Process::read(std::process::id()).unwrap();
        assert!(me.identity.is_alive());
        assert!(Process::ancestors().next().is_some());
        assert!(Process::all().any(|process| process == me));
    }

    #[test]
    fn a_process_of_another_start_time_is_another_process() {
        let me = Process::read(std::process::id()).unwrap().identity;
        let other = Identity { started: format!("{}0", me.started), ..me };
        assert!(!other.is_alive());
    }

    #[test]
    fn a_process_that_ended_is_not_alive_even_before_it_is_collected() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let identity = Process::read(child.id()).unwrap().identity;
        assert!(identity.is_alive());
        child.kill().unwrap();
        while identity.is_alive() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!identity.is_alive());
    }

    #[test]
    fn an_identity_round_trips_through_the_command_line() {
        let me = Process::read(std::process::id()).unwrap().identity;
        assert_eq!(me.to_string().parse::<Identity>().unwrap(), me);
        assert!("12".parse::<Identity>().is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn any_program_name_is_parsed() {
        let stat = "7 (a) S 9 (b) R 3 7 3 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 555 9 9";
        assert_eq!(table::parse_stat(stat), Some((3, "555".to_owned())));
        assert_eq!(table::parse_stat(&stat.replace(" R 3", " Z 3")), None);
    }

    #[cfg(not(target_os = "linux"))]
    #[test]
    fn a_line_of_ps_is_parsed() {
        let line = "    1 S    Mon Jan  5 10:20:30 2026 /bin/trunk serve --open\n";
        let process = table::parse_ps(7, line).unwrap();
        assert_eq!((process.parent, process.args.len()), (1, 3));
        assert_eq!(process.identity.to_string(), "7@Mon-Jan-5-10:20:30-2026");
        assert_eq!(table::parse_ps(7, &line.replace(" S ", " Z ")), None);
    }
}
