//! What proves the core beyond the test suite: the simulator for long, and mutations of the code.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{run, tools};

/// How many worlds of each kind are run if nothing else is said.
const SCHEDULES: u64 = 1_000_000;

/// Runs worlds in virtual time, optimised, and reports which pairs of state and input they met.
pub(crate) fn schedules(workspace: &Workspace, schedules: Option<u64>) -> Result<()> {
    let mut args = vec!["test", "--profile", "model", "--test", "schedules", "--package", "tincan"];
    args.extend(["--", "--nocapture"]);
    let mut command = workspace.cargo(&args);
    command.env("TINCAN_SCHEDULES", schedules.unwrap_or(SCHEDULES).to_string());
    run::shown_to_end(&mut command)
}

/// Breaks the core in every way that cargo-mutants knows, and looks which breaks its tests notice. What is
/// left out, and why, stands in `.cargo/mutants.toml`.
pub(crate) fn mutants(workspace: &Workspace, more: &[String]) -> Result<()> {
    tools::mutants(workspace)?;
    let mut args = vec!["mutants", "--package", "tincan-call", "--output", "target"];
    args.extend(more.iter().map(String::as_str));
    let mut command = workspace.cargo(&args);
    // What a thousand cases find, the tables mostly find as well; and there are a thousand mutants.
    command.env("PROPTEST_CASES", "64");
    run::shown_to_end(&mut command)
}
