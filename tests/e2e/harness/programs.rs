//! What the suite runs: `cargo xtask test e2e` builds or finds it all and says where it is.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The folder of the built page.
pub(crate) fn dist() -> Result<PathBuf> {
    place("TINCAN_DIST")
}

/// The signaling server.
pub(crate) fn server() -> Result<PathBuf> {
    place("TINCAN_SERVER")
}

/// Chromium.
pub(crate) fn chromium() -> Result<PathBuf> {
    place("TINCAN_CHROMIUM")
}

/// Chromium's driver.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    place("TINCAN_CHROMEDRIVER")
}

/// Firefox.
pub(crate) fn firefox() -> Result<PathBuf> {
    place("TINCAN_FIREFOX")
}

/// Firefox's driver.
pub(crate) fn geckodriver() -> Result<PathBuf> {
    place("TINCAN_GECKODRIVER")
}

/// WebKit's driver, which brings its browser along.
pub(crate) fn webkit_driver() -> Result<PathBuf> {
    place("TINCAN_WEBKIT_DRIVER")
}

/// The X server without a screen.
pub(crate) fn xvfb() -> Result<PathBuf> {
    place("TINCAN_XVFB")
}

/// The source of axe.
pub(crate) fn axe() -> Result<PathBuf> {
    place("TINCAN_AXE")
}

/// Python, with the packages of the native client.
#[allow(dead_code, reason = "only the suite of the native client runs it")]
pub(crate) fn python() -> Result<PathBuf> {
    place("TINCAN_PYTHON")
}

/// nginx.
pub(crate) fn nginx() -> Result<PathBuf> {
    place("TINCAN_NGINX")
}

fn place(variable: &str) -> Result<PathBuf> {
    let place = env::var_os(variable);
    place.map(PathBuf::from).with_context(|| {
        format!("{variable} is not set: start the suite by `cargo xtask test e2e`")
    })
}
