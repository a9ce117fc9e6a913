//! Paths of the programs that the suite runs. `cargo xtask test e2e` builds or finds them.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// Returns the folder of the built page.
pub fn dist() -> Result<PathBuf> {
    place("TINCAN_DIST")
}

/// Returns the signaling server.
pub fn server() -> Result<PathBuf> {
    place("TINCAN_SERVER")
}

/// Returns Chromium.
pub fn chromium() -> Result<PathBuf> {
    place("TINCAN_CHROMIUM")
}

/// Returns chromedriver.
pub fn chromedriver() -> Result<PathBuf> {
    place("TINCAN_CHROMEDRIVER")
}

/// Returns Firefox.
pub fn firefox() -> Result<PathBuf> {
    place("TINCAN_FIREFOX")
}

/// Returns geckodriver.
pub fn geckodriver() -> Result<PathBuf> {
    place("TINCAN_GECKODRIVER")
}

/// Returns WebKit's driver, which comes with its browser.
pub fn webkit_driver() -> Result<PathBuf> {
    place("TINCAN_WEBKIT_DRIVER")
}

/// Returns the headless X server.
pub fn xvfb() -> Result<PathBuf> {
    place("TINCAN_XVFB")
}

/// Returns the source of axe.
pub fn axe() -> Result<PathBuf> {
    place("TINCAN_AXE")
}

/// Returns a Python with the packages of the native client.
pub fn python() -> Result<PathBuf> {
    place("TINCAN_PYTHON")
}

/// Returns nginx.
pub fn nginx() -> Result<PathBuf> {
    place("TINCAN_NGINX")
}

fn place(variable: &str) -> Result<PathBuf> {
    let place = env::var_os(variable);
    place.map(PathBuf::from).with_context(|| {
        format!("{variable} is not set: start the suite by `cargo xtask test e2e`")
    })
}
