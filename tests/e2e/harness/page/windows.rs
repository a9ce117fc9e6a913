//! Other windows and tabs of the same browser: another page of the person, and what is shared.

use anyhow::{Result, bail, ensure};
use base64ct::{Base64, Encoding as _};
use fantoccini::wd::WindowHandle;

use super::Page;
use crate::browser::Engine;

/// The page that is shared: blue on the left, alternating red and yellow on the right.
const SLIDES: &str = include_str!("slides.html");

impl Page {
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

    /// Opens another tab of the same browser for the same person, in front.
    pub async fn in_another_tab(&self) -> Result<OtherTab> {
        let client = self.browser.client();
        let first = client.window().await?;
        let tab = self.browser.open(true).await?;
        client.switch_to_window(tab).await?;
        self.browser.prepare_tab().await?;
        Ok(OtherTab { page: self.clone(), first })
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
