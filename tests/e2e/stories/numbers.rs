//! The quality of a connection, and the panel of the numbers behind it.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::Value;

use crate::accessible::accessible;
use crate::harness::{Engine, Page, Server, Setup, story, until};
use crate::scenes::{call_with, talk};
use crate::shots::shots;

/// The panel of numbers as a person reads it.
struct Panel {
    is_open: bool,
    facts: Value,
    /// The figures beside the plots.
    figures: Value,
    /// The texts that stand for the plots.
    alternatives: Vec<String>,
    /// The lengths of the lines that are drawn.
    lines: Vec<usize>,
}

impl Panel {
    async fn read(page: &Page) -> Result<Self> {
        let read = page
            .run(
                "const panel = document.getElementById('numbers');
                const all = (selector) => [...panel.querySelectorAll(selector)];
                const map = (selector, name) => Object.fromEntries(
                    all(selector).map((it) => [it.dataset[name], it.textContent]));
                return {
                    open: panel.matches(':popover-open'),
                    facts: map('[data-fact]', 'fact'),
                    figures: map('[data-figure]', 'figure'),
                    alternatives: all('svg[role]').map((it) => it.getAttribute('aria-label')),
                    lines: all('svg path.plot-received').map((it) =>
                        it.getAttribute('d').split('L').length),
                };",
            )
            .await?;
        Ok(Self {
            is_open: read["open"] == true,
            facts: read["facts"].clone(),
            figures: read["figures"].clone(),
            alternatives: serde_json::from_value(read["alternatives"].clone())?,
            lines: serde_json::from_value(read["lines"].clone())?,
        })
    }

    fn fact(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap_or_default()
    }

    fn figure(&self, name: &str) -> &str {
        self.figures[name].as_str().unwrap_or_default()
    }
}

/// Waits until the panel shows a video of some size, its codecs, and the direct route.
async fn shows_a_direct_call(page: &Page, engine: Engine) -> Result<()> {
    until("the numbers of the call", async || {
        let panel = Panel::read(page).await?;
        ensure!(panel.is_open, "it is closed");
        ensure!(panel.fact("route") == "direct, over UDP", "route: {}", panel.facts);
        for name in ["received", "sent"] {
            let (width, height) = panel.fact(name).split_once(" × ").context("no resolution")?;
            ensure!(width.parse::<u32>()? > height.parse::<u32>()?, "{}", panel.facts);
        }
        for name in ["codecs-received", "codecs-sent"] {
            ensure!(panel.fact(name).contains("opus, V"), "{name}: {}", panel.facts);
        }
        ensure!(panel.figure("bit-rate").starts_with("in "), "{}", panel.figures);
        let frame_rate: u32 = panel.figure("frame-rate").parse()?;
        ensure!((1..=31).contains(&frame_rate), "{frame_rate} frames per second");
        let round_trip = panel.figure("round-trip").parse::<u32>();
        ensure!(round_trip.is_ok_and(|time| time < 1000), "{}", panel.figures);
        for name in ["loss", "jitter", "concealed"] {
            ensure!(!panel.figure(name).is_empty(), "{name}: {}", panel.figures);
        }
        ensure!(panel.lines.len() == 6, "{:?}", panel.lines);
        ensure!(panel.lines[0] >= 4, "a line of {} points in {engine:?}", panel.lines[0]);
        let alternative = &panel.alternatives[0];
        ensure!(
            alternative.starts_with("Bit rate: ") && alternative.contains(" kbit/s over the last"),
            "{alternative}"
        );
        Ok(())
    })
    .await
}

/// Opens the numbers on both pages of a call: by a badge, and by its keys.
fn numbers_of_a_call(ada: Engine, lin: Engine) -> Result<()> {
    story(&format!("numbers of {ada:?} and {lin:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let pages = call_with(stage, &server.page(), Setup::of(ada), Setup::of(lin)).await?;
        talk(&pages.0, &pages.1).await?;
        for (page, other, engine) in [(&pages.0, "Lin", ada), (&pages.1, "Ada", lin)] {
            let badge = format!("Connection of {other}: good");
            page.offers(&badge).await?;
            ensure!(page.run("return !document.querySelector('.plot')").await? == true);
            page.tab_to(&badge).await?;
            page.press(Key::Enter).await?;
            shows_a_direct_call(page, engine).await?;
            ensure!(page.focused().await? == "Close", "the panel has the focus");
            match engine {
                Engine::Chromium => accessible(page, "numbers").await?,
                // It has no way to change the theme.
                Engine::Firefox | Engine::WebKit => page.has_no_violations().await?,
            }
            page.press(Key::Escape).await?;
            until("the panel to close", async || {
                ensure!(!Panel::read(page).await?.is_open, "it is open");
                ensure!(page.focused().await? == badge, "the badge has the focus again");
                ensure!(page.run("return !document.querySelector('.plot')").await? == true);
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}

#[test]
fn the_numbers_of_a_call_in_chromium() -> Result<()> {
    numbers_of_a_call(Engine::Chromium, Engine::Chromium)
}

#[test]
fn the_numbers_of_a_call_of_firefox_and_chromium() -> Result<()> {
    numbers_of_a_call(Engine::Firefox, Engine::Chromium)
}

#[test]
#[ignore = "takes screenshots, and checks nothing"]
fn numbers_shots() -> Result<()> {
    story("screenshots of numbers", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) =
            call_with(stage, &server.page(), Setup::default(), Setup::default()).await?;
        talk(&ada, &lin).await?;
        ada.click("Connection of Lin: good").await?;
        shows_a_direct_call(&ada, Engine::Chromium).await?;
        shots(&ada, "call-numbers").await
    })
}
