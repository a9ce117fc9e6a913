//! The suite that runs inside a browser: wasm-bindgen-test with chromedriver.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Report, Suite};
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{run, tools};

/// The arguments of the browser: no window, no background traffic, and fake devices.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    // The second of the three fake cameras is a depth camera, whose video cannot be sent.
    "--use-fake-device-for-media-stream=device-count=3",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
];

/// Runs the tests of `tests/browser` in headless Chromium.
pub(super) fn run(workspace: &Workspace, report: &mut Report, filter: Option<&str>) {
    let Some((driver, capabilities)) = report.step(Suite::Browser, "tools", || {
        tools::wasm_target(workspace)?;
        tools::wasm_bindgen(workspace)?;
        let [chromium, driver] = system::find(workspace, [Need::Chromium, Need::Chromedriver])?;
        Ok((driver, write_capabilities(workspace, &chromium)?))
    }) else {
        return;
    };
    report.step(Suite::Browser, "tests", || {
        let args = ["test", "--package", "tincan-browser-tests", "--target", tools::WASM];
        let mut command = workspace.cargo(&args);
        command
            .args(filter)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", &driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities)
            .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        run::shown_to_end(&mut command)
    });
}

/// Writes the file with the runner's capabilities: the browser and its arguments.
fn write_capabilities(workspace: &Workspace, chromium: &Path) -> Result<PathBuf> {
    let path = workspace.target.join("webdriver.json");
    fs::write(&path, capabilities(chromium, system::is_root(workspace)))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Returns the driver's capabilities as JSON. Chromium has no sandbox for root.
fn capabilities(chromium: &Path, root: bool) -> String {
    let sandbox = root.then_some("--no-sandbox");
    let args: Vec<_> = ARGUMENTS.into_iter().chain(sandbox).map(|arg| format!("{arg:?}")).collect();
    let binary = chromium.to_string_lossy();
    let args = args.join(", ");
    format!("{{\"goog:chromeOptions\": {{\"binary\": {binary:?}, \"args\": [{args}]}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_runs_without_the_sandbox() {
        let chromium = Path::new("/usr/bin/chromium");
        assert!(capabilities(chromium, true).contains("\"--no-sandbox\""));
        assert!(!capabilities(chromium, false).contains("sandbox"));
        assert!(capabilities(chromium, false).contains("\"binary\": \"/usr/bin/chromium\""));
    }
}
