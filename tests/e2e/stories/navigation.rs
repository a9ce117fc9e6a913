//! Back, forward and leaving, with the browser's own buttons.

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::harness::{Engine, Page, Server, Setup, StaticHost, story};
use crate::scenes::{call_with, lobby, see_each_other, wait_in_lobby};

/// Navigates from another site to the room, so that going back leads there.
async fn arrive(page: &Page, elsewhere: &str, link: &str) -> Result<()> {
    page.open(elsewhere).await?;
    wait_in_lobby(page, link).await
}

/// Marks the page, to detect whether the browser restores the same one from its cache.
async fn mark(page: &Page) -> Result<()> {
    page.run("window.isKept = true").await.map(drop)
}

async fn is_kept(page: &Page) -> Result<()> {
    let kept = page.run("return window.isKept === true").await?;
    ensure!(kept == true, "the browser did not keep the page, so nothing is tested");
    Ok(())
}

#[test]
fn a_page_from_the_back_forward_cache_returns_to_the_lobby() -> Result<()> {
    story("back and forward", async |stage| {
        let server = Server::start(stage).await?;
        let elsewhere = StaticHost::start(stage, "").await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        ada.fill("Your name", "Ada").await?;
        let link = ada.link().await?;
        let lin = stage.person("Lin").await?;
        arrive(&lin, &elsewhere.page(), &link).await?;
        ada.says("Lin").await?;
        mark(&lin).await?;

        // From the lobby.
        lin.back().await?;
        ada.says("Nobody else is here yet").await?;
        lin.forward().await?;
        is_kept(&lin).await?;
        lin.offers("Call").await?;
        ensure!(!lin.text().await?.contains("You hung up"), "nobody has");
        ada.says("Lin").await?;

        // From a ring: a ring that still goes on rings again.
        ada.click("Call").await?;
        lin.says("Ada is calling").await?;
        lin.back().await?;
        ada.says("Nobody else is here yet").await?;
        lin.forward().await?;
        is_kept(&lin).await?;
        lin.offers("Turn camera off").await?;
        ada.click("Call").await?;
        lin.says("Ada is calling").await?;
        lin.click("Decline").await?;

        // While calling.
        lin.click("Call").await?;
        ada.says("Lin is calling").await?;
        lin.back().await?;
        ada.no_longer_says("Lin is calling").await?;
        lin.forward().await?;
        is_kept(&lin).await?;
        lin.click("Call").await?;
        ada.click("Accept").await?;
        see_each_other(&ada, &lin).await
    })
}

#[test]
fn going_back_closes_a_dialog_first_and_then_leaves_the_call() -> Result<()> {
    back_in_a_call(Engine::Chromium)
}

pub(crate) fn back_in_a_call(engine: Engine) -> Result<()> {
    story(&format!("back in a call in {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) =
            call_with(stage, &server.page(), Setup::default(), Setup::of(engine)).await?;
        see_each_other(&ada, &lin).await?;
        let link = lin.link().await?;

        lin.type_text("?").await?;
        lin.offers("Close").await?;
        lin.back().await?;
        lin.no_longer_offers("Close").await?;
        lin.offers("Hang up").await?;
        // Escape closes it, too, and going back after that leaves the call.
        lin.type_text("?").await?;
        lin.offers("Close").await?;
        lin.press(Key::Escape).await?;
        lin.no_longer_offers("Close").await?;
        see_each_other(&ada, &lin).await?;

        lin.back().await?;
        lin.says("You left the call").await?;
        lin.releases_every_device().await?;
        ada.camera_of("Lin").is_gone().await?;
        ensure!(lin.link().await? == link, "the address is another one");
        lin.forward().await?;
        lin.offers("Rejoin").await?;
        lin.click("Rejoin").await?;
        see_each_other(&ada, &lin).await?;

        // A reload leads into the lobby, as always, and earlier dialogs are no longer in the
        // history.
        lin.reload().await?;
        lin.click("Join").await?;
        see_each_other(&ada, &lin).await?;
        lin.click("Hang up").await?;
        lin.says("You hung up").await?;
        lin.click("Call again").await?;
        lin.offers("Join").await
    })
}

#[test]
fn going_back_from_a_call_that_began_on_the_home_page_does_not_lead_there_at_once() -> Result<()> {
    story("back to the home page", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        ada.click("Show QR code").await?;
        ada.says("Scan it with").await?;
        ada.back().await?;
        ada.no_longer_says("Scan it with").await?;
        ada.click("Call").await?;
        lin.click("Accept").await?;
        see_each_other(&ada, &lin).await?;
        ada.back().await?;
        ada.says("You left the call").await?;
        ada.back().await?;
        ada.offers("New call").await?;
        ada.offers("Open").await?;
        ada.forward().await?;
        ada.offers("Join").await
    })
}
