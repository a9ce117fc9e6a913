//! A page and the person who uses it by the accessible names of its controls.

mod controls;
mod held;
mod windows;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64, Encoding as _};
use fantoccini::error::CmdError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::browser::{Browser, ConsoleEntry, Part};
use super::{Stopped, Video, until};
pub use held::Leftovers;

/// A page in its own browser.
#[derive(Clone)]
pub struct Page {
    who: String,
    browser: Rc<Browser>,
}

/// The preferred colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl Page {
    /// Returns the page of a person in a browser.
    pub fn new(who: &str, browser: Rc<Browser>) -> Self {
        Self { who: who.to_owned(), browser }
    }

    /// Returns the name of the person.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Navigates to an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        let client = self.browser.client();
        client.goto(address).await.with_context(|| format!("{} opens {address}", self.who))?;
        // From here on errors are recorded in every browser.
        self.run(&self.browser.prelude()).await.map(drop)
    }

    /// Reloads the page.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.browser.client().refresh().await?)
    }

    /// Goes back in the browser's history.
    pub async fn back(&self) -> Result<()> {
        Ok(self.browser.client().back().await?)
    }

    /// Goes forward in the browser's history.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.browser.client().forward().await?)
    }

    /// Sends a command of the Chrome `DevTools` Protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<()> {
        self.ask(command, parameters).await.map(drop)
    }

    /// Sends such a command, and returns its answer.
    pub async fn ask(&self, command: &str, parameters: Value) -> Result<Value> {
        self.browser.cdp(command, parameters).await
    }

    /// Kills the browser, or its renderers, without letting the page react.
    pub(super) fn kill(&self, part: Part) -> Result<()> {
        self.browser.kill(part)
    }

    /// Returns the process id of the browser's driver, by which browsers are told apart.
    pub fn driver(&self) -> u32 {
        self.browser.driver()
    }

    /// Returns the processor time that the browser has used in this story.
    pub(super) fn processor_time(&self) -> Duration {
        self.browser.processor_time()
    }

    /// Freezes the page until the value is dropped. Only Chromium has separate processes for pages.
    pub fn freeze(&self) -> Result<Stopped> {
        self.browser.freeze()
    }

    /// Returns the browser, if there is no other page in it.
    pub(super) fn into_browser(self) -> Option<Browser> {
        Rc::into_inner(self.browser)
    }

    /// Returns `true` if both pages are in the same browser.
    pub(super) fn shares_browser(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.browser, &other.browser)
    }

    /// Returns the address of the page, once it contains the secret of a room.
    pub async fn link(&self) -> Result<String> {
        until(format_args!("{}'s address to be a link", self.who), async || {
            let address = self.browser.client().current_url().await?;
            ensure!(address.fragment().is_some_and(|secret| secret.len() == 22), "{address}");
            Ok(address.into())
        })
        .await
    }

    /// Lets the page enumerate devices, as a browser does once the person has allowed their use.
    pub async fn may_know_devices(&self) -> Result<()> {
        let permissions = json!({ "permissions": ["audioCapture", "videoCapture"] });
        self.browser.cdp("Browser.grantPermissions", permissions).await.map(drop)
    }

    /// Sets the permission for devices while the page runs: `granted` or `denied`. Only Chromium
    /// supports this.
    pub async fn set_device_permission(&self, setting: &str) -> Result<()> {
        for name in ["camera", "microphone"] {
            let permission = json!({ "permission": { "name": name }, "setting": setting });
            self.browser.cdp("Browser.setPermission", permission).await?;
        }
        Ok(())
    }

    /// Returns another person's camera video, by the name that they gave.
    pub fn camera_of(&self, name: &str) -> Video<'_> {
        Video::new(self, "camera", name)
    }

    /// Returns another person's screen video.
    pub fn screen_of(&self, name: &str) -> Video<'_> {
        Video::new(self, "screen", name)
    }

    /// Returns the available outgoing bitrate of each connection, by its own estimate.
    pub async fn bandwidths(&self) -> Result<Vec<f64>> {
        self.probe("bandwidths", &[]).await
    }

    /// Returns descriptions and addresses that only the two pages may know.
    pub async fn secrets(&self) -> Result<Vec<String>> {
        self.probe("secrets", &[]).await
    }

    /// Waits until the browser no longer attributes events to the last click.
    pub async fn rests(&self) -> Result<()> {
        until(format_args!("{}'s last click to be long ago", self.who), async || {
            let active = self.run("return navigator.userActivation.isActive").await?;
            ensure!(active == false, "it is not");
            Ok(())
        })
        .await
    }

    /// Runs a script.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.browser.client().execute(script, Vec::new()).await?)
    }

    /// Runs an asynchronous script, whose last argument is the function that takes its result.
    pub async fn run_to_end(&self, script: &str) -> Result<Value> {
        Ok(self.browser.client().execute_async(script, Vec::new()).await?)
    }

    /// Sets the preferred colour scheme, and reduced motion. Only Chromium supports this.
    pub async fn prefers(&self, scheme: Scheme) -> Result<()> {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        // Without motion, so that no colour is checked in a transition.
        let features = json!([
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        let media = json!({ "features": features });
        self.browser.cdp("Emulation.setEmulatedMedia", media).await?;
        let query = format!("return matchMedia('(prefers-color-scheme: {value})').matches");
        ensure!(self.run(&query).await? == true, "{self:?} is not told to be {value}");
        Ok(())
    }

    /// Sets the size of the page's viewport. Firefox does not support this.
    pub async fn sized(&self, width: u32, height: u32) -> Result<()> {
        self.browser.resize(width, height).await
    }

    /// Limits the bandwidth in each direction, including media. Only Chromium supports this. A
    /// connection that was made without a limit ignores later ones, so set a high limit before the
    /// call in order to set a low one during the call.
    pub async fn limit_network(&self, kilobits_per_second: u32) -> Result<()> {
        self.browser.has_own_process()?;
        let bytes_per_second = kilobits_per_second * 1000 / 8;
        let limits = json!({
            "offline": false,
            "latency": 0,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        });
        self.browser.cdp("Network.enable", json!({})).await?;
        self.browser.cdp("Network.emulateNetworkConditions", limits).await.map(drop)
    }

    /// Returns a screenshot of the page, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        self.browser.screenshot().await
    }

    /// Returns an enlarged screenshot of the page in a viewport of this size, as WebP. Only
    /// Chromium supports this.
    pub async fn webp(&self, (width, height): (u32, u32), scale: u32) -> Result<Vec<u8>> {
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": scale });
        let parameters = json!({ "format": "webp", "quality": 80, "clip": clip });
        let image = self.browser.cdp("Page.captureScreenshot", parameters).await?;
        let image = image["data"].as_str().context("an image is a string")?;
        Ok(Base64::decode_vec(image)?)
    }

    /// Returns the page's markup.
    pub async fn source(&self) -> Result<String> {
        Ok(self.browser.client().source().await?)
    }

    /// Returns the new entries of the console.
    pub async fn console(&self) -> Result<Vec<ConsoleEntry>> {
        self.browser.console().await
    }

    /// Calls a function of the probe.
    pub async fn probe<T: DeserializeOwned>(
        &self,
        function: &str,
        arguments: &[&str],
    ) -> Result<T> {
        Ok(serde_json::from_value(self.probe_raw(function, arguments).await?)?)
    }

    async fn probe_raw(&self, function: &str, arguments: &[&str]) -> Result<Value> {
        let prelude = self.browser.prelude();
        let script = format!("{prelude}return tincanProbe.{function}(...arguments)");
        let arguments = arguments.iter().copied().map(Value::from).collect();
        let result = self.browser.client().execute(&script, arguments).await;
        result.map_err(|error| {
            // WebKit's driver sends no message.
            let code = if let CmdError::Standard(error) = &error {
                error.error()
            } else {
                "no standard error".to_owned()
            };
            let asked = format!("{}'s page, asked for {function} ({code})", self.who);
            anyhow::Error::new(error).context(asked)
        })
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}'s page", self.who)
    }
}
