//! A browser under the control of its own driver, with fake devices.

mod chromium;
mod context;
mod cost;
mod display;
mod firefox;
mod instance;
mod orphans;
mod pool;
mod raw;
mod setup;
mod socket;
mod webkit;

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use http::Method;
use serde_json::Value;
use tokio::time::timeout;

use super::place::Place;
use super::process::Output;
use super::stopped::{self, Stopped};
use context::{Context, Contexts};
pub(super) use cost::Cost;
use display::Display;
use instance::Instance;
use pool::{Idle, Kind};
use raw::Raw;
pub use setup::{Devices, Engine, OwnProcess, Part, SentVideo, Setup};
use socket::Socket;

/// A script that instruments every page before the page's first script.
const PROBE: &str = include_str!("../probe.js");

/// The argument by which renderer processes are recognised.
const RENDERER: &str = "--type=renderer";

/// Commands of the `DevTools` Protocol that concern a context, rather than the driver's page.
const OF_CONTEXTS: [&str; 4] = [
    "Browser.grantPermissions",
    "Browser.resetPermissions",
    "Browser.setDownloadBehavior",
    "Browser.setPermission",
];

/// The time that a browser may take to change hands: one that hangs is not used again.
const RENEWAL: Duration = Duration::from_secs(20);

/// An entry of the browser's console.
#[derive(Debug, Clone)]
pub struct ConsoleEntry {
    /// The text, in as much detail as the browser gives.
    pub text: String,
    /// True if the page's code caused it.
    pub is_fault: bool,
}

/// A browser. It ends when it is dropped, and is kept for another story if it is given back.
pub struct Browser {
    client: Client,
    shared: Option<Shared>,
    // Field order matters: the browser has to end before its display and its place.
    instance: Instance,
    beyond: Beyond,
    /// The processor time that other stories have used.
    used_before: Duration,
    // The connection to the driver goes through this place.
    _place: Option<Rc<dyn Place>>,
}

/// The part of a browser that is this story's own, if others use the browser before or after it.
struct Shared {
    kind: Kind,
    context: Context,
}

/// The channel for commands that `WebDriver` lacks.
enum Beyond {
    /// The Chrome `DevTools` Protocol, through the driver.
    Cdp,
    /// `WebDriver BiDi`, through a connection to Firefox.
    Bidi(Socket),
    /// The display on which WebKit is visible.
    Display(Display),
}

impl Browser {
    /// Starts a driver and its browser.
    pub async fn start(setup: &Setup, output: &Output) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("tincan-browser-").tempdir()?;
        let mut display = None;
        let start = match setup.engine {
            Engine::Chromium => chromium::start(setup, profile.path())?,
            Engine::Firefox => firefox::start(setup, profile.path())?,
            Engine::WebKit => {
                let display = display.insert(Display::start().await?);
                webkit::start(setup, profile.path(), display)?
            }
        };
        let (instance, client) = Instance::start(start, setup, profile, output).await?;
        let beyond = match (setup.engine, display) {
            (Engine::Firefox, _) => Beyond::Bidi(firefox::connect(&instance, &client).await?),
            (_, Some(display)) => Beyond::Display(display),
            (_, None) => Beyond::Cdp,
        };
        let shared = match Kind::of(setup)? {
            Some(kind) => {
                instance.end_with_this_process()?;
                let contexts = Contexts::of(&instance, &beyond).await?;
                let context = Context::first(&contexts, &client, setup.window).await?;
                Some(Shared { kind, context })
            }
            None => None,
        };
        let (used_before, place) = (Duration::ZERO, setup.place.clone());
        let browser = Self { client, shared, instance, beyond, used_before, _place: place };
        browser.prepare(setup).await?;
        Ok(browser)
    }

    /// Takes a browser that another story has given back, if there is one of this kind.
    pub async fn reuse(setup: &Setup) -> Result<Option<Self>> {
        let Some(kind) = Kind::of(setup)? else { return Ok(None) };
        while let Some(idle) = pool::take(&kind) {
            // One that does not work ends here.
            if let Ok(Ok(browser)) = timeout(RENEWAL, Self::wake(idle, setup)).await {
                return Ok(Some(browser));
            }
        }
        Ok(None)
    }

    async fn wake(Idle { kind, instance, context }: Idle, setup: &Setup) -> Result<Self> {
        let client = instance.client().await?;
        context.is_alone(&client).await?;
        let beyond = match kind.engine() {
            Engine::Firefox => Beyond::Bidi(firefox::reconnect(&instance).await?),
            Engine::Chromium | Engine::WebKit => Beyond::Cdp,
        };
        let shared = Some(Shared { kind, context });
        let used_before = cost::processor_time(instance.id());
        let browser = Self { client, shared, instance, beyond, used_before, _place: None };
        let console = browser.console().await?;
        ensure!(console.is_empty(), "the console of a new page has {console:?}");
        browser.prepare(setup).await?;
        Ok(browser)
    }

    /// Instruments every page, as far as the engine supports this.
    async fn prepare(&self, setup: &Setup) -> Result<()> {
        match &self.beyond {
            Beyond::Cdp => chromium::prepare(self, setup).await,
            Beyond::Bidi(bidi) => {
                let context = self.shared.as_ref().map(|shared| shared.context.id());
                firefox::prepare(bidi, context, setup).await
            }
            Beyond::Display(_) => self.resize(setup.window.0, setup.window.1).await,
        }
    }

    /// Gives the browser back for another story, which gets a new context in it. One that cannot be
    /// shared, or fails meanwhile, ends.
    pub async fn give_back(self) {
        let Self { client, shared: Some(Shared { kind, context }), instance, beyond, .. } = self
        else {
            return;
        };
        let renewed = renew(context, &instance, &client, &beyond);
        if let Ok(Ok(context)) = timeout(RENEWAL, renewed).await {
            instance.output().lines().clear();
            pool::keep(Idle { kind, instance, context });
        }
    }

    /// Returns the process id of the browser's driver.
    pub fn driver(&self) -> u32 {
        self.instance.id()
    }

    /// Returns the processor time that the browser and its driver have used in this story.
    pub fn processor_time(&self) -> Duration {
        cost::processor_time(self.instance.id()).saturating_sub(self.used_before)
    }

    /// Returns the log of the browser's driver.
    pub fn output(&self) -> &Output {
        self.instance.output()
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
    pub async fn cdp(&self, command: &str, mut parameters: Value) -> Result<Value> {
        if let Some(Shared { context, .. }) = &self.shared
            && OF_CONTEXTS.contains(&command)
        {
            context.name_in(&mut parameters);
        }
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

    /// Opens a window or a tab for another page of the same person.
    pub async fn open(&self, tab: bool) -> Result<WindowHandle> {
        match &self.shared {
            Some(Shared { context, .. }) => {
                context.open(&Contexts::of(&self.instance, &self.beyond).await?, tab).await
            }
            None => Ok(self.client.new_window(tab).await?.handle),
        }
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

    /// Fails if other stories use the browser's process.
    pub fn has_own_process(&self) -> Result<()> {
        ensure!(self.shared.is_none(), "other stories share this browser: set `own_process`");
        Ok(())
    }

    fn processes(&self, part: Part) -> Result<Vec<u32>> {
        self.has_own_process()?;
        let mut ids = stopped::started_by(self.instance.id())?;
        if part == Part::Renderer {
            ids.retain(|id| stopped::was_told(*id, RENDERER));
        }
        ensure!(!ids.is_empty(), "the browser has no such process");
        Ok(ids)
    }
}

/// Replaces the context of a story by a new one, and lets go of the client, which belongs to the
/// story's runtime.
async fn renew(
    old: Context,
    instance: &Instance,
    client: &Client,
    beyond: &Beyond,
) -> Result<Context> {
    // Keys that are still pressed, which the driver remembers.
    client.release_actions().await?;
    let context = old.replace(&Contexts::of(instance, beyond).await?, client).await?;
    if let Beyond::Cdp = beyond {
        // What the old pages have reported is of no interest to the next story.
        chromium::console(client).await?;
    }
    client.persist().await?;
    Ok(context)
}
