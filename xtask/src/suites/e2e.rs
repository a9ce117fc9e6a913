//! The suite that a person would run by hand: the release build in real browsers.

use super::{Report, Suite};
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{dist, run, tools};

/// Builds the page and the server as they are deployed, and runs `tests/e2e` on them.
pub(super) fn run(workspace: &Workspace, report: &mut Report, filter: Option<&str>) {
    let Some([chromium, driver, nginx]) = report.step(Suite::E2e, "tools", || {
        tools::wasm_target(workspace)?;
        tools::page(workspace)?;
        system::find(workspace, [Need::Chromium, Need::Chromedriver, Need::Nginx])
    }) else {
        return;
    };
    let Some((page, server)) = report.step(Suite::E2e, "page and server", || {
        let page = workspace.target.join("e2e/dist");
        dist::build_page(workspace, &page)?;
        Ok((page, dist::build_server(workspace)?))
    }) else {
        return;
    };
    // A page that has become too heavy still works: its tests run all the same.
    report.step(Suite::E2e, "first load", || dist::pack(workspace, &page, None));
    report.step(Suite::E2e, "tests", || {
        let mut command = workspace.cargo(&["test", "--package", "tincan-e2e", "--no-fail-fast"]);
        command
            .args(filter)
            .env("TINCAN_DIST", &page)
            .env("TINCAN_SERVER", &server)
            .env("TINCAN_CHROMIUM", &chromium)
            .env("TINCAN_CHROMEDRIVER", &driver)
            .env("TINCAN_NGINX", &nginx);
        run::shown_to_end(&mut command)
    });
}
