//! Measurements, each beside a bare baseline and peers, which take turns in one run.
//!
//! `cargo xtask bench` starts it. These variables configure it:
//! - `TINCAN_BENCH`: names of figures, separated by spaces; by default all of them
//! - `TINCAN_BENCH_RUNS`: the number of measurements of each contender
//! - `TINCAN_BENCH_QUICK`: if set, measures everything once and small, to see that it works
//! - `TINCAN_BENCH_TO`: the folder for results and plots
//! - `TINCAN_PEERS`: the folder with the npm packages of the peers, which are skipped without it
//!
//! A figure is a module with one function `measure`, which returns its tables.
#![cfg(target_os = "linux")]

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use tincan_harness as harness;

mod call;
mod delay;
mod files;
mod first_picture;
mod from_link;
mod latency;
mod load;
mod plot;
mod processor;
mod relay;
mod signal;
mod site;
mod table;
mod timeline;

use crate::harness::Stage;
use crate::table::Table;

/// The requested measurements.
#[derive(Debug)]
pub(crate) struct Order {
    figures: Vec<Figure>,
    /// The number of measurements of each contender.
    pub(crate) runs: usize,
    /// Everything small: the results mean nothing.
    pub(crate) is_quick: bool,
    /// The folder for results and plots.
    pub(crate) to: PathBuf,
}

/// A measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Load,
    FirstPicture,
    FromLink,
    Call,
    Latency,
    Signal,
    Files,
}

impl Figure {
    const ALL: [Self; 7] = [
        Self::Load,
        Self::FirstPicture,
        Self::FromLink,
        Self::Call,
        Self::Latency,
        Self::Signal,
        Self::Files,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::FirstPicture => "first-picture",
            Self::FromLink => "from-link",
            Self::Call => "call",
            Self::Latency => "latency",
            Self::Signal => "signal",
            Self::Files => "files",
        }
    }

    async fn measure(self, stage: &Stage, order: &Order) -> Result<Vec<Table>> {
        match self {
            Self::Load => load::measure(stage, order).await,
            Self::FirstPicture => first_picture::measure(stage, order).await,
            Self::FromLink => from_link::measure(stage, order).await,
            Self::Call => call::measure(stage, order).await,
            Self::Latency => latency::measure(stage, order).await,
            Self::Signal => signal::measure(stage, order).await,
            Self::Files => files::measure(stage, order).await,
        }
    }
}

impl Order {
    fn from_environment() -> Result<Self> {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        let is_quick = !variable("TINCAN_BENCH_QUICK").is_empty();
        let runs = match variable("TINCAN_BENCH_RUNS").as_str() {
            "" if is_quick => 1,
            "" => 15,
            runs => runs.parse().context("TINCAN_BENCH_RUNS is not a number")?,
        };
        ensure!(runs > 0, "TINCAN_BENCH_RUNS must be at least 1");
        let names = variable("TINCAN_BENCH");
        let names: Vec<&str> = names.split_whitespace().collect();
        for name in &names {
            let known = Figure::ALL.map(Figure::name).join(", ");
            ensure!(known.split(", ").any(|it| it == *name), "no figure `{name}` among {known}");
        }
        let is_asked = |figure: &Figure| names.is_empty() || names.contains(&figure.name());
        let figures = Figure::ALL.into_iter().filter(is_asked).collect();
        let to = env::var_os("TINCAN_BENCH_TO").context("TINCAN_BENCH_TO names no folder")?;
        Ok(Self { figures, runs, is_quick, to: to.into() })
    }
}

fn main() -> Result<()> {
    if relay::is_asked() {
        return relay::run();
    }
    let order = Order::from_environment()?;
    for figure in &order.figures {
        let mut tables = Vec::new();
        harness::story_alone(&format!("bench {}", figure.name()), async |stage| {
            tables = figure.measure(stage, &order).await?;
            Ok(())
        })?;
        table::report(&tables, &order.to, figure.name())?;
    }
    Ok(())
}
