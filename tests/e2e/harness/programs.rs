//! What the suite runs: `cargo xtask test e2e` builds or finds it all and says where it is.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The folder of the built page.
pub fn dist() -> Result<PathBuf> {
    place("TINCAN_DIST")
}

/// The signaling server.
pub fn server() -> Result<PathBuf> {
    place("TINCAN_SERVER")
}

/// Chromium.
pub fn chromium() -> Result<PathBuf> {
    place("TINCAN_CHROMIUM")
}

/// Chromium's driver.
pub fn chromedriver() -> Result<PathBuf> {
    place("TINCAN_CHROMEDRIVER")
}

/// Firefox.
pub fn firefox() -> Result<PathBuf> {
    place("TINCAN_FIREFOX")
}

/// Firefox's driver.
pub fn geckodriver() -> Result<PathBuf> {
    place("TINCAN_GECKODRIVER")
}

/// WebKit's driver, which brings its browser along.
pub fn webkit_driver() -> Result<PathBuf> {
    place("TINCAN_WEBKIT_DRIVER")
}

/// The X server without a screen.
pub fn xvfb() -> Result<PathBuf> {
    place("TINCAN_XVFB")
}

/// The source of axe.
pub fn axe() -> Result<PathBuf> {
    place("TINCAN_AXE")
}

/// Python, with the packages of the native client.
pub fn python() -> Result<PathBuf> {
    place("TINCAN_PYTHON")
}

/// nginx.
pub fn nginx() -> Result<PathBuf> {
    place("TINCAN_NGINX")
}

fn place(variable: &str) -> Result<PathBuf> {
    let place = env::var_os(variable);
    place.map(PathBuf::from).with_context(|| {
        format!("{variable} is not set: start the suite by `cargo xtask test e2e`")
    })
}
