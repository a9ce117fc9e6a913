//! Processor time and memory of a process, from `/proc` (proc(5)).

use std::fs;

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
