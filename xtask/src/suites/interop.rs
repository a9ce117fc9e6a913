//! Calls of a real page with a client that was written from PROTOCOL.md alone.

use super::e2e::Places;
use super::{Report, Suite};
use crate::say::say;
use crate::workspace::Workspace;
use crate::{python, run};

/// Runs these calls with the page and the server that `places` builds, or reports why they cannot
/// run.
pub(super) fn run(
    workspace: &Workspace,
    report: &mut Report,
    filter: Option<&str>,
    places: impl FnOnce(&mut Report) -> Option<Places>,
) {
    if let Some(why) = python::skip_reason() {
        say!("\n==> interop: left out, since {why}");
        return;
    }
    let Some(python) = report.step(Suite::Interop, "tools", || python::environment(workspace))
    else {
        return;
    };
    let Some(places) = places(report) else {
        return;
    };
    report.step(Suite::Interop, "calls", || {
        let args = ["test", "--package", "tincan-e2e", "--test", "interop", "--"];
        let mut command = workspace.cargo(&args);
        command.envs(places).env("TINCAN_PYTHON", &python);
        run::shown_to_end(command.args(filter))
    });
}
