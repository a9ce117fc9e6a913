//! `cargo xtask shots`: screenshots of every screen for review, and those of README.md.

use std::path::{Path, absolute};

use anyhow::{Context as _, Result, bail};

use crate::run;
use crate::say::say;
use crate::suites::{Report, Suite, places, stories};
use crate::workspace::Workspace;

/// The folder of README.md's screenshots.
const README: &str = "docs/images";

/// The filter for the stories that take screenshots of every screen.
const EVERY_SCREEN: &[&str] = &["shots::", "--skip", "readme_shots::"];

/// Takes screenshots: `[--readme | FOLDER]`.
pub(crate) fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    match words {
        [] => take(workspace, EVERY_SCREEN, &workspace.target.join("shots")),
        [word] if word == "--readme" => {
            take(workspace, &["readme_shots::"], &workspace.root.join(README))
        }
        [folder] => take(workspace, EVERY_SCREEN, Path::new(folder)),
        _ => bail!("`shots` takes one folder, or `--readme`"),
    }
}

/// Takes screenshots with the deployed page and server, and saves them in a folder.
fn take(workspace: &Workspace, filter: &[&str], folder: &Path) -> Result<()> {
    let folder = absolute(folder)?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let mut report = Report::default();
    if let Some(places) = places(workspace, &mut report) {
        let mut stories = stories(workspace, &places);
        stories.arg("--ignored").args(filter).env("TINCAN_SHOTS", &folder);
        report.step(Suite::E2e, "shots", || run::shown_to_end(&mut stories));
    }
    report.finish()?;
    say!("\n  screenshots: {}", folder.display());
    Ok(())
}
