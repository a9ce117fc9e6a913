//! Browser contexts of a Chromium: one for each story that the browser serves.
//!
//! A context has its own storage, caches, service workers, permissions, locks and broadcast
//! channels, like a window in incognito mode. All of it is gone when the context is disposed of.
//! What a context does not separate is what belongs to the process: the clipboard, and everything
//! that is a command-line argument.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use super::instance::Instance;
use super::socket::Socket;
use crate::until;

/// The file in which Chromium writes the port and the path of its WebSocket.
const ADDRESS: &str = "DevToolsActivePort";

/// A context with a window, which is the one under the driver's control.
pub(super) struct Context {
    id: String,
    window: WindowHandle,
    size: (u32, u32),
}

impl Context {
    /// Makes the first context of a browser, with one empty window of this size. It takes the place
    /// of the window with which the browser started.
    pub(super) async fn first(
        instance: &Instance,
        client: &Client,
        size: (u32, u32),
    ) -> Result<Self> {
        let browser = connect(instance).await?;
        let first = client.windows().await?;
        let context = Self::start(&browser, client, size).await?;
        for window in first {
            let window = json!({ "targetId": String::from(window) });
            browser.command("Target.closeTarget", window).await?;
        }
        context.comes_to_be_alone(client).await?;
        Ok(context)
    }

    /// Replaces the context by a new one with one empty window of the same size.
    pub(super) async fn replace(self, instance: &Instance, client: &Client) -> Result<Self> {
        let browser = connect(instance).await?;
        // A browser without a window would end, so the new one comes first.
        let context = Self::start(&browser, client, self.size).await?;
        let old = json!({ "browserContextId": self.id });
        browser.command("Target.disposeBrowserContext", old).await?;
        context.comes_to_be_alone(client).await?;
        Ok(context)
    }

    /// Makes a context with a window, and has the driver control it.
    async fn start(browser: &Socket, client: &Client, size: (u32, u32)) -> Result<Self> {
        let id = browser.command("Target.createBrowserContext", json!({})).await?;
        let id = text(&id, "browserContextId")?;
        let options = json!({ "newWindow": true, "width": size.0, "height": size.1 });
        let window = open(browser, &id, options).await?;
        client.switch_to_window(window.clone()).await?;
        Ok(Self { id, window, size })
    }

    async fn comes_to_be_alone(&self, client: &Client) -> Result<()> {
        until("one window to be left", async || self.is_alone(client).await).await
    }

    /// Fails if the driver's window is not that of the context, or if there is another one.
    pub(super) async fn is_alone(&self, client: &Client) -> Result<()> {
        let (current, all) = (client.window().await?, client.windows().await?);
        ensure!(current == self.window, "the driver is in {current:?}, not {:?}", self.window);
        ensure!(all == [current], "there are {} windows", all.len());
        Ok(())
    }

    /// Opens another window or tab in the context, in the background like the driver's own command.
    pub(super) async fn open(&self, instance: &Instance, tab: bool) -> Result<WindowHandle> {
        let browser = connect(instance).await?;
        open(&browser, &self.id, json!({ "newWindow": !tab, "background": true })).await
    }

    /// Names the context in the parameters of a command that concerns a whole context. Without it
    /// the command would concern the profile.
    pub(super) fn name_in(&self, parameters: &mut Value) {
        parameters["browserContextId"] = json!(self.id);
    }
}

/// Connects to the browser. Contexts are made there; the driver is connected to pages.
async fn connect(instance: &Instance) -> Result<Socket> {
    let file = fs::read_to_string(instance.profile().join(ADDRESS))?;
    let (port, path) = file.trim().split_once('\n').context("the browser has no WebSocket")?;
    Socket::connect(&format!("ws://127.0.0.1:{port}{path}")).await
}

/// Opens an empty page in a context.
async fn open(browser: &Socket, context: &str, mut options: Value) -> Result<WindowHandle> {
    options["url"] = json!("about:blank");
    options["browserContextId"] = json!(context);
    let page = browser.command("Target.createTarget", options).await?;
    // The driver calls windows by the ids of their pages.
    Ok(text(&page, "targetId")?.try_into()?)
}

fn text(answer: &Value, key: &str) -> Result<String> {
    Ok(answer[key].as_str().with_context(|| format!("the browser returns no {key}"))?.to_owned())
}
