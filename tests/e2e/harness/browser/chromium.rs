//! Chromium with chromedriver.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use http::Method;
use serde_json::{Value, json};

use super::instance::{Port, Start};
use super::raw::Raw;
use super::{Browser, ConsoleEntry, Devices, PROBE, SentVideo, Setup};
use crate::{port, programs};

/// No window, no background traffic, no sound, and none of the pages behind the address bar, which
/// cost as much as the rest of the start.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
];

/// Allows calls within a machine without a network.
const LOOPBACK: &str = "--allow-loopback-in-peer-connection";

/// The title of the page that is shared.
const SLIDES: &str = "Slides";

/// Returns the driver, on a port that is free for IPv4 and IPv6, and a headless browser. The driver
/// needs both; choosing the port itself, it would check only one, and exit if the other is in use.
pub(super) fn start(setup: &Setup, profile: &Path) -> Result<Start> {
    let mut driver = setup.command(&programs::chromedriver()?);
    driver.arg(format!("--port={}", port::free()?));
    let mut arguments = arguments(setup)?;
    arguments.push(format!("--user-data-dir={}", profile.display()));
    // Chromium has no sandbox for root.
    if profile.metadata()?.uid() == 0 {
        arguments.push("--no-sandbox".to_owned());
    }
    let capabilities = json!({
        "acceptInsecureCerts": setup.trusting,
        "goog:chromeOptions": { "binary": programs::chromium()?, "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    Ok(Start { driver, port: Port::Announced(port), capabilities })
}

fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

/// Returns the arguments for a configuration.
pub(super) fn arguments(setup: &Setup) -> Result<Vec<String>> {
    let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
    arguments.extend(setup.arguments.iter().copied().map(str::to_owned));
    match &setup.place {
        Some(place) => arguments.extend(place.arguments()),
        None => arguments.push(LOOPBACK.to_owned()),
    }
    arguments.push(format!("--window-size={},{}", setup.window.0, setup.window.1));
    if let Some(film) = &setup.film {
        arguments.push(format!("--use-file-for-fake-video-capture={}", film.display()));
    }
    arguments.push(format!("--lang={}", setup.language));
    arguments.push(format!("--accept-lang={}", setup.language));
    // Screen sharing selects the window with the slides without a prompt.
    arguments.push(format!("--auto-select-tab-capture-source-by-title={SLIDES}"));
    let (count, accept) = match setup.devices {
        Devices::Granted => ("device-count=1", true),
        Devices::NoCamera => ("device-count=0", true),
        Devices::None => bail!("Chromium has a microphone whenever it has fake devices"),
        Devices::NoMicrophoneAllowed | Devices::Denied => ("device-count=1", false),
    };
    let rate = match setup.sent_video {
        SentVideo::Slow => ",fps=5",
        SentVideo::Small | SentVideo::Usual => "",
    };
    arguments.push(format!("--use-fake-device-for-media-stream={count}{rate}"));
    if accept {
        arguments.push("--auto-accept-camera-and-microphone-capture".to_owned());
    }
    Ok(arguments)
}

/// Instruments every page.
pub(super) async fn prepare(browser: &Browser, setup: &Setup) -> Result<()> {
    for source in [PROBE, setup.sent_video.script(), setup.script] {
        let source = json!({ "source": source });
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
    }
    let settings = match setup.devices {
        Devices::Granted | Devices::NoCamera | Devices::None => None,
        Devices::NoMicrophoneAllowed => Some([("camera", "granted"), ("microphone", "denied")]),
        Devices::Denied => Some([("camera", "denied"), ("microphone", "denied")]),
    };
    for (name, setting) in settings.into_iter().flatten() {
        let permission = json!({ "permission": { "name": name }, "setting": setting });
        browser.cdp("Browser.setPermission", permission).await?;
    }
    Ok(())
}

/// Sends a command of the Chrome `DevTools` Protocol.
pub(super) async fn cdp(client: &Client, command: &str, parameters: Value) -> Result<Value> {
    let body = json!({ "cmd": command, "params": parameters });
    let path = "goog/cdp/execute".to_owned();
    let command = Raw { method: Method::POST, path, body: Some(body) };
    Ok(client.issue_cmd(command).await?)
}

/// Sets the size of the page's viewport. In a small one the scrollbars are invisible overlays, as
/// on a phone.
pub(super) async fn resize(client: &Client, width: u32, height: u32) -> Result<()> {
    let metrics =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    let hidden = json!({ "hidden": width < 500 });
    cdp(client, "Emulation.setScrollbarsHidden", hidden).await?;
    cdp(client, "Emulation.setDeviceMetricsOverride", metrics).await?;
    let size = client.execute("return [innerWidth, innerHeight]", Vec::new()).await?;
    ensure!(size == json!([width, height]), "the page has the size {size}");
    Ok(())
}

/// Returns the new entries of the console.
pub(super) async fn console(client: &Client) -> Result<Vec<ConsoleEntry>> {
    let body = Some(json!({ "type": "browser" }));
    let command = Raw { method: Method::POST, path: "se/log".to_owned(), body };
    let entries = client.issue_cmd(command).await?;
    let entries = entries.as_array().context("the console is a list")?;
    Ok(entries
        .iter()
        .map(|entry| ConsoleEntry { text: entry.to_string(), is_fault: is_fault(entry) })
        .collect())
}

/// Returns `true` for an error of the page's code. A server that cannot be reached or sends a
/// damaged file may be part of a story, and the browser's own advice on a page is no error.
fn is_fault(entry: &Value) -> bool {
    let text = |key: &str| entry[key].as_str().unwrap_or_default();
    let is_damaged = text("message").contains("integrity");
    entry["level"] == "SEVERE" && !["network", "other"].contains(&text("source")) && !is_damaged
}
