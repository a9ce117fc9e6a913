//! The end-to-end suite: the release build in real browsers.

use std::path::PathBuf;
use std::process::Command;

use super::{Report, Suite};
use crate::say::say;
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{dist, run, tools};

/// The paths of the programs that the tests run, each with its environment variable.
pub(crate) type Places = Vec<(&'static str, PathBuf)>;

/// The variable of a program that only some systems have.
const WEBKIT_DRIVER: &str = "TINCAN_WEBKIT_DRIVER";

/// The number of stories that are begun, whatever the number of cores: two that run, one that
/// mostly waits beside them, and the next one. The harness lets no more of them run than a machine
/// with two cores can.
const THREADS: &str = "4";

/// Runs the stories of `tests/e2e`.
pub(super) fn run(
    workspace: &Workspace,
    report: &mut Report,
    places: &Places,
    filter: Option<&str>,
) {
    report.step(Suite::E2e, "tests", || run::shown_to_end(stories(workspace, places).args(filter)));
}

/// Returns the command that runs the stories. Further arguments filter them.
pub(crate) fn stories(workspace: &Workspace, places: &Places) -> Command {
    let mut command = workspace.cargo(&["test", "--package", "tincan-e2e", "--test", "e2e", "--"]);
    command.args(["--test-threads", THREADS]);
    if places.iter().all(|(name, _)| *name != WEBKIT_DRIVER) {
        command.args(["--skip", "webkit"]);
    }
    command.envs(places.iter().map(|(name, path)| (name, path)));
    command
}

/// Returns the command that runs another target of the package, with its output shown.
pub(super) fn shown(workspace: &Workspace, target: &str, places: &Places) -> Command {
    let mut command = workspace.cargo(&["test", "--quiet", "--package", "tincan-e2e"]);
    command.args(["--test", target, "--", "--nocapture", "--test-threads", "1"]);
    command.envs(places.iter().map(|(name, path)| (name, path)));
    command
}

/// Builds the page and the server as deployed, and finds the other programs that the tests need.
/// Returns `None` if that fails.
pub(crate) fn places(workspace: &Workspace, report: &mut Report) -> Option<Places> {
    let mut places = report.step(Suite::E2e, "tools", || {
        tools::wasm_target(workspace)?;
        tools::wasm_bindgen(workspace)?;
        let needs = [Need::Chromium, Need::Chromedriver, Need::Firefox, Need::Nginx];
        let [chromium, chromedriver, firefox, nginx] = system::find(workspace, needs)?;
        let mut places = vec![
            ("TINCAN_CHROMIUM", chromium),
            ("TINCAN_CHROMEDRIVER", chromedriver),
            ("TINCAN_FIREFOX", firefox),
            ("TINCAN_GECKODRIVER", tools::geckodriver(workspace)?),
            ("TINCAN_NGINX", nginx),
            ("TINCAN_AXE", tools::npm(workspace)?.join("axe-core/axe.min.js")),
        ];
        match system::webkit(workspace)? {
            Some([driver, xvfb]) => {
                places.extend([(WEBKIT_DRIVER, driver), ("TINCAN_XVFB", xvfb)]);
            }
            None => say!(
                "  WebKit: its stories are left out, since its driver is a package only of Debian \
                 and Ubuntu"
            ),
        }
        Ok(places)
    })?;
    let (wasm, server) = report.step(Suite::E2e, "page and server", || {
        Ok((dist::build_page(workspace)?, dist::build_server(workspace)?))
    })?;
    let page = workspace.target.join("e2e/dist");
    // A page that exceeds its budget still works: its tests run all the same.
    report.step(Suite::E2e, "chunks and budget", || dist::pack(workspace, &wasm, &page));
    places.extend([("TINCAN_DIST", page), ("TINCAN_SERVER", server)]);
    Some(places)
}
