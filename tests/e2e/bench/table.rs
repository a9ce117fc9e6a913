//! Results: a table on the terminal, JSON and a plot of each.
#![expect(clippy::print_stdout, reason = "prints the results")]

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::harness::statistics::{median, quantile};
use crate::plot;

/// The measurements of all contenders in one unit. The first one is the baseline.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// The measured quantity, in a few words.
    pub(crate) title: String,
    /// The unit of all values. Less is better.
    pub(crate) unit: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// The measurements of one contender.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) contender: String,
    pub(crate) values: Vec<f64>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, unit: &'static str) -> Self {
        Self { title: title.into(), unit, rows: Vec::new() }
    }

    /// Adds a measurement of a contender.
    pub(crate) fn add(&mut self, contender: &str, value: f64) {
        match self.rows.iter_mut().find(|row| row.contender == contender) {
            Some(row) => row.values.push(value),
            None => {
                self.rows.push(Row { contender: contender.to_owned(), values: vec![value] });
            }
        }
    }

    /// Returns the lines of the table: median, 95th percentile, spread between the quartiles, and
    /// ratio to the baseline.
    fn lines(&self) -> Vec<String> {
        let head = format!(
            "{:<34} {:>9} {:>9} {:>9} {:>7}",
            self.unit, "median", "p95", "spread", "ratio"
        );
        let baseline = self.rows.first().and_then(|row| median(&row.values));
        let rows = self.rows.iter().map(|row| {
            let at = |share| quantile(&row.values, share).unwrap_or(f64::NAN);
            // There is no ratio to a baseline of nothing.
            let ratio = baseline.filter(|it| *it > 0.0).map(|it| format!("{:.2}", at(0.5) / it));
            let ratio = ratio.unwrap_or_default();
            let spread = at(0.75) - at(0.25);
            let name = &row.contender;
            format!("{name:<34} {:>9.1} {:>9.1} {spread:>9.1} {ratio:>7}", at(0.5), at(0.95))
        });
        std::iter::once(head).chain(rows).collect()
    }
}

/// Prints the tables of a figure, and writes them to files in a folder.
pub(crate) fn report(tables: &[Table], to: &Path, figure: &str) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for table in tables {
        println!("\n{figure}: {}\n{}", table.title, table.lines().join("\n"));
    }
    fs::write(to.join(format!("{figure}.json")), serde_json::to_string_pretty(tables)?)?;
    plot::draw(tables, &to.join(format!("{figure}.svg")))
}
