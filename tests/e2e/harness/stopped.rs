//! Stopped browsers, as on a sleeping machine.

use std::fs;
use std::process::{self, Command};

use anyhow::{Result, bail, ensure};

/// An argument that marks the browser to be stopped. It has no meaning for the browser.
pub const STOPS: &str = "--tincan-this-one-stops";

/// Processes that are stopped until this is dropped.
pub struct Stopped(Vec<u32>);

impl Stopped {
    /// Stops the marked browser and all its descendants.
    pub fn stop() -> Result<Self> {
        let mut all = processes()?;
        let mine = descendants(&all, process::id());
        let marked: Vec<u32> = all
            .iter()
            .filter(|(id, _)| mine.contains(id))
            .filter(|(id, _)| was_told(*id, STOPS))
            .map(|(id, _)| *id)
            .collect();
        ensure!(!marked.is_empty(), "no browser with the mark runs");
        all.retain(|(id, _)| !marked.contains(id));
        let mut ids = marked.clone();
        for id in marked {
            ids.extend(descendants(&all, id));
        }
        Self::stop_processes(ids)
    }

    /// Stops these processes.
    pub fn stop_processes(ids: Vec<u32>) -> Result<Self> {
        let stopped = Self(ids);
        signal("-STOP", &stopped.0)?;
        Ok(stopped)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // This fails only if the browser has ended.
        let _ = signal("-CONT", &self.0);
    }
}

/// Returns all descendants of a process.
pub(super) fn started_by(id: u32) -> Result<Vec<u32>> {
    Ok(descendants(&processes()?, id))
}

/// Returns `true` if a process was started with this argument.
pub(super) fn was_told(id: u32, argument: &str) -> bool {
    // Some processes write all arguments as one.
    let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    words.split(|byte| [0, b' '].contains(byte)).any(|word| word == argument.as_bytes())
}

/// Returns each process with its parent.
fn processes() -> Result<Vec<(u32, u32)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(id) = entry?.file_name().to_string_lossy().parse() else { continue };
        // It may have ended by now.
        let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
        // The name is in parentheses and may contain anything; the state and the parent follow.
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        let Some(parent) = parent.and_then(|parent| parent.parse().ok()) else { continue };
        all.push((id, parent));
    }
    Ok(all)
}

/// Returns all descendants of a process.
fn descendants(all: &[(u32, u32)], of: u32) -> Vec<u32> {
    let mut found = vec![of];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(all.iter().filter(|(_, p)| *p == parent).map(|(id, _)| *id));
        at += 1;
    }
    found.split_off(1)
}

pub(super) fn signal(name: &str, ids: &[u32]) -> Result<()> {
    let status = Command::new("kill").arg(name).args(ids.iter().map(u32::to_string)).status()?;
    if !status.success() {
        bail!("kill {name} fails: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_descendants_are_found_and_no_others() {
        let all = [(1, 0), (5, 4), (2, 1), (3, 2), (4, 1), (9, 0), (8, 9)];
        let mut found = descendants(&all, 1);
        found.sort_unstable();
        assert_eq!(found, [2, 3, 4, 5]);
        assert!(descendants(&all, 8).is_empty());
    }
}
