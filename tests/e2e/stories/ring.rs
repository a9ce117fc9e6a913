//! Rings: each way in which one can end, and the agreement of both sides on it.

use anyhow::{Result, ensure};
use futures_util::join;

use crate::harness::{Page, Server, Setup, story, until};
use crate::scenes::{lobby, see_each_other, wait_in_lobby};

/// A script that makes the page's clock run ten times as fast, so that a ring of 45 seconds takes
/// less than five.
const FAST_CLOCK: &str = "
    const now = performance.now.bind(performance);
    performance.now = () => 10 * now();
    const later = window.setTimeout.bind(window);
    window.setTimeout = (callback, delay = 0, ...rest) => later(callback, delay / 10, ...rest);
";

/// A script that makes the page leave without a message, as in a crash.
const LEAVES_SILENTLY: &str = "
    addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true);
";

/// Lets Ada call Lin, and waits until Lin's page rings.
async fn rings(ada: &Page, lin: &Page) -> Result<()> {
    ada.click("Call").await?;
    ada.says("Calling Lin").await?;
    lin.offers("Accept").await?;
    lin.says("Ada is calling").await
}

/// Waits until both are back in the lobby and can call. Neither has ever made a connection, so no
/// address has left a page.
async fn both_are_in_the_lobby(ada: &Page, lin: &Page) -> Result<()> {
    for page in [ada, lin] {
        page.no_longer_offers("Cancel").await?;
        page.no_longer_offers("Accept").await?;
        page.offers("Call").await?;
        no_connection_was_made(page).await?;
    }
    Ok(())
}

async fn no_connection_was_made(page: &Page) -> Result<()> {
    let made = page.run("return tincanProbe.made().connections").await?;
    ensure!(made == 0, "{} has made {made} connections", page.who());
    Ok(())
}

#[test]
fn a_ring_is_accepted_and_the_call_connects() -> Result<()> {
    story("a ring that is accepted", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        for page in [&ada, &lin] {
            no_connection_was_made(page).await?;
        }
        until("Lin's tab to say who calls", async || {
            let title = lin.run("return document.title").await?;
            ensure!(title.as_str().is_some_and(|title| title.contains("Ada")), "{title}");
            Ok(())
        })
        .await?;
        lin.click("Accept").await?;
        see_each_other(&ada, &lin).await
    })
}

#[test]
fn names_of_any_script_are_isolated_and_invisible_ones_are_empty() -> Result<()> {
    story("names of any script", async |stage| {
        const NAME: &str = "\u{645}\u{62d}\u{645}\u{62f} (7)";
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        let translated = ada.run("return document.documentElement.translate").await?;
        ensure!(translated == false, "browsers may translate the page");
        ada.click("New call").await?;
        ada.fill("Your name", NAME).await?;
        let lin = stage.person("Lin").await?;
        lin.open(&ada.link().await?).await?;
        lin.fill("Your name", "\u{3164}\u{200b}").await?;
        lin.says(NAME).await?;
        let isolated = lin.run("return document.querySelector('.roster bdi').textContent").await?;
        ensure!(isolated == NAME, "{isolated}");
        let initials =
            lin.run("return document.querySelector('.roster .avatar').textContent").await?;
        ensure!(initials == "\u{645}", "{initials}");

        ada.click("Call").await?;
        ada.says("Calling Someone").await?;
        let called = format!("\u{2068}{NAME}\u{2069} is calling");
        lin.says(&called).await?;
        until("Lin's tab to say who calls", async || {
            let title = lin.run("return document.title").await?;
            ensure!(title.as_str().is_some_and(|title| title.starts_with(&called)), "{title}");
            Ok(())
        })
        .await?;
        lin.click("Accept").await?;
        lin.camera_of(NAME).moves().await
    })
}

#[test]
fn a_call_is_accepted_without_a_camera() -> Result<()> {
    story("accepted without a camera", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        lin.click("Accept without camera").await?;
        lin.camera_of("Ada").moves().await?;
        lin.offers("Turn camera on").await?;
        ada.camera_of("Lin").is_covered().await?;
        lin.click("Turn camera on").await?;
        see_each_other(&ada, &lin).await
    })
}

#[test]
fn a_call_is_declined() -> Result<()> {
    story("a ring that is declined", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        lin.click("Decline").await?;
        ada.says("Lin declined.").await?;
        both_are_in_the_lobby(&ada, &lin).await?;
        // Another call is accepted.
        rings(&ada, &lin).await?;
        lin.click("Accept").await?;
        see_each_other(&ada, &lin).await
    })
}

#[test]
fn a_caller_gives_up() -> Result<()> {
    story("a ring that is cancelled", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        ada.click("Cancel").await?;
        lin.says("You missed a call from Ada.").await?;
        both_are_in_the_lobby(&ada, &lin).await
    })
}

#[test]
fn nobody_answers() -> Result<()> {
    story("a ring that nobody answers", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup::with_script(FAST_CLOCK);
        let (ada, lin) = lobby(stage, &server, setup).await?;
        rings(&ada, &lin).await?;
        ada.says("Lin did not answer.").await?;
        lin.says("You missed a call from Ada.").await?;
        both_are_in_the_lobby(&ada, &lin).await
    })
}

#[test]
fn a_person_in_a_call_in_another_tab_is_busy() -> Result<()> {
    story("a busy person", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        // Lin joins another call, in another tab of the same browser.
        let tab = lin.in_another_tab().await?;
        let elsewhere = tab.page();
        elsewhere.open(&server.page()).await?;
        elsewhere.click("New call").await?;
        elsewhere.click("Join").await?;
        elsewhere.offers("Hang up").await?;

        ada.click("Call").await?;
        ada.says("Lin is in another call.").await?;
        elsewhere.click("Hang up").await?;
        elsewhere.offers("Call again").await?;
        tab.leave().await?;
        both_are_in_the_lobby(&ada, &lin).await?;
        // Afterwards Lin can be called again.
        rings(&ada, &lin).await
    })
}

#[test]
fn simultaneous_rings_connect_both() -> Result<()> {
    story("both call at once", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        // If one is faster, the other's page rings, and accepting has the same result.
        let (_, _) = join!(ada.try_click("Call"), lin.try_click("Call"));
        until("both to be in the call", async || {
            for page in [&ada, &lin] {
                page.try_click("Accept").await?;
            }
            for page in [&ada, &lin] {
                ensure!(page.has("Hang up").await?, "{} is not", page.who());
            }
            Ok(())
        })
        .await?;
        see_each_other(&ada, &lin).await?;
        for page in [&ada, &lin] {
            page.no_longer_offers("Accept").await?;
            page.no_longer_offers("Cancel").await?;
        }
        Ok(())
    })
}

#[test]
fn a_ring_ends_when_the_callers_page_is_lost() -> Result<()> {
    story("a caller who vanishes", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup::with_script(LEAVES_SILENTLY);
        let (ada, lin) = lobby(stage, &server, setup).await?;
        rings(&ada, &lin).await?;
        ada.open("about:blank").await?;
        lin.says("You missed a call from Ada.").await?;
        lin.no_longer_offers("Accept").await?;
        lin.offers("Join").await?;
        no_connection_was_made(&lin).await
    })
}

#[test]
fn a_ring_ends_when_the_callees_page_is_left() -> Result<()> {
    story("a callee who goes away", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        lin.open("about:blank").await?;
        ada.says("Lin has left.").await?;
        ada.offers("Join").await?;
        no_connection_was_made(&ada).await
    })
}

#[test]
fn simultaneous_accept_and_cancel_have_one_outcome() -> Result<()> {
    story("accept and cancel at once", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        for _ in 0..3 {
            rings(&ada, &lin).await?;
            // If one is a moment too late the button is gone, which is one of the two ends.
            let (_, _) = join!(ada.try_click("Cancel"), lin.try_click("Accept"));
            let together = until("both to have come to one end", async || {
                let calls = (ada.has("Hang up").await?, lin.has("Hang up").await?);
                let waits = (ada.has("Call").await?, lin.has("Call").await?);
                ensure!(calls == (true, true) || waits == (true, true), "{calls:?}, {waits:?}");
                Ok(calls.0)
            })
            .await?;
            if together {
                return see_each_other(&ada, &lin).await;
            }
        }
        both_are_in_the_lobby(&ada, &lin).await
    })
}

#[test]
fn everyone_in_the_lobby_is_called_and_answers_separately() -> Result<()> {
    story("a ring for two", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        let grace = stage.person("Grace").await?;
        wait_in_lobby(&grace, &ada.link().await?).await?;
        ada.says("Grace").await?;
        ada.click("Call").await?;
        lin.offers("Accept").await?;
        grace.offers("Accept").await?;
        grace.click("Decline").await?;
        ada.says("declined").await?;
        lin.click("Accept").await?;
        see_each_other(&ada, &lin).await?;
        // There is a call now, which anyone who declined can still join.
        grace.click("Join").await?;
        see_each_other(&grace, &ada).await?;
        see_each_other(&grace, &lin).await
    })
}

#[test]
fn a_server_that_restarts_does_not_end_a_ring() -> Result<()> {
    story("a restart in the middle of a ring", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = lobby(stage, &server, Setup::default()).await?;
        rings(&ada, &lin).await?;
        server.kill();
        ada.says("Trying again").await?;
        server.start_again().await?;
        lin.click("Accept").await?;
        see_each_other(&ada, &lin).await
    })
}
