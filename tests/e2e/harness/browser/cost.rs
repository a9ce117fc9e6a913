//! The time of each story, which `cargo xtask test e2e` shows for the most expensive ones.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::time::Duration;
use std::{env, thread};

use anyhow::Result;

use crate::stopped::started_by;

/// The variable that names the file for the times.
const FILE: &str = "TINCAN_TIMES";

/// The length of a tick: Linux counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// The cost of a story.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// From the moment at which it could start until its browsers were given back.
    pub(crate) took: Duration,
    /// The processor time of its browsers.
    pub(crate) processor: Duration,
}

impl Cost {
    /// Appends a line with the name of the running test to the file, if there is one.
    pub(crate) fn write(self, story: &str) -> Result<()> {
        let Some(file) = env::var_os(FILE) else { return Ok(()) };
        // A test that runs alone is in the main thread, which has another name.
        let thread = thread::current();
        let test = thread.name().filter(|name| *name != "main").unwrap_or(story);
        let (took, processor) = (self.took.as_secs_f64(), self.processor.as_secs_f64());
        let line = format!("{test}\t{took:.1}\t{processor:.1}\n");
        let mut file = OpenOptions::new().append(true).create(true).open(file)?;
        Ok(file.write_all(line.as_bytes())?)
    }
}

/// Returns the processor time that a process and its descendants have used so far. It is zero on a
/// system without `/proc`.
pub(super) fn processor_time(process: u32) -> Duration {
    let mut all = started_by(process).unwrap_or_default();
    all.push(process);
    all.into_iter().filter_map(ticks).map(|ticks| TICK * ticks).sum()
}

/// Returns the ticks of a process and of its children that have ended, from `/proc` (proc(5)).
fn ticks(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    // Fields 14 to 17, counted from the process id as 1.
    fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<u32>().ok()).sum()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::process;

    use super::*;

    #[test]
    fn processor_time_grows_with_work() {
        let start = processor_time(process::id());
        // To read it is work enough.
        while processor_time(process::id()) < start + TICK {}
        assert_eq!(processor_time(u32::MAX), Duration::ZERO);
    }
}
