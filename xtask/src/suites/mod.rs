//! `cargo xtask test`: the suites, one after the other, and what came of each step.

mod browser;
mod e2e;
mod native;
mod report;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
pub(crate) use e2e::stories;
pub(crate) use report::Report;

/// A set of tests that needs the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Formatting, lints, dependencies, architecture, and all tests that need no browser.
    Native,
    /// What wraps the browser, tested in one.
    Browser,
    /// Real pages in real browsers.
    E2e,
}

impl Suite {
    const ALL: [Self; 3] = [Self::Native, Self::Browser, Self::E2e];

    fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Browser => "browser",
            Self::E2e => "e2e",
        }
    }

    /// The suites of these names, in their usual order; all of them if none is named.
    pub(crate) fn chosen(names: &[String]) -> Result<Vec<Self>> {
        if let Some(name) = names.iter().find(|name| Self::ALL.iter().all(|s| s.name() != **name)) {
            bail!("there is no suite `{name}`: choose among native, browser and e2e");
        }
        let wanted = |suite: &Self| names.is_empty() || names.iter().any(|n| n == suite.name());
        Ok(Self::ALL.into_iter().filter(wanted).collect())
    }
}

/// Runs these suites to their end, whatever fails in between, and fails if anything did.
pub(crate) fn run(workspace: &Workspace, suites: &[Suite], filter: Option<&str>) -> Result<()> {
    let mut report = Report::default();
    for suite in suites {
        match suite {
            Suite::Native => native::run(workspace, &mut report, filter),
            Suite::Browser => browser::run(workspace, &mut report, filter),
            Suite::E2e => e2e::run(workspace, &mut report, filter),
        }
    }
    report.finish()
}

/// Looks the dependencies up in the advisory database.
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
    fn no_name_means_all() {
        assert_eq!(chosen(&[]).unwrap(), Suite::ALL);
        assert_eq!(chosen(&["e2e", "native"]).unwrap(), [Suite::Native, Suite::E2e]);
        assert!(chosen(&["natvie"]).is_err());
    }
}
