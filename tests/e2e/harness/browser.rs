//! Chromium, driven by its own driver, with devices that always work.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::process::{Output, Process};
use super::programs;

/// No window, no traffic of its own, no noise, and calls within a machine that has no network.
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--window-size=1280,800",
    "--allow-loopback-in-peer-connection",
];

/// Looks into every page from before its first script.
const PROBE: &str = include_str!("probe.js");

/// What becomes of a page that asks for devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Devices {
    /// It gets a camera that draws and a microphone that beeps.
    Granted,
    /// The same, but there is no camera.
    NoCamera,
    /// The person said no.
    Denied,
}

/// How a browser is set up.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// What becomes of a page that asks for devices.
    pub(crate) devices: Devices,
    /// The language that the person prefers.
    pub(crate) language: &'static str,
    /// Further arguments.
    pub(crate) arguments: Vec<&'static str>,
    /// A script that runs in every page before its own.
    pub(crate) script: &'static str,
    /// Takes a certificate from anybody.
    pub(crate) trusting: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            devices: Devices::Granted,
            language: "en-US",
            arguments: Vec::new(),
            script: "",
            trusting: false,
        }
    }
}

/// A browser with a profile of its own; it ends with its owner.
pub(crate) struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    // In this order: nothing writes into the profile any more when it goes.
    _process: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts a driver and its browser.
    pub(crate) async fn start(setup: &Setup, output: &Output) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut driver = Command::new(programs::chromedriver()?);
        let mut process = Process::start(driver.arg("--port=0"), output)?;
        let port = process.line("the driver's port", driver_port).await?;
        let driver = SocketAddr::from(([127, 0, 0, 1], port));

        let Value::Object(capabilities) = capabilities(setup, &profile)? else {
            bail!("capabilities are no object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://{driver}"))
            .await
            .context("the browser does not start")?;
        let session = client.session_id().await?.context("the browser has no session")?;
        let browser = Self { client, session, driver, _process: process, _profile: profile };
        browser.prepare(setup).await?;
        Ok(browser)
    }

    /// The connection to the browser.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sets up what every page finds.
    pub(crate) async fn prepare(&self, setup: &Setup) -> Result<()> {
        for source in [PROBE, setup.script] {
            let source = json!({ "source": source });
            cdp(&self.client, "Page.addScriptToEvaluateOnNewDocument", source).await?;
        }
        if setup.devices == Devices::Denied {
            for name in ["camera", "microphone"] {
                let denied = json!({ "permission": { "name": name }, "setting": "denied" });
                cdp(&self.client, "Browser.setPermission", denied).await?;
            }
        }
        Ok(())
    }

    /// Ends the session by hand, since nothing can be awaited any more: without its session the
    /// browser would outlive the driver.
    fn end_session(&self) -> std::io::Result<()> {
        let mut driver = TcpStream::connect(self.driver)?;
        driver.set_read_timeout(Some(Duration::from_secs(10)))?;
        let Self { session, driver: host, .. } = self;
        write!(driver, "DELETE /session/{session} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        // The first bytes of the answer come when the browser is gone.
        driver.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // If the driver does not answer, its end is all that is left.
        let _ = self.end_session();
    }
}

fn capabilities(setup: &Setup, profile: &TempDir) -> Result<Value> {
    let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
    arguments.extend(setup.arguments.iter().copied().map(str::to_owned));
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    arguments.push(format!("--lang={}", setup.language));
    arguments.push(format!("--accept-lang={}", setup.language));
    // Whoever shares something shares the window with the slides, without being asked.
    arguments.push(format!("--auto-select-tab-capture-source-by-title={SLIDES}"));
    let (fake, accept) = match setup.devices {
        Devices::Granted => ("", true),
        Devices::NoCamera => ("=device-count=0", true),
        Devices::Denied => ("", false),
    };
    arguments.push(format!("--use-fake-device-for-media-stream{fake}"));
    if accept {
        arguments.push("--auto-accept-camera-and-microphone-capture".to_owned());
    }
    // Chromium has no sandbox for root.
    if profile.path().metadata()?.uid() == 0 {
        arguments.push("--no-sandbox".to_owned());
    }
    Ok(json!({
        "acceptInsecureCerts": setup.trusting,
        "goog:chromeOptions": { "binary": programs::chromium()?, "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    }))
}

/// The title of the page that is shared.
const SLIDES: &str = "Slides";

fn driver_port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

/// Asks the browser for something that `WebDriver` has no words for.
pub(crate) async fn cdp(client: &Client, command: &str, parameters: Value) -> Result<Value> {
    let body = json!({ "cmd": command, "params": parameters });
    let path = "goog/cdp/execute".to_owned();
    let command = Raw { method: Method::POST, path, body: Some(body) };
    Ok(client.issue_cmd(command).await?)
}

/// The browser's console since it was asked last.
pub(crate) async fn console(client: &Client) -> Result<Vec<Value>> {
    let body = Some(json!({ "type": "browser" }));
    let command = Raw { method: Method::POST, path: "se/log".to_owned(), body };
    let entries = client.issue_cmd(command).await?;
    Ok(entries.as_array().context("the console is a list")?.clone())
}

/// What the browser's own accessibility tree calls an element.
pub(crate) async fn computed_label(client: &Client, element: &str) -> Result<String> {
    let path = format!("element/{element}/computedlabel");
    let label = client.issue_cmd(Raw { method: Method::GET, path, body: None }).await?;
    Ok(label.as_str().context("a label is a text")?.to_owned())
}

/// A command that fantoccini does not know.
struct Raw {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}
