//! Processor time and memory of a process, from `/proc` (proc(5)).

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The length of a tick in microseconds: Linux counts processor time in hundredths of a second.
const TICK: f64 = 10_000.0;

/// Returns the processor time that a process has used, in microseconds.
pub(crate) fn time(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, fields) = stat.rsplit_once(')').context("a process has a name")?;
    let ticks = |field: usize| -> Result<f64> {
        let text = fields.split_whitespace().nth(field).context("a field is missing")?;
        Ok(text.parse()?)
    };
    // Fields 14 and 15, counted from the process id as 1: in user and in kernel mode.
    Ok((ticks(11)? + ticks(12)?) * TICK)
}

/// Returns the memory that a process holds, in KiB.
pub(crate) fn memory(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = size.and_then(|size| size.split_whitespace().next());
    Ok(size.context("a process has a size")?.parse()?)
}

/// Returns the memory that the renderers of a browser hold, in KiB. The browser is the one that was
/// started with this argument.
pub(crate) fn renderers(mark: &str) -> Result<f64> {
    let mut parents = Vec::new();
    let mut browser = None;
    let mut renderers = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        let id = path.file_name().and_then(|name| name.to_str()?.parse().ok());
        // A process may end at any time.
        let (Some(id), Ok(arguments)) = (id, fs::read_to_string(path.join("cmdline"))) else {
            continue;
        };
        parents.extend(parent(&path).map(|parent| (id, parent)));
        if arguments.contains("--type=renderer") {
            renderers.push(id);
        } else if arguments.contains(mark) && !arguments.contains("--type=") {
            browser = Some(id);
        }
    }
    let browser: u32 = browser.context("no browser has the mark")?;
    let is_in_browser = |mut id: u32| {
        while id != browser {
            let Some((_, parent)) = parents.iter().find(|(child, _)| *child == id) else {
                return false;
            };
            id = *parent;
        }
        true
    };
    let sizes =
        renderers.into_iter().filter(|id| is_in_browser(*id)).filter_map(|id| memory(id).ok());
    Ok(sizes.sum())
}

fn parent(process: &Path) -> Option<u32> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}
