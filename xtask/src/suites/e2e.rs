//! The suite that a person would run by hand: the release build in real browsers.

use std::process::Command;

use super::{Report, Suite};
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{dist, run, tools};

/// Runs `tests/e2e`.
pub(super) fn run(workspace: &Workspace, report: &mut Report, filter: Option<&str>) {
    if let Some(mut stories) = stories(workspace, report) {
        report.step(Suite::E2e, "tests", || run::shown_to_end(stories.args(filter)));
    }
}

/// Builds the page and the server as they are deployed; returns the command that runs `tests/e2e` on
/// them, or nothing if that failed.
pub(crate) fn stories(workspace: &Workspace, report: &mut Report) -> Option<Command> {
    let places = report.step(Suite::E2e, "tools", || {
        tools::wasm_target(workspace)?;
        tools::page(workspace)?;
        let needs = [Need::Chromium, Need::Chromedriver, Need::Firefox, Need::Nginx];
        let [chromium, chromedriver, firefox, nginx] = system::find(workspace, needs)?;
        Ok([
            ("TINCAN_CHROMIUM", chromium),
            ("TINCAN_CHROMEDRIVER", chromedriver),
            ("TINCAN_FIREFOX", firefox),
            ("TINCAN_GECKODRIVER", tools::geckodriver(workspace)?),
            ("TINCAN_NGINX", nginx),
            ("TINCAN_AXE", tools::axe(workspace)?),
        ])
    })?;
    let (page, server) = report.step(Suite::E2e, "page and server", || {
        let page = workspace.target.join("e2e/dist");
        dist::build_page(workspace, &page)?;
        Ok((page, dist::build_server(workspace)?))
    })?;
    // A page that has become too heavy still works: its tests run all the same.
    report.step(Suite::E2e, "first load", || dist::pack(workspace, &page));
    let mut command = workspace.cargo(&["test", "--package", "tincan-e2e", "--no-fail-fast"]);
    command.env("TINCAN_DIST", &page).env("TINCAN_SERVER", &server).envs(places);
    Some(command)
}
