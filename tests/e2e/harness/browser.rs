//! A browser, driven by its own driver, with devices that always work.

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

/// Looks into every page from before its first script.
const PROBE: &str = include_str!("probe.js");

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// It cannot call, and is not there on every system.
    WebKit,
}

/// What becomes of a page that asks for devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Devices {
    /// It gets a camera that draws and a microphone that beeps.
    Granted,
    /// The person allows the camera and blocks the microphone.
    NoMicrophoneAllowed,
    /// The same, but there is no camera. Only Chromium can do without.
    NoCamera,
    /// There are none. Only WebKit can do without.
    None,
    /// The person said no.
    Denied,
}

/// What a person likes their camera to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// Little: machines that run tests have no more to spare than two browsers take.
    Small,
    /// What the page sends by itself.
    Usual,
}

impl Pictures {
    /// The script that has the page remember it.
    const fn script(self) -> &'static str {
        match self {
            Self::Small => include_str!("small.js"),
            Self::Usual => "",
        }
    }
}

/// What is killed of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What runs its pages, as in a crash. Only Chromium has its own for that.
    Renderer,
    /// All of it.
    Whole,
}

/// The argument of the processes that run pages.
const RENDERER: &str = "--type=renderer";

/// How a browser is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Whose browser it is.
    pub engine: Engine,
    /// What becomes of a page that asks for devices.
    pub devices: Devices,
    /// The language that the person prefers.
    pub language: &'static str,
    /// What the camera films instead of a picture that is drawn for it: a file of YUV4MPEG2. Only
    /// Chromium can show one.
    pub film: Option<PathBuf>,
    /// How large the pictures are that the page sends.
    pub pictures: Pictures,
    /// The size of the window.
    pub window: (u32, u32),
    /// Further arguments, as this browser knows them.
    pub arguments: Vec<&'static str>,
    /// A script that runs in every page before its own.
    pub script: &'static str,
    /// Takes a certificate from anybody.
    pub trusting: bool,
    /// Where the browser runs, if not simply on this machine. Only Chromium can be elsewhere.
    pub place: Option<Rc<dyn Place>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            engine: Engine::Chromium,
            devices: Devices::Granted,
            language: "en-US",
            film: None,
            pictures: Pictures::Small,
            window: (1280, 800),
            arguments: Vec::new(),
            script: "",
            trusting: false,
            place: None,
        }
    }
}

impl Setup {
    /// The usual one with this engine.
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// How a program is started where the browser runs.
    fn command(&self, program: &Path) -> Command {
        match &self.place {
            Some(place) => place.command(program),
            None => Command::new(program),
        }
    }

    /// The address that leads to a port where the browser runs.
    fn reach(&self, port: u16) -> Result<SocketAddr> {
        match &self.place {
            Some(place) => place.reach(port),
            None => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        }
    }
}

/// A line of the browser's console.
#[derive(Debug, Clone)]
pub struct ConsoleEntry {
    /// All that the browser tells of it.
    pub text: String,
    /// Whether the page's code is to blame.
    pub is_fault: bool,
}

/// What it takes to start a browser.
struct Start {
    driver: Command,
    port: Port,
    /// What the session shall be.
    capabilities: Value,
}

/// The port of a driver.
enum Port {
    /// Found in a line that the driver says.
    Said(fn(&str) -> Option<u16>),
    /// The driver was told to take it.
    Known(u16),
}

/// A browser with a profile of its own; it ends with its owner.
pub struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    beyond: Beyond,
    // In this order: nothing writes into the profile any more when it goes.
    process: Process,
    _profile: TempDir,
    // The way to the driver lasts as long as this.
    _place: Option<Rc<dyn Place>>,
}

/// How a browser is asked for what `WebDriver` has no words for.
enum Beyond {
    /// Chromium's own protocol, by way of its driver.
    Cdp,
    /// `WebDriver BiDi`, by a connection to Firefox.
    Bidi(Bidi),
    /// Nothing but the display on which WebKit is seen.
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
            Port::Said(find) => setup.reach(process.line("the driver's port", find).await?)?,
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
        // Before anything else may fail: now the session ends with its owner.
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

    /// The connection to the browser.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whose browser it is.
    pub fn engine(&self) -> Engine {
        match self.beyond {
            Beyond::Cdp => Engine::Chromium,
            Beyond::Bidi(_) => Engine::Firefox,
            Beyond::Display(_) => Engine::WebKit,
        }
    }

    /// Asks Chromium for something that `WebDriver` has no words for.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        match self.beyond {
            Beyond::Cdp => chromium::cdp(&self.client, command, parameters).await,
            Beyond::Bidi(_) | Beyond::Display(_) => bail!("only Chromium knows {command}"),
        }
    }

    /// The script to run before any other that looks into a page: what could not be put there before
    /// the page's own scripts.
    pub fn prelude(&self) -> String {
        match self.beyond {
            Beyond::Cdp | Beyond::Bidi(_) => String::new(),
            Beyond::Display(_) => webkit::prelude(),
        }
    }

    /// Gives the page a viewport of this size. Firefox cannot be told.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        match &self.beyond {
            Beyond::Cdp => chromium::resize(&self.client, width, height).await,
            Beyond::Bidi(_) => bail!("Firefox keeps its size"),
            Beyond::Display(display) => {
                webkit::resize(&self.client, display, (width, height)).await
            }
        }
    }

    /// What the page looks like, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        match &self.beyond {
            Beyond::Cdp | Beyond::Bidi(_) => Ok(self.client.screenshot().await?),
            Beyond::Display(display) => webkit::screenshot(&self.client, display).await,
        }
    }

    /// Sets up what the pages of a new tab find. In Firefox every tab is set up already, and in WebKit
    /// each page is when it is looked into.
    pub async fn prepare_tab(&self) -> Result<()> {
        match self.beyond {
            Beyond::Cdp => chromium::prepare(self, &Setup::default()).await,
            Beyond::Bidi(_) | Beyond::Display(_) => Ok(()),
        }
    }

    /// The browser's console since it was asked last.
    pub async fn console(&self) -> Result<Vec<ConsoleEntry>> {
        match &self.beyond {
            Beyond::Cdp => chromium::console(&self.client).await,
            Beyond::Bidi(bidi) => firefox::console(bidi).await,
            Beyond::Display(_) => webkit::console(&self.client).await,
        }
    }

    /// What the browser's own accessibility tree calls an element.
    pub async fn computed_label(&self, element: &str) -> Result<String> {
        let path = format!("element/{element}/computedlabel");
        let label = self.client.issue_cmd(Raw { method: Method::GET, path, body: None }).await?;
        Ok(label.as_str().context("a label is a text")?.to_owned())
    }

    /// Kills it, or only the part that runs its pages. Nothing can be asked of it afterwards.
    pub fn kill(&self, part: Part) -> Result<()> {
        stopped::signal("-KILL", &self.processes(part)?)
    }

    /// Stops what runs its pages, as a system freezes a tab. Nothing can be asked of it until the
    /// value is dropped.
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
