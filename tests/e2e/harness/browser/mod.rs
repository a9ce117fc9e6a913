//! A browser under the control of its own driver, with fake devices.

mod bidi;
mod chromium;
mod display;
mod firefox;
mod webkit;

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tempfile::TempDir;
use url::{ParseError, Url};

use super::place::Place;
use super::process::{Output, Process};
use super::stopped::{self, Stopped};
use bidi::Bidi;
use display::Display;

/// A script that instruments every page before the page's first script.
const PROBE: &str = include_str!("../probe.js");

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKit. It cannot call, and is not installed on every system.
    WebKit,
}

/// The devices that a page gets when it asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Devices {
    /// A fake camera that draws and a fake microphone that beeps.
    Granted,
    /// The camera is allowed and the microphone is blocked.
    NoMicrophoneAllowed,
    /// A microphone, but no camera exists. Only Chromium supports this.
    NoCamera,
    /// No devices exist. Only WebKit supports this.
    None,
    /// The person denied access.
    Denied,
}

/// The video that a page sends. It costs most of the power of a machine that runs stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentVideo {
    /// Small, and in Chromium eight frames a second: enough to tell a moving picture from one that
    /// stands still.
    Slow,
    /// Small, and fifteen frames a second, to measure how long a picture stands still.
    Small,
    /// The page's default.
    Usual,
}

impl SentVideo {
    /// Returns the script that stores this choice in the page.
    const fn script(self) -> &'static str {
        match self {
            Self::Slow | Self::Small => include_str!("../small.js"),
            Self::Usual => "",
        }
    }
}

/// The part of a browser that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The renderer processes, as in a crash of a tab. Only Chromium has separate ones.
    Renderer,
    /// The whole browser.
    Whole,
}

/// The argument by which renderer processes are recognised.
const RENDERER: &str = "--type=renderer";

/// The configuration of a browser.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The engine.
    pub engine: Engine,
    /// The devices that pages get.
    pub devices: Devices,
    /// The preferred language of the person.
    pub language: &'static str,
    /// A YUV4MPEG2 file to play as the camera's video instead of the generated one. Only Chromium
    /// supports this.
    pub film: Option<PathBuf>,
    /// The video that pages send.
    pub sent_video: SentVideo,
    /// The size of the window.
    pub window: (u32, u32),
    /// Additional command-line arguments.
    pub arguments: Vec<&'static str>,
    /// A script to run in every page before the page's own scripts.
    pub script: &'static str,
    /// Set if any certificate is accepted.
    pub trusting: bool,
    /// The place where the browser runs, if not simply on this machine. Only Chromium supports
    /// this.
    pub place: Option<Rc<dyn Place>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            engine: Engine::Chromium,
            devices: Devices::Granted,
            language: "en-US",
            film: None,
            sent_video: SentVideo::Slow,
            window: (1280, 800),
            arguments: Vec::new(),
            script: "",
            trusting: false,
            place: None,
        }
    }
}

impl Setup {
    /// Returns the default configuration for an engine.
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// Returns the default configuration with a script to run in every page.
    pub fn with_script(script: &'static str) -> Self {
        Self { script, ..Self::default() }
    }

    /// Returns a command that starts a program where the browser runs.
    fn command(&self, program: &Path) -> Command {
        match &self.place {
            Some(place) => place.command(program),
            None => Command::new(program),
        }
    }

    /// Returns an address that leads to a port where the browser runs.
    fn reach(&self, port: u16) -> Result<SocketAddr> {
        match &self.place {
            Some(place) => place.reach(port),
            None => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        }
    }
}

/// An entry of the browser's console.
#[derive(Debug, Clone)]
pub struct ConsoleEntry {
    /// The text, in as much detail as the browser gives.
    pub text: String,
    /// True if the page's code caused it.
    pub is_fault: bool,
}

/// The parts needed to start a browser.
struct Start {
    driver: Command,
    port: Port,
    /// The capabilities of the session.
    capabilities: Value,
}

/// The port of a driver.
enum Port {
    /// It is in a line of the driver's output.
    Announced(fn(&str) -> Option<u16>),
    /// It was passed to the driver.
    Known(u16),
}

/// A browser with its own profile. It is closed when it is dropped.
pub struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    beyond: Beyond,
    // Field order matters: the browser has to end before its profile is deleted.
    process: Process,
    _profile: TempDir,
    // The connection to the driver goes through this place.
    _place: Option<Rc<dyn Place>>,
}

/// The channel for commands that `WebDriver` lacks.
enum Beyond {
    /// The Chrome `DevTools` Protocol, through the driver.
    Cdp,
    /// `WebDriver BiDi`, through a connection to Firefox.
    Bidi(Bidi),
    /// The display on which WebKit is visible.
    Display(Display),
}

impl Browser {
    /// Starts a driver and its browser.
    pub async fn start(setup: &Setup, output: &Output) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut display = None;
        let Start { mut driver, port, capabilities } = match setup.engine {
            Engine::Chromium => chromium::start(setup, profile.path())?,
            Engine::Firefox => firefox::start(setup, profile.path())?,
            Engine::WebKit => {
                let display = display.insert(Display::start().await?);
                webkit::start(setup, profile.path(), display)?
            }
        };
        let Value::Object(capabilities) = capabilities else {
            bail!("capabilities are no object");
        };
        let mut process = Process::start(&mut driver, output)?;
        let driver = match port {
            Port::Announced(find) => setup.reach(process.line("the driver's port", find).await?)?,
            Port::Known(port) => {
                let driver = setup.reach(port)?;
                process.listens(driver).await?;
                driver
            }
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://{driver}"))
            .await
            .context("the browser does not start")?;
        let session = client.session_id().await?.context("the browser has no session")?;
        // Before anything else can fail, so that dropping the browser ends the session.
        let beyond = display.map_or(Beyond::Cdp, Beyond::Display);
        let mut browser = Self {
            client,
            session,
            driver,
            beyond,
            process,
            _profile: profile,
            _place: setup.place.clone(),
        };
        match setup.engine {
            Engine::Chromium => chromium::prepare(&browser, setup).await?,
            Engine::Firefox => {
                browser.beyond = Beyond::Bidi(firefox::prepare(&browser.client, setup).await?);
            }
            Engine::WebKit => browser.resize(setup.window.0, setup.window.1).await?,
        }
        Ok(browser)
    }

    /// Returns the client of the session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        match self.beyond {
            Beyond::Cdp => Engine::Chromium,
            Beyond::Bidi(_) => Engine::Firefox,
            Beyond::Display(_) => Engine::WebKit,
        }
    }

    /// Sends a command of the Chrome `DevTools` Protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        match self.beyond {
            Beyond::Cdp => chromium::cdp(&self.client, command, parameters).await,
            Beyond::Bidi(_) | Beyond::Display(_) => bail!("only Chromium knows {command}"),
        }
    }

    /// Returns the script to run before any other that inspects a page: instrumentation that could
    /// not be installed before the page's own scripts.
    pub fn prelude(&self) -> String {
        match self.beyond {
            Beyond::Cdp | Beyond::Bidi(_) => String::new(),
            Beyond::Display(_) => webkit::prelude(),
        }
    }

    /// Sets the size of the page's viewport. Firefox does not support this.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        match &self.beyond {
            Beyond::Cdp => chromium::resize(&self.client, width, height).await,
            Beyond::Bidi(_) => bail!("Firefox keeps its size"),
            Beyond::Display(display) => {
                webkit::resize(&self.client, display, (width, height)).await
            }
        }
    }

    /// Returns a screenshot of the page, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        match &self.beyond {
            Beyond::Cdp | Beyond::Bidi(_) => Ok(self.client.screenshot().await?),
            Beyond::Display(display) => webkit::screenshot(&self.client, display).await,
        }
    }

    /// Instruments the pages of a new tab. In Firefox every tab is already instrumented, and in
    /// WebKit each page is when it is inspected.
    pub async fn prepare_tab(&self) -> Result<()> {
        match self.beyond {
            Beyond::Cdp => chromium::prepare(self, &Setup::default()).await,
            Beyond::Bidi(_) | Beyond::Display(_) => Ok(()),
        }
    }

    /// Returns the new entries of the browser's console.
    pub async fn console(&self) -> Result<Vec<ConsoleEntry>> {
        match &self.beyond {
            Beyond::Cdp => chromium::console(&self.client).await,
            Beyond::Bidi(bidi) => firefox::console(bidi).await,
            Beyond::Display(_) => webkit::console(&self.client).await,
        }
    }

    /// Returns the name of an element in the browser's accessibility tree.
    pub async fn computed_label(&self, element: &str) -> Result<String> {
        let path = format!("element/{element}/computedlabel");
        let label = self.client.issue_cmd(Raw { method: Method::GET, path, body: None }).await?;
        Ok(label.as_str().context("a label is a text")?.to_owned())
    }

    /// Kills the browser, or only its renderers. It cannot be used afterwards.
    pub fn kill(&self, part: Part) -> Result<()> {
        stopped::signal("-KILL", &self.processes(part)?)
    }

    /// Stops the renderers, as a system freezes a tab. The page does not respond until the value is
    /// dropped.
    pub fn freeze(&self) -> Result<Stopped> {
        Stopped::stop_processes(self.processes(Part::Renderer)?)
    }

    fn processes(&self, part: Part) -> Result<Vec<u32>> {
        let mut ids = stopped::started_by(self.process.id())?;
        if part == Part::Renderer {
            ids.retain(|id| stopped::was_told(*id, RENDERER));
        }
        ensure!(!ids.is_empty(), "the browser has no such process");
        Ok(ids)
    }

    /// Ends the session synchronously, since `drop` cannot await. Without this, the browser would
    /// outlive the driver.
    fn end_session(&self) -> std::io::Result<()> {
        let mut driver = TcpStream::connect(self.driver)?;
        driver.set_read_timeout(Some(Duration::from_secs(10)))?;
        let Self { session, driver: host, .. } = self;
        write!(driver, "DELETE /session/{session} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        // The first bytes of the response arrive when the browser has ended.
        driver.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // If the driver does not answer, killing it has to suffice.
        let _ = self.end_session();
    }
}

/// A `WebDriver` command that fantoccini lacks.
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
