//! The table of faults: real calls with injected faults.

use std::env;
use std::process::Command;

use anyhow::Result;
use lexopt::prelude::*;

use super::e2e::{self, Places};
use super::{Report, Suite, natlab, number_of_runs};
use crate::run;
use crate::say::say;
use crate::workspace::Workspace;

/// The runs requested on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// The number of runs of each row.
    runs: Option<u32>,
    /// The names of the rows; all if empty.
    rows: Vec<String>,
}

impl Order {
    /// Parses `[--runs N] [ROW ...]`.
    pub(super) fn read(words: &[String]) -> Result<Self> {
        let mut order = Self::default();
        let mut words = lexopt::Parser::from_args(words);
        while let Some(word) = words.next()? {
            match word {
                Long("runs") => order.runs = Some(number_of_runs(&mut words)?),
                Value(row) => order.rows.push(row.string()?),
                Short(_) | Long(_) => return Err(word.unexpected().into()),
            }
        }
        Ok(order)
    }
}

/// Runs the quick rows, shortened, once each. Only a lost call fails them.
pub(super) fn run_short(workspace: &Workspace, report: &mut Report, places: &Places) {
    run(workspace, report, "quick faults", places, |command| {
        command.env("TINCAN_FAULTS", "short");
    });
}

/// Runs the requested rows in full, with limits on the gaps.
pub(super) fn run_long(workspace: &Workspace, order: &Order) -> Result<()> {
    let mut report = Report::default();
    if let Some(places) = e2e::places(workspace, &mut report) {
        run(workspace, &mut report, "table", &places, |command| {
            command.env("TINCAN_FAULTS", "long").env("TINCAN_FAULTS_ROWS", order.rows.join(" "));
            if let Some(runs) = order.runs {
                command.env("TINCAN_FAULTS_RUNS", runs.to_string());
            }
        });
    }
    report.finish()
}

/// Runs the test with the table, and shows its output. Rows that need a network lab are skipped
/// with a message if the machine lacks one.
fn run(
    workspace: &Workspace,
    report: &mut Report,
    step: &str,
    places: &Places,
    order: impl FnOnce(&mut Command),
) {
    if env::consts::OS != "linux" {
        say!("\n==> faults: left out, since they stop processes and change networks as Linux does");
        return;
    }
    report.step(Suite::Faults, step, || {
        let mut command = e2e::shown(workspace, "faults", places);
        if natlab::skip_reason(workspace).is_none() {
            command.envs(natlab::programs(workspace)?);
        }
        order(&mut command);
        run::shown_to_end(&mut command)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Order> {
        Order::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn rows_and_their_number_come_in_any_order() {
        assert_eq!(read("").unwrap(), Order::default());
        let rows = vec!["stopped".to_owned(), "loss".to_owned()];
        assert_eq!(read("stopped --runs 3 loss").unwrap(), Order { runs: Some(3), rows });
        for wrong in ["--runs", "--runs many", "--runs 0", "--rnus 3", "-r 3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
