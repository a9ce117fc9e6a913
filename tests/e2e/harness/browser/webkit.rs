//! WebKitGTK's `MiniBrowser` with `WebKitWebDriver`, in a window on a virtual display. It has no
//! `RTCPeerConnection`. Its driver supports neither scripts that run before a page's own nor the
//! console, so pages are instrumented after they have loaded.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail, ensure};
use fantoccini::Client;
use serde::Deserialize;
use serde_json::json;

use super::display::{Display, Part};
use super::instance::{Port, Start};
use super::{ConsoleEntry, Devices, PROBE, Setup};
use crate::{port, programs, until};

/// A script that collects errors in a page.
const FAULTS: &str = include_str!("faults.js");

/// A style that allows a window as narrow as a phone's. By default the toolbar's buttons need more.
const STYLE: &str = "* { min-width: 0; margin: 0; padding: 0; border-width: 0; }";

/// A script that puts a mark into the corner of a page, in front of everything. The page's policy
/// allows no style attributes.
const MARK: &str = "
window.tincanMark = document.createElement('div');
Object.assign(tincanMark.style, {
  position: 'fixed', inset: '0 auto auto 0', width: '4px', height: '4px', margin: '0', padding: '0',
  border: '0', background: 'rgb(255 0 254)',
});
tincanMark.popover = 'manual';
document.body.append(tincanMark);
tincanMark.showPopover();
";

/// The colour of the mark, which occurs nowhere else in the page.
const MARKED: [u8; 3] = [255, 0, 254];

/// GTK settings without animations, which the page sees as reduced motion.
const SETTINGS: &str = "[Settings]\ngtk-enable-animations=0\n";

/// Starts the driver on a display. All files of the browser are in the profile.
pub(super) fn start(setup: &Setup, profile: &Path, display: &Display) -> Result<Start> {
    // Its language is that of an installed locale, and only this one exists everywhere.
    ensure!(setup.language == "en-US", "WebKit speaks only English");
    ensure!(setup.place.is_none() && setup.film.is_none(), "WebKit has neither places nor films");
    ensure!(setup.script.is_empty(), "WebKit runs no script before those of a page");
    fs::create_dir(profile.join("gtk-3.0"))?;
    fs::write(profile.join("gtk-3.0/gtk.css"), STYLE)?;
    fs::write(profile.join("gtk-3.0/settings.ini"), SETTINGS)?;

    let port = port::free()?;
    let mut driver = setup.command(&programs::webkit_driver()?);
    driver.arg(format!("--port={port}"));
    driver.env("DISPLAY", display.name()).env("GDK_BACKEND", "x11").env("LC_ALL", "C");
    // No files of the user who runs the tests, and no service that would outlive them.
    for folder in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        driver.env(folder, profile);
    }
    driver.env("DBUS_SESSION_BUS_ADDRESS", "disabled:").env("NO_AT_BRIDGE", "1");
    driver.env_remove("WAYLAND_DISPLAY");
    // WebAssembly is interpreted. Each function that a compiler finishes is announced to all
    // threads by a signal whose handler overwrites `errno`, a thousand times while a page loads. If
    // that happens while GLib (2.74, `g_check_setuid`) asks for a value, it ends the process.
    driver.env("JSC_useBBQJIT", "0").env("JSC_useOMGJIT", "0");
    let capabilities = json!({
        "acceptInsecureCerts": setup.trusting,
        "webkitgtk:browserOptions": { "args": arguments(setup)? },
    });
    Ok(Start { driver, port: Port::Known(port), capabilities })
}

fn arguments(setup: &Setup) -> Result<Vec<&'static str>> {
    let mut arguments = vec!["--automation", "--enable-media-stream=true"];
    arguments.extend(&setup.arguments);
    match setup.devices {
        Devices::Granted => arguments.push("--enable-mock-capture-devices=true"),
        Devices::None => {}
        Devices::NoCamera | Devices::NoMicrophoneAllowed | Devices::Denied => {
            bail!("WebKit has all devices, or none");
        }
    }
    Ok(arguments)
}

/// Returns the script that a page needs before it is inspected.
pub(super) fn prelude() -> String {
    format!("if (!window.tincanProbe) {{\n{FAULTS}\n{PROBE}\n}}\n")
}

/// Sets the size of the page's viewport. Clicks miss their targets until the screen shows it.
pub(super) async fn resize(
    client: &Client,
    display: &Display,
    (width, height): (u32, u32),
) -> Result<()> {
    let bar = Frame::of(client).await?.bar();
    client.set_window_size(width, height + bar).await?;
    until("the window to take its size", async || {
        let Frame { inner, .. } = Frame::of(client).await?;
        ensure!(inner == (width, height), "it is {inner:?}");
        Ok(())
    })
    .await?;
    is_painted(client, display).await.map(drop)
}

/// Returns a screenshot of the page. The driver's own screenshots are out of step with the page.
pub(super) async fn screenshot(client: &Client, display: &Display) -> Result<Vec<u8>> {
    display.screenshot(is_painted(client, display).await?)
}

/// Waits until the screen shows the current page, and returns the part that does. The screen lags
/// behind the page, but once a mark has appeared and disappeared, all earlier changes are visible.
async fn is_painted(client: &Client, display: &Display) -> Result<Part> {
    let part = Frame::of(client).await?.page()?;
    client.execute(MARK, Vec::new()).await?;
    until("a mark to be on the screen", async || {
        ensure!(display.colour(part.top)? == MARKED, "it is not yet");
        Ok(())
    })
    .await?;
    client.execute("tincanMark.remove()", Vec::new()).await?;
    until("a mark to be gone from the screen", async || {
        ensure!(display.colour(part.top)? != MARKED, "it is still there");
        Ok(part)
    })
    .await
}

/// The width and height of a window, without and with its decorations.
#[derive(Deserialize)]
struct Frame {
    inner: (u32, u32),
    outer: (u32, u32),
}

impl Frame {
    async fn of(client: &Client) -> Result<Self> {
        let script =
            "return { inner: [innerWidth, innerHeight], outer: [outerWidth, outerHeight] }";
        Ok(serde_json::from_value(client.execute(script, Vec::new()).await?)?)
    }

    /// Returns the height of the toolbar, the only decoration.
    fn bar(&self) -> u32 {
        self.outer.1.saturating_sub(self.inner.1)
    }

    /// Returns the part of the screen that contains the page.
    fn page(&self) -> Result<Part> {
        let (width, height) = self.inner;
        let top = self.bar().try_into()?;
        Ok(Part { top, width: width.try_into()?, height: height.try_into()? })
    }
}

/// Returns the new errors in the page.
pub(super) async fn console(client: &Client) -> Result<Vec<ConsoleEntry>> {
    let faults = client.execute("return window.tincanFaults?.splice(0) ?? []", Vec::new()).await?;
    let faults: Vec<String> = serde_json::from_value(faults)?;
    Ok(faults.into_iter().map(|text| ConsoleEntry { text, is_fault: true }).collect())
}
