//! `cargo xtask shots`: pictures of every screen, to be looked at.

use std::path::{PathBuf, absolute};

use anyhow::{Context as _, Result};

use crate::run;
use crate::say::say;
use crate::suites::{Report, Suite, places, stories};
use crate::workspace::Workspace;

/// Takes the pictures with the page and the server as they are deployed, into this folder.
pub(crate) fn run(workspace: &Workspace, folder: Option<PathBuf>) -> Result<()> {
    let folder = absolute(folder.unwrap_or_else(|| workspace.target.join("shots")))?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let mut report = Report::default();
    if let Some(places) = places(workspace, &mut report) {
        let mut stories = stories(workspace, &places);
        stories.args(["--ignored", "shots::"]).env("TINCAN_SHOTS", &folder);
        report.step(Suite::E2e, "shots", || run::shown_to_end(&mut stories));
    }
    report.finish()?;
    say!("\n  pictures: {}", folder.display());
    Ok(())
}
