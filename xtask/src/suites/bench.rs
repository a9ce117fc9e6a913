//! Measurements beside bare baselines and peers.

use std::env;
use std::process::Command;

use anyhow::Result;
use lexopt::prelude::*;

use super::e2e::{self, Places};
use super::{Report, Suite, number_of_runs};
use crate::say::say;
use crate::workspace::Workspace;
use crate::{run, tools};

/// The measurements requested on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// The names of the figures; all if empty.
    figures: Vec<String>,
    /// The number of measurements of each contender.
    runs: Option<u32>,
    /// Everything once and small, and without peers.
    is_quick: bool,
}

impl Order {
    /// Parses `[FIGURE ...] [--runs N] [--quick]`.
    pub(super) fn read(words: &[String]) -> Result<Self> {
        let mut order = Self::default();
        let mut words = lexopt::Parser::from_args(words);
        while let Some(word) = words.next()? {
            match word {
                Long("runs") => order.runs = Some(number_of_runs(&mut words)?),
                Long("quick") => order.is_quick = true,
                Value(figure) => order.figures.push(figure.string()?),
                Short(_) | Long(_) => return Err(word.unexpected().into()),
            }
        }
        Ok(order)
    }
}

/// Runs every measurement once and small, without the peers.
pub(super) fn run_quick(workspace: &Workspace, report: &mut Report, places: &Places) {
    run(workspace, report, &Order { is_quick: true, ..Order::default() }, places);
}

/// Runs the requested measurements.
pub(super) fn run_long(workspace: &Workspace, order: &Order) -> Result<()> {
    let mut report = Report::default();
    if let Some(places) = e2e::places(workspace, &mut report) {
        run(workspace, &mut report, order, &places);
    }
    report.finish()
}

fn run(workspace: &Workspace, report: &mut Report, order: &Order, places: &Places) {
    if env::consts::OS != "linux" {
        say!("\n==> bench: left out, since it reads processor times as Linux has them");
        return;
    }
    let to = workspace.target.join("bench");
    report.step(Suite::Bench, "figures", || {
        let mut command: Command =
            workspace.cargo(&["test", "--quiet", "--package", "tincan-e2e", "--test", "bench"]);
        if !order.is_quick {
            // The bare relay is part of it, and must not be slower than it need be.
            command.arg("--release");
        }
        command.envs(places.iter().map(|(name, path)| (name, path)));
        command.env("TINCAN_BENCH", order.figures.join(" ")).env("TINCAN_BENCH_TO", &to);
        if let Some(runs) = order.runs {
            command.env("TINCAN_BENCH_RUNS", runs.to_string());
        }
        if order.is_quick {
            command.env("TINCAN_BENCH_QUICK", "1");
        } else {
            command.env("TINCAN_PEERS", tools::peers(workspace)?);
        }
        run::shown_to_end(&mut command)
    });
    say!("\n  results and plots: {}", to.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Order> {
        Order::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn figures_and_their_runs_come_in_any_order() {
        assert_eq!(read("").unwrap(), Order::default());
        let figures = vec!["load".to_owned(), "signal".to_owned()];
        let order = Order { figures, runs: Some(3), is_quick: true };
        assert_eq!(read("load --runs 3 --quick signal").unwrap(), order);
        for wrong in ["--runs", "--runs many", "--runs 0", "--qiuck", "-q"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
