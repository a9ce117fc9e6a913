//! Calls between homes on networks of all kinds, in namespaces that the tests create.

use std::env;

use anyhow::{Result, bail};

use super::e2e::{self, Places};
use super::{Report, Suite};
use crate::run;
use crate::say::say;
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// A selection of pairs of homes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairs {
    /// A few significant pairs, for everyday use.
    Significant,
    /// All pairs.
    All,
}

impl Pairs {
    /// Parses `[--all]`.
    pub(super) fn read(words: &[String]) -> Result<Self> {
        match words {
            [] => Ok(Self::Significant),
            [word] if word == "--all" => Ok(Self::All),
            words => bail!("natlab knows no `{}`, only `--all`", words.join(" ")),
        }
    }
}

/// Returns the reason why this machine cannot run a network lab, if so.
pub(super) fn skip_reason(workspace: &Workspace) -> Option<&'static str> {
    if env::consts::OS != "linux" {
        Some("only Linux has network namespaces")
    } else if !system::is_root(workspace) {
        Some("only root may make network namespaces")
    } else {
        None
    }
}

/// Returns the programs that the network lab needs.
pub(super) fn programs(workspace: &Workspace) -> Result<Places> {
    let needs = [Need::Coturn, Need::Ip, Need::Tc, Need::Nft];
    let [coturn, ip, tc, nft] = system::find(workspace, needs)?;
    Ok(vec![
        ("TINCAN_TURNSERVER", coturn),
        ("TINCAN_IP", ip),
        ("TINCAN_TC", tc),
        ("TINCAN_NFT", nft),
    ])
}

/// Runs only these calls.
pub(super) fn run_alone(workspace: &Workspace, pairs: Pairs) -> Result<()> {
    let mut report = Report::default();
    run(workspace, &mut report, pairs, |report| e2e::places(workspace, report));
    report.finish()
}

/// Runs these calls with the page and the server that `places` builds, or reports why they cannot
/// run.
pub(super) fn run(
    workspace: &Workspace,
    report: &mut Report,
    pairs: Pairs,
    places: impl FnOnce(&mut Report) -> Option<Places>,
) {
    if let Some(why) = skip_reason(workspace) {
        say!("\n==> natlab: left out, since {why}");
        return;
    }
    let Some(programs) = report.step(Suite::Natlab, "tools", || programs(workspace)) else {
        return;
    };
    let Some(places) = places(report) else {
        return;
    };
    report.step(Suite::Natlab, "calls", || {
        let mut command = e2e::shown(workspace, "natlab", &places);
        // All pairs include the significant ones.
        match pairs {
            Pairs::Significant => &mut command,
            Pairs::All => command.args(["--include-ignored", "--skip", "significant_pairs"]),
        };
        run::shown_to_end(command.envs(programs))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pairs_run_if_requested() {
        let read = |words: &[&str]| {
            Pairs::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(read(&[]).unwrap(), Pairs::Significant);
        assert_eq!(read(&["--all"]).unwrap(), Pairs::All);
        assert!(read(&["--al"]).is_err() && read(&["--all", "--all"]).is_err());
    }
}
