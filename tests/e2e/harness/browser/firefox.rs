//! Firefox with geckodriver.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use fantoccini::Client;
use serde_json::{Value, json};

use super::instance::{Instance, Port, Start};
use super::socket::Socket;
use super::{ConsoleEntry, Devices, PROBE, Setup};
use crate::programs;

/// A replacement for the screen that a headless browser lacks.
const SCREEN: &str = include_str!("screen.js");

/// Returns the driver, on ports of its choice, and a headless browser.
pub(super) fn start(setup: &Setup, profile: &Path) -> Result<Start> {
    let mut driver = Command::new(programs::geckodriver()?);
    driver.args(["--port=0", "--websocket-port=0", "--profile-root"]).arg(profile);
    let arguments: Vec<_> = ["-headless"].into_iter().chain(setup.arguments.clone()).collect();
    let capabilities = json!({
        "acceptInsecureCerts": setup.trusting,
        "webSocketUrl": true,
        "moz:firefoxOptions": {
            "binary": programs::firefox()?,
            "args": arguments,
            "prefs": preferences(setup)?,
        },
    });
    Ok(Start { driver, port: Port::Announced(port), capabilities })
}

fn port(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening on ")?;
    address.rsplit_once(':')?.1.parse().ok()
}

/// Returns the preferences for a configuration.
pub(super) fn preferences(setup: &Setup) -> Result<Value> {
    let mut preferences = json!({
        "intl.accept_languages": setup.language,
        // A fake camera that draws and a fake microphone that beeps.
        "media.navigator.streams.fake": true,
        // It has no graphics processor, and would draw all that moves 60 times a second.
        "layout.frame_rate": 10,
        // Otherwise Firefox stops the code of a page in its midst when a story leaves it for a page
        // of another process, and what still runs in it fails.
        "dom.abort_script_on_child_shutdown": false,
        // Allows calls within a machine without a network.
        "media.peerconnection.ice.loopback": true,
    });
    match setup.devices {
        Devices::Granted => preferences["media.navigator.permission.disabled"] = json!(true),
        Devices::NoCamera | Devices::None => {
            bail!("Firefox has a camera whenever it has fake devices")
        }
        Devices::NoMicrophoneAllowed => {
            preferences["permissions.default.camera"] = json!(1);
            preferences["permissions.default.microphone"] = json!(2);
        }
        Devices::Denied => {
            for device in ["camera", "microphone"] {
                preferences[format!("permissions.default.{device}")] = json!(2);
            }
        }
    }
    Ok(preferences)
}

/// Connects to a browser that has just been started, and gives its window a size.
pub(super) async fn connect(instance: &Instance, client: &Client) -> Result<Socket> {
    let bidi = reconnect(instance).await?;
    client.set_window_size(1280, 800).await?;
    bidi.command("session.subscribe", json!({ "events": ["log.entryAdded"] })).await?;
    Ok(bidi)
}

/// Connects to a browser again, after another connection is gone. Subscriptions belong to the
/// session, and last.
pub(super) async fn reconnect(instance: &Instance) -> Result<Socket> {
    Socket::connect(instance.bidi().context("the session has no WebSocket")?).await
}

/// Instruments every page of a context, or of the browser.
pub(super) async fn prepare(bidi: &Socket, context: Option<&str>, setup: &Setup) -> Result<()> {
    for script in [SCREEN, PROBE, setup.sent_video.script(), setup.script] {
        // Not in the empty page of a new tab, which lacks the interfaces that the scripts need.
        let function = format!("() => {{ if (location.protocol !== 'about:') {{\n{script}\n}} }}");
        let mut function = json!({ "functionDeclaration": function });
        if let Some(context) = context {
            function["userContexts"] = json!([context]);
        }
        bidi.command("script.addPreloadScript", function).await?;
    }
    Ok(())
}

/// Returns the new entries of the console.
pub(super) async fn console(bidi: &Socket) -> Result<Vec<ConsoleEntry>> {
    // The response follows all earlier events.
    bidi.command("session.status", json!({})).await?;
    Ok(bidi
        .take_events()
        .await
        .iter()
        .map(|event| &event["params"])
        .map(|entry| ConsoleEntry { text: entry.to_string(), is_fault: is_fault(entry) })
        .collect())
}

/// Returns `true` for an error of the page's code. A server that cannot be reached may be part of a
/// story. Firefox distinguishes this from other errors only by its text.
fn is_fault(entry: &Value) -> bool {
    const UNREACHABLE: [&str; 2] =
        ["Firefox can’t establish a connection to the server at ", "The connection to ws"];
    let text = entry["text"].as_str().unwrap_or_default();
    entry["level"] == "error" && !UNREACHABLE.iter().any(|words| text.starts_with(words))
}
