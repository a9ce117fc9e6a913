//! Accessibility checks of every screen, in light and dark.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;

use crate::harness::Colour::{Blue, Red};
use crate::harness::{Engine, Page, Scheme, Server, Setup, story};
use crate::scenes::{begin, join, lobby, see_each_other};

/// Checks the current screen in light and dark.
pub(crate) async fn accessible(page: &Page, screen: &str) -> Result<()> {
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.prefers(scheme).await?;
        page.has_no_violations().await.with_context(|| format!("{screen}, {scheme:?}"))?;
    }
    Ok(())
}

#[test]
fn the_way_into_a_call_is_accessible() -> Result<()> {
    story("accessible before a call", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.offers("New call").await?;
        accessible(&ada, "home").await?;

        ada.open(&format!("{}#q83v", server.page())).await?;
        ada.says("This link is not complete").await?;
        accessible(&ada, "home with a bad link").await?;

        ada.click("New call").await?;
        ada.offers("Turn camera off").await?;
        accessible(&ada, "lobby").await
    })
}

#[test]
fn a_ring_is_accessible() -> Result<()> {
    story("accessible ring", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        accessible(&ada, "lobby with someone who waits").await?;
        ada.click("Call").await?;
        lin.offers("Accept").await?;
        accessible(&ada, "calling").await?;
        accessible(&lin, "being called").await?;
        // The panel has the focus, and can be answered by keyboard.
        lin.tab_to("Decline").await?;
        lin.press(Key::Enter).await?;
        ada.says("Lin declined.").await?;
        accessible(&ada, "a call that was declined").await?;

        ada.click("Call").await?;
        lin.offers("Accept").await?;
        lin.tab_to("Accept").await?;
        lin.press(Key::Enter).await?;
        see_each_other(&ada, &lin).await?;
        ada.click("Settings").await?;
        ada.offers("Close").await?;
        accessible(&ada, "settings").await?;
        ada.press(Key::Escape).await?;
        ada.no_longer_offers("Close").await?;
        ada.type_text("?").await?;
        ada.offers("Close").await?;
        accessible(&ada, "shortcuts").await
    })
}

#[test]
fn a_call_is_accessible() -> Result<()> {
    story("accessible in a call", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        accessible(&ada, "alone in the call").await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        accessible(&ada, "call of two").await?;

        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        accessible(&ada, "call with a share of one's own").await?;
        accessible(&lin, "call with the share of another").await?;

        ada.click("Turn camera off").await?;
        ada.click("Mute microphone").await?;
        lin.says("microphone muted").await?;
        accessible(&ada, "call with everything off").await?;
        accessible(&lin, "call with someone who has everything off").await?;

        let grace = stage.person("Grace").await?;
        join(&grace, &link).await?;
        see_each_other(&grace, &lin).await?;
        accessible(&lin, "call of three with a share").await?;

        ada.click("Hang up").await?;
        ada.offers("Call again").await?;
        accessible(&ada, "ended").await?;
        grace.screen_of("Ada").is_gone().await?;
        accessible(&grace, "call of two again").await
    })
}

#[test]
fn an_inaccessible_page_is_reported() -> Result<()> {
    story("not accessible", async |stage| {
        let server = Server::start(stage).await?;
        for (who, engine) in [("Ada", Engine::Chromium), ("Lin", Engine::Firefox)] {
            let page = stage.person_with(who, Setup { engine, ..Setup::default() }).await?;
            page.open(&server.page()).await?;
            page.offers("New call").await?;
            page.has_no_violations().await?;
            page.run("document.querySelector('button').textContent = ''").await?;
            let noticed = page.has_no_violations().await.err().map(|error| error.to_string());
            let noticed = noticed.context("a button without a name was not noticed")?;
            ensure!(noticed.contains("button-name"), "{noticed}");
        }
        Ok(())
    })
}
