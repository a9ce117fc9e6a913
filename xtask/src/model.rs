//! Verification of the core beyond the test suite: long simulations and mutation tests.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{run, tools};

/// The default number of worlds of each kind.
const SCHEDULES: u64 = 1_000_000;

/// Runs worlds in virtual time, optimised, and reports the coverage of pairs of state and input.
pub(crate) fn schedules(workspace: &Workspace, schedules: Option<u64>) -> Result<()> {
    let mut args = vec!["test", "--profile", "model", "--test", "schedules", "--package", "tincan"];
    args.extend(["--", "--nocapture"]);
    let mut command = workspace.cargo(&args);
    command.env("TINCAN_SCHEDULES", schedules.unwrap_or(SCHEDULES).to_string());
    run::shown_to_end(&mut command)
}

/// Runs cargo-mutants on the core. `.cargo/mutants.toml` lists the exclusions with their reasons.
pub(crate) fn mutants(workspace: &Workspace, more: &[String]) -> Result<()> {
    tools::mutants(workspace)?;
    let mut args = vec!["mutants", "--package", "tincan-call", "--output", "target"];
    args.extend(more.iter().map(String::as_str));
    let mut command = workspace.cargo(&args);
    // Most findings of a thousand cases are also found by the tables; and there are a thousand
    // mutants.
    command.env("PROPTEST_CASES", "64");
    run::shown_to_end(&mut command)
}
