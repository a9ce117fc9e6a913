//! `cargo xtask test`: the suites in order, and the result of each step.

mod bench;
mod browser;
mod e2e;
mod faults;
mod interop;
mod native;
mod natlab;
mod report;

use anyhow::{Context as _, Result, bail};
use lexopt::ValueExt as _;

use crate::workspace::Workspace;
use e2e::Places;
pub(crate) use e2e::{places, stories};
pub(crate) use report::Report;

/// A set of tests with the same requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Formatting, lints, dependencies, architecture, and all tests that need no browser.
    Native,
    /// Tests of the browser wrappers, in a browser.
    Browser,
    /// Tests of real pages in real browsers.
    E2e,
    /// Calls with a client in another language.
    Interop,
    /// Calls between homes on networks of all kinds.
    Natlab,
    /// Calls with injected faults.
    Faults,
    /// Every measurement once, to see that it works.
    Bench,
}

impl Suite {
    const ALL: [Self; 7] = [
        Self::Native,
        Self::Browser,
        Self::E2e,
        Self::Interop,
        Self::Natlab,
        Self::Faults,
        Self::Bench,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Browser => "browser",
            Self::E2e => "e2e",
            Self::Interop => "interop",
            Self::Natlab => "natlab",
            Self::Faults => "faults",
            Self::Bench => "bench",
        }
    }

    /// Returns the suites with these names in their usual order, or all if no name is given.
    pub(crate) fn chosen(names: &[String]) -> Result<Vec<Self>> {
        if let Some(name) = names.iter().find(|name| Self::ALL.iter().all(|s| s.name() != **name)) {
            bail!(
                "there is no suite `{name}`: choose among native, browser, e2e, interop, natlab, \
                 faults and bench"
            );
        }
        let wanted = |suite: &Self| names.is_empty() || names.iter().any(|n| n == suite.name());
        Ok(Self::ALL.into_iter().filter(wanted).collect())
    }
}

/// Runs these suites to completion, even if some fail. Fails if any of them did.
pub(crate) fn run(workspace: &Workspace, suites: &[Suite], filter: Option<&str>) -> Result<()> {
    let mut report = Report::default();
    // Built by the first suite that needs it.
    let mut deployed: Option<Option<Places>> = None;
    for suite in suites {
        let mut places = |report: &mut Report| {
            deployed.get_or_insert_with(|| e2e::places(workspace, report)).clone()
        };
        match suite {
            Suite::Native => native::run(workspace, &mut report, filter),
            Suite::Browser => browser::run(workspace, &mut report, filter),
            Suite::E2e => {
                if let Some(places) = places(&mut report) {
                    e2e::run(workspace, &mut report, &places, filter);
                }
            }
            Suite::Interop => interop::run(workspace, &mut report, filter, places),
            // A filter cannot select among these calls, rows and figures.
            Suite::Natlab | Suite::Faults | Suite::Bench if filter.is_some() => {}
            Suite::Natlab => {
                natlab::run(workspace, &mut report, natlab::Pairs::Significant, places);
            }
            Suite::Faults => {
                if let Some(places) = places(&mut report) {
                    faults::run_short(workspace, &mut report, &places);
                }
            }
            Suite::Bench => {
                if let Some(places) = places(&mut report) {
                    bench::run_quick(workspace, &mut report, &places);
                }
            }
        }
    }
    report.finish()
}

/// Parses the value of `--runs`.
fn number_of_runs(words: &mut lexopt::Parser) -> Result<u32> {
    let runs = words.value()?.parse().context("--runs takes a number")?;
    if runs == 0 {
        bail!("--runs takes a number that is not 0");
    }
    Ok(runs)
}

/// Runs the table of faults in full: `[--runs N] [ROW ...]`.
pub(crate) fn table_of_faults(workspace: &Workspace, words: &[String]) -> Result<()> {
    faults::run_long(workspace, &faults::Order::read(words)?)
}

/// Measures: `[FIGURE ...] [--runs N]`.
pub(crate) fn figures(workspace: &Workspace, words: &[String]) -> Result<()> {
    bench::run_long(workspace, &bench::Order::read(words)?)
}

/// Runs the calls between homes: `[--all]`.
pub(crate) fn calls_between_homes(workspace: &Workspace, words: &[String]) -> Result<()> {
    natlab::run_alone(workspace, natlab::Pairs::read(words)?)
}

/// Checks the dependencies against the advisory database.
pub(crate) fn audit(workspace: &Workspace) -> Result<()> {
    let mut report = Report::default();
    native::deny(workspace, &mut report, &["advisories"]);
    report.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Result<Vec<Suite>> {
        Suite::chosen(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn all_suites_run_if_none_is_named() {
        assert_eq!(chosen(&[]).unwrap(), Suite::ALL);
        assert_eq!(chosen(&["bench", "e2e"]).unwrap(), [Suite::E2e, Suite::Bench]);
        assert_eq!(chosen(&["faults", "native"]).unwrap(), [Suite::Native, Suite::Faults]);
        assert_eq!(chosen(&["e2e", "native"]).unwrap(), [Suite::Native, Suite::E2e]);
        assert!(chosen(&["natvie"]).is_err());
    }
}
