//! A page and the person who uses it by the accessible names of its controls.

use std::fmt;
use std::rc::Rc;

use anyhow::{Context as _, Result, bail, ensure};
use base64ct::{Base64, Encoding as _};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::browser::{Browser, ConsoleEntry, Engine, Part};
use super::{Stopped, Video, until};

/// The key of an element's id in `WebDriver` responses.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The page that is shared: blue on the left, alternating red and yellow on the right.
const SLIDES: &str = include_str!("slides.html");

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

/// The resources of a page, counted in several ways. If two counts are equal, nothing was leaked in
/// between.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftovers {
    /// The resources that the page's own code reports.
    pub held: Value,
    /// The number of connections that are not closed.
    pub connections: usize,
    /// The number of live captured tracks.
    pub tracks: usize,
    /// The number of listeners, as counted by the browser.
    pub listeners: u64,
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

    /// Closes the tab. An empty one takes its place.
    pub async fn close(&self) -> Result<()> {
        let client = self.browser.client();
        let old = client.window().await?;
        let new = self.browser.open(true).await?;
        client.close_window().await?;
        client.switch_to_window(new).await?;
        ensure!(client.windows().await?.iter().all(|window| *window != old), "the tab stays open");
        Ok(())
    }

    /// Kills the browser, or its renderers, without letting the page react.
    pub(super) fn kill(&self, part: Part) -> Result<()> {
        self.browser.kill(part)
    }

    /// Returns the process id of the browser's driver, by which browsers are told apart.
    pub fn driver(&self) -> u32 {
        self.browser.driver()
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

    /// Clicks the control of this name, as soon as it exists.
    pub async fn click(&self, name: &str) -> Result<()> {
        until(format_args!("{} to click `{name}`", self.who), async || {
            Ok(self.control(name).await?.click().await?)
        })
        .await
    }

    /// Clicks the control of this name if it exists now. Returns `true` if it did.
    pub async fn try_click(&self, name: &str) -> Result<bool> {
        let Some(control) = self.controls(name).await?.into_iter().next() else {
            return Ok(false);
        };
        // It may disappear at this moment.
        Ok(control.click().await.is_ok())
    }

    /// Returns `true` if there is a control of this name now.
    pub async fn has(&self, name: &str) -> Result<bool> {
        Ok(!self.controls(name).await?.is_empty())
    }

    /// Selects a choice in the picker of this name.
    pub async fn choose(&self, name: &str, choice: &str) -> Result<()> {
        until(format_args!("{} to choose `{choice}` for `{name}`", self.who), async || {
            Ok(self.control(name).await?.select_by_label(choice).await?)
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

    /// Opens another tab of the same browser for the same person, in front.
    pub async fn in_another_tab(&self) -> Result<OtherTab> {
        let client = self.browser.client();
        let first = client.window().await?;
        let tab = self.browser.open(true).await?;
        client.switch_to_window(tab).await?;
        self.browser.prepare_tab().await?;
        Ok(OtherTab { page: self.clone(), first })
    }

    /// Replaces the text of the field of this name.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to fill `{name}`", self.who), async || {
            let field = self.control(name).await?;
            field.clear().await?;
            field.send_keys(text).await?;
            let value = field.prop("value").await?;
            ensure!(value.as_deref() == Some(text), "the field holds {value:?}");
            Ok(())
        })
        .await
    }

    /// Inserts a text, with its line breaks, into the field of this name at once, as drag and drop
    /// does.
    pub async fn put(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to put a text into `{name}`", self.who), async || {
            let field = json!({ ELEMENT: self.control(name).await?.element_id().to_string() });
            let put = "arguments[0].value = arguments[1];
                arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }))";
            self.browser.client().execute(put, vec![field, text.into()]).await?;
            Ok(())
        })
        .await
    }

    /// Pastes copied text into the field of this name, and expects it to be `text`.
    pub async fn paste(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to paste into `{name}`", self.who), async || {
            let field = self.control(name).await?;
            field.clear().await?;
            field.send_keys(&[char::from(Key::Control), 'v'].iter().collect::<String>()).await?;
            let value = field.prop("value").await?;
            ensure!(value.as_deref() == Some(text), "the field holds {value:?}");
            Ok(())
        })
        .await
    }

    /// Moves the focus forward by Tab until it is on the control of this name.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        until(format_args!("{} to reach `{name}` by Tab", self.who), async || {
            self.press(Key::Tab).await?;
            let focused = self.focused().await?;
            ensure!(focused == name, "the focus is on `{focused}`");
            Ok(())
        })
        .await
    }

    /// Presses a key.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.type_text(&char::from(key).to_string()).await
    }

    /// Types on the keyboard, wherever the focus is.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let keys = text.chars().fold(KeyActions::new("keyboard".to_owned()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        Ok(self.browser.client().perform_actions(keys).await?)
    }

    /// Returns the name of the focused element.
    pub async fn focused(&self) -> Result<String> {
        let element = self.browser.client().active_element().await?;
        self.browser.computed_label(&element.element_id()).await
    }

    /// Waits until there is a control of this name.
    pub async fn offers(&self, name: &str) -> Result<()> {
        until(format_args!("{} to be offered `{name}`", self.who), async || {
            self.control(name).await.map(drop)
        })
        .await
    }

    /// Waits until there is no control of this name.
    pub async fn no_longer_offers(&self, name: &str) -> Result<()> {
        until(format_args!("`{name}` to go from {}'s page", self.who), async || {
            let count = self.controls(name).await?.len();
            ensure!(count == 0, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Waits until a text is visible or available to a screen reader.
    pub async fn says(&self, words: &str) -> Result<()> {
        until(format_args!("{}'s page to say `{words}`", self.who), async || {
            let text = self.text().await?;
            ensure!(text.contains(words), "{text:?}");
            Ok(())
        })
        .await
    }

    /// Waits until a text is gone.
    pub async fn no_longer_says(&self, words: &str) -> Result<()> {
        until(format_args!("`{words}` to go from {}'s page", self.who), async || {
            let text = self.text().await?;
            ensure!(!text.contains(words), "{text:?}");
            Ok(())
        })
        .await
    }

    /// Returns all text of the page, including text for screen readers only.
    pub async fn text(&self) -> Result<String> {
        self.probe("text", &[]).await
    }

    /// Returns another person's camera video, by the name that they gave.
    pub fn camera_of(&self, name: &str) -> Video<'_> {
        Video::new(self, "camera", name)
    }

    /// Returns another person's screen video.
    pub fn screen_of(&self, name: &str) -> Video<'_> {
        Video::new(self, "screen", name)
    }

    /// Returns the live captured tracks.
    pub async fn captured(&self) -> Result<Vec<String>> {
        self.probe("captured", &[]).await
    }

    /// Waits until every captured device is released. Fails if none was ever captured.
    pub async fn releases_every_device(&self) -> Result<()> {
        #[derive(Deserialize)]
        struct Made {
            tracks: usize,
        }
        let made: Made = self.probe("made", &[]).await?;
        ensure!(made.tracks > 0, "{} never had a device", self.who);
        until(format_args!("{}'s devices to be released", self.who), async || {
            let captured = self.captured().await?;
            ensure!(captured.is_empty(), "{captured:?}");
            Ok(())
        })
        .await
    }

    /// Counts the resources of the page once two counts in a row are equal.
    pub async fn leftovers(&self) -> Result<Leftovers> {
        let mut last = None;
        until(format_args!("{}'s page to come to rest", self.who), async || {
            let now = self.count().await?;
            let before = last.replace(now.clone());
            ensure!(before.as_ref() == Some(&now), "{now:?} after {before:?}");
            Ok(now)
        })
        .await
    }

    /// Counts the resources after a garbage collection.
    async fn count(&self) -> Result<Leftovers> {
        self.browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
        let counters = self.browser.cdp("Memory.getDOMCounters", json!({})).await?;
        let connections: Vec<String> = self.probe("connections", &[]).await?;
        Ok(Leftovers {
            held: self.probe("held", &[]).await?,
            connections: connections.len(),
            tracks: self.captured().await?.len(),
            listeners: counters["jsEventListeners"].as_u64().context("no listeners are counted")?,
        })
    }

    /// Waits until the page has no more resources than before.
    pub async fn holds_no_more_than(&self, before: &Leftovers) -> Result<()> {
        until(format_args!("{}'s page to hold no more than before", self.who), async || {
            let now = self.count().await?;
            let as_much = Leftovers { listeners: before.listeners, ..now.clone() };
            ensure!(
                as_much == *before && now.listeners <= before.listeners,
                "{now:?} after {before:?}"
            );
            Ok(())
        })
        .await
    }

    /// Returns the available outgoing bitrate of each connection, by its own estimate.
    pub async fn bandwidths(&self) -> Result<Vec<f64>> {
        self.probe("bandwidths", &[]).await
    }

    /// Returns descriptions and addresses that only the two pages may know.
    pub async fn secrets(&self) -> Result<Vec<String>> {
        self.probe("secrets", &[]).await
    }

    /// Opens the page with the slides in another window, which is what this browser shares. Firefox
    /// shares a canvas with the same content.
    pub async fn open_slides(&self) -> Result<Slides<'_>> {
        self.open_slides_of(SLIDES).await
    }

    /// Opens a different page to share, whose title must be "Slides".
    pub async fn open_slides_of(&self, html: &str) -> Result<Slides<'_>> {
        let windows = match self.browser.engine() {
            Engine::Chromium => Some(self.open_beside(html).await?),
            Engine::Firefox | Engine::WebKit => None,
        };
        Ok(Slides { page: self, windows })
    }

    /// Returns the windows of the call and of the slides.
    async fn open_beside(&self, html: &str) -> Result<[WindowHandle; 2]> {
        let client = self.browser.client();
        let call = client.window().await?;
        let slides = self.browser.open(false).await?;
        client.switch_to_window(slides.clone()).await?;
        let source = Base64::encode_string(html.as_bytes());
        client.goto(&format!("data:text/html;base64,{source}")).await?;
        client.switch_to_window(call.clone()).await?;
        Ok([call, slides])
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

    async fn controls(&self, name: &str) -> Result<Vec<Element>> {
        let Value::Array(found) = self.probe_raw("controls", &[name]).await? else {
            bail!("controls are a list");
        };
        let element = |found: &Value| {
            let id = found[ELEMENT].as_str().context("a control is an element")?;
            let id = ElementRef::from(id.to_owned());
            Ok(Element::from_element_id(self.browser.client().clone(), id))
        };
        found.iter().map(element).collect()
    }

    /// Returns the first control of this name. The browser's accessibility tree must agree on the
    /// name.
    async fn control(&self, name: &str) -> Result<Element> {
        let Some(control) = self.controls(name).await?.into_iter().next() else {
            bail!("no control of this name, but the text {:?}", self.text().await?);
        };
        let label = self.browser.computed_label(&control.element_id()).await?;
        ensure!(label == name, "the accessibility tree calls it `{label}`");
        Ok(control)
    }
}

/// A person in another tab of the same browser.
pub struct OtherTab {
    page: Page,
    first: WindowHandle,
}

impl OtherTab {
    /// Returns the page in this tab.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Returns to the first tab; this one stays open.
    pub async fn leave(self) -> Result<()> {
        Ok(self.page.browser.client().switch_to_window(self.first).await?)
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}'s page", self.who)
    }
}

/// The shared window.
pub struct Slides<'a> {
    page: &'a Page,
    windows: Option<[WindowHandle; 2]>,
}

impl Slides<'_> {
    /// Closes the window, which ends the screen share from outside the page.
    pub async fn close(self) -> Result<()> {
        let Some([call, slides]) = self.windows else {
            bail!("the screen of Firefox is there as long as the page");
        };
        let client = self.page.browser.client();
        client.switch_to_window(slides).await?;
        client.close_window().await?;
        Ok(client.switch_to_window(call).await?)
    }
}
