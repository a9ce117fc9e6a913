//! The same call with every pair of engines.

use anyhow::{Result, ensure};
use futures_util::try_join;

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Engine, Page, Server, Setup, story, until};
use crate::scenes::{call_with, outlive_a_restart, see_each_other, talk};

#[test]
fn a_call_from_chromium_to_chromium() -> Result<()> {
    a_call_of(Engine::Chromium, Engine::Chromium)
}

#[test]
fn a_call_from_firefox_to_firefox() -> Result<()> {
    a_call_of(Engine::Firefox, Engine::Firefox)
}

#[test]
fn a_call_from_chromium_to_firefox() -> Result<()> {
    a_call_of(Engine::Chromium, Engine::Firefox)
}

/// Runs a call that Ada creates and Lin joins.
fn a_call_of(ada: Engine, lin: Engine) -> Result<()> {
    story(&format!("a call of {ada:?} and {lin:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = (Setup::of(ada), Setup::of(lin));
        let (ada, lin) = call_with(stage, &server.page(), ada, lin).await?;
        talk(&ada, &lin).await?;

        each_switches_off_and_on(&ada, &lin).await?;

        outlive_a_restart(&server, &ada, &lin).await?;

        // Features that need the server work again.
        each_shares(&ada, &lin).await?;
        talk(&ada, &lin).await?;

        ada.click("Hang up").await?;
        ada.offers("Call again").await?;
        ada.releases_every_device().await?;
        lin.camera_of("Ada").is_gone().await?;
        lin.click("Hang up").await?;
        lin.offers("Call again").await?;
        lin.releases_every_device().await
    })
}

/// Turns each microphone and camera off and on, both people at the same time.
async fn each_switches_off_and_on(ada: &Page, lin: &Page) -> Result<()> {
    try_join!(switches_off_and_on(ada, lin), switches_off_and_on(lin, ada))?;
    talk(ada, lin).await
}

/// Turns a microphone and a camera off and on, and checks the other side.
async fn switches_off_and_on(page: &Page, other: &Page) -> Result<()> {
    let seen = other.camera_of(page.who());
    page.click("Mute microphone").await?;
    other.says("microphone muted").await?;
    seen.is_silent().await?;
    seen.moves().await?;
    page.click("Unmute microphone").await?;
    other.no_longer_says("microphone muted").await?;
    seen.is_heard().await?;

    page.click("Turn camera off").await?;
    seen.is_covered().await?;
    let captured = page.captured().await?;
    ensure!(captured.iter().all(|track| !track.starts_with("video")), "{captured:?}");
    seen.is_heard().await?;
    page.click("Turn camera on").await?;
    seen.moves().await
}

/// Shares a screen in each direction concurrently, then stops one after the other.
async fn each_shares(ada: &Page, lin: &Page) -> Result<()> {
    let _slides = (ada.open_slides().await?, lin.open_slides().await?);
    for page in [ada, lin] {
        page.click("Share screen").await?;
    }
    try_join!(sees_slides(ada, lin), sees_slides(lin, ada))?;
    see_each_other(ada, lin).await?;
    for (page, other) in [(ada, lin), (lin, ada)] {
        // It still moves after the other one appears or disappears.
        sees_slides(other, page).await?;
        page.click("Stop sharing").await?;
        other.screen_of(page.who()).is_gone().await?;
        page.offers("Share screen").await?;
    }
    Ok(())
}

/// Waits until a page shows the alternating slides that another person shares.
async fn sees_slides(page: &Page, of: &Page) -> Result<()> {
    page.screen_of(of.who()).shows(Blue, Red).await?;
    page.screen_of(of.who()).shows(Blue, Yellow).await
}

#[test]
fn an_error_in_a_page_fails_the_story() -> Result<()> {
    story("a fault", async |stage| {
        let server = Server::start(stage).await?;
        for (who, engine) in [("Ada", Engine::Chromium), ("Lin", Engine::Firefox)] {
            let page = stage.person_with(who, Setup::of(engine)).await?;
            page.open(&server.page()).await?;
            page.offers("New call").await?;
            for script in [
                "setTimeout(() => { throw new Error('a fault') })",
                "console.error('a fault')",
                "document.body.setAttribute('style', 'color: red')",
            ] {
                page.run(script).await?;
                until(format_args!("{script} to be noticed on {who}'s page"), async || {
                    let console = page.console().await?;
                    ensure!(console.iter().any(|entry| entry.is_fault), "{console:?}");
                    Ok(())
                })
                .await?;
            }
        }
        Ok(())
    })
}
