//! Calls between homes on networks of all kinds, in namespaces that the tests make.

use std::env;

use anyhow::{Result, bail};

use super::e2e::{self, Places};
use super::{Report, Suite};
use crate::run;
use crate::say::say;
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// Which pairs of homes call each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairs {
    /// Some that tell much, for every day.
    Telling,
    /// All there are.
    All,
}

impl Pairs {
    /// Reads `[--all]`.
    pub(super) fn read(words: &[String]) -> Result<Self> {
        match words {
            [] => Ok(Self::Telling),
            [word] if word == "--all" => Ok(Self::All),
            words => bail!("natlab knows no `{}`, only `--all`", words.join(" ")),
        }
    }
}

/// Why there can be no laboratory on this machine, if so.
pub(super) fn is_missing(workspace: &Workspace) -> Option<&'static str> {
    if env::consts::OS != "linux" {
        Some("only Linux has network namespaces")
    } else if !system::is_root(workspace) {
        Some("only root may make network namespaces")
    } else {
        None
    }
}

/// What the laboratory is built with.
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

/// Runs these calls alone.
pub(super) fn run_alone(workspace: &Workspace, pairs: Pairs) -> Result<()> {
    let mut report = Report::default();
    run(workspace, &mut report, pairs, |report| e2e::places(workspace, report));
    report.finish()
}

/// Runs these calls with the page and the server that `places` builds, or says why not.
pub(super) fn run(
    workspace: &Workspace,
    report: &mut Report,
    pairs: Pairs,
    places: impl FnOnce(&mut Report) -> Option<Places>,
) {
    if let Some(why) = is_missing(workspace) {
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
        // The telling pairs are among all pairs.
        match pairs {
            Pairs::Telling => &mut command,
            Pairs::All => command.args(["--include-ignored", "--skip", "telling_pairs"]),
        };
        run::shown_to_end(command.envs(programs))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pairs_run_where_all_are_asked_for() {
        let read = |words: &[&str]| {
            Pairs::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(read(&[]).unwrap(), Pairs::Telling);
        assert_eq!(read(&["--all"]).unwrap(), Pairs::All);
        assert!(read(&["--al"]).is_err() && read(&["--all", "--all"]).is_err());
    }
}
