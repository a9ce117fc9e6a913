//! Contexts of a browser: one for each story that the browser serves.
//!
//! A context has its own storage, caches, service workers, permissions, locks and broadcast
//! channels, like a window in incognito mode in Chromium and a container in Firefox. All of it is
//! gone when the context is disposed of. What a context does not separate is what belongs to the
//! process: the clipboard, and everything that is a command-line argument or a preference.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use super::Beyond;
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
        contexts: &Contexts<'_>,
        client: &Client,
        size: (u32, u32),
    ) -> Result<Self> {
        let first = client.windows().await?;
        let context = Self::start(contexts, client, size).await?;
        for window in first {
            contexts.close(window).await?;
        }
        context.comes_to_be_alone(client).await?;
        Ok(context)
    }

    /// Replaces the context by a new one with one empty window of the same size.
    pub(super) async fn replace(self, contexts: &Contexts<'_>, client: &Client) -> Result<Self> {
        // A browser without a window would end, so the new one comes first.
        let context = Self::start(contexts, client, self.size).await?;
        contexts.dispose_of(&self.id).await?;
        context.comes_to_be_alone(client).await?;
        Ok(context)
    }

    /// Makes a context with a window, and has the driver control it.
    async fn start(contexts: &Contexts<'_>, client: &Client, size: (u32, u32)) -> Result<Self> {
        let id = contexts.create().await?;
        let window = contexts.open(&id, New::First(size)).await?;
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
    pub(super) async fn open(&self, contexts: &Contexts<'_>, tab: bool) -> Result<WindowHandle> {
        contexts.open(&self.id, if tab { New::Tab } else { New::Window }).await
    }

    /// Returns the name of the context in the browser.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Names the context in the parameters of a command that concerns a whole context. Without it
    /// the command would concern the profile.
    pub(super) fn name_in(&self, parameters: &mut Value) {
        parameters["browserContextId"] = json!(self.id);
    }
}

/// A new empty page of a context.
#[derive(Clone, Copy)]
enum New {
    /// The first one, in a window of this size.
    First((u32, u32)),
    /// Another window, in the background.
    Window,
    /// Another tab, in the background.
    Tab,
}

/// The connection to a browser by which contexts are made and disposed of.
pub(super) enum Contexts<'a> {
    /// To the browser itself. The driver is connected to pages.
    Chromium(Socket),
    /// `WebDriver BiDi`, which calls contexts "user contexts".
    Firefox(&'a Socket),
}

impl<'a> Contexts<'a> {
    /// Connects to a browser.
    pub(super) async fn of(instance: &Instance, beyond: &'a Beyond) -> Result<Self> {
        if let Beyond::Bidi(bidi) = beyond {
            return Ok(Self::Firefox(bidi));
        }
        let file = fs::read_to_string(instance.profile().join(ADDRESS))?;
        let (port, path) = file.trim().split_once('\n').context("the browser has no WebSocket")?;
        Ok(Self::Chromium(Socket::connect(&format!("ws://127.0.0.1:{port}{path}")).await?))
    }

    async fn create(&self) -> Result<String> {
        match self {
            Self::Chromium(browser) => {
                let id = browser.command("Target.createBrowserContext", json!({})).await?;
                text(&id, "browserContextId")
            }
            Self::Firefox(bidi) => {
                let id = bidi.command("browser.createUserContext", json!({})).await?;
                text(&id, "userContext")
            }
        }
    }

    async fn dispose_of(&self, context: &str) -> Result<()> {
        match self {
            Self::Chromium(browser) => {
                let context = json!({ "browserContextId": context });
                browser.command("Target.disposeBrowserContext", context).await
            }
            Self::Firefox(bidi) => {
                let context = json!({ "userContext": context });
                bidi.command("browser.removeUserContext", context).await
            }
        }
        .map(drop)
    }

    /// Opens an empty page in a context. The driver calls pages by the names that are returned.
    async fn open(&self, context: &str, new: New) -> Result<WindowHandle> {
        let page = match self {
            Self::Chromium(browser) => {
                let mut options = match new {
                    New::First((width, height)) => {
                        json!({ "newWindow": true, "width": width, "height": height })
                    }
                    New::Window => json!({ "newWindow": true, "background": true }),
                    New::Tab => json!({ "newWindow": false, "background": true }),
                };
                options["url"] = json!("about:blank");
                options["browserContextId"] = json!(context);
                text(&browser.command("Target.createTarget", options).await?, "targetId")?
            }
            Self::Firefox(bidi) => {
                // The first one is a tab, too, of the only window, which has the right size.
                let kind = if matches!(new, New::Window) { "window" } else { "tab" };
                let background = !matches!(new, New::First(_));
                let options =
                    json!({ "type": kind, "background": background, "userContext": context });
                text(&bidi.command("browsingContext.create", options).await?, "context")?
            }
        };
        Ok(page.try_into()?)
    }

    async fn close(&self, window: WindowHandle) -> Result<()> {
        let window = String::from(window);
        match self {
            Self::Chromium(browser) => {
                browser.command("Target.closeTarget", json!({ "targetId": window })).await
            }
            Self::Firefox(bidi) => {
                bidi.command("browsingContext.close", json!({ "context": window })).await
            }
        }
        .map(drop)
    }
}

fn text(answer: &Value, key: &str) -> Result<String> {
    Ok(answer[key].as_str().with_context(|| format!("the browser returns no {key}"))?.to_owned())
}
