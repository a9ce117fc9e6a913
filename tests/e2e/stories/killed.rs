//! A page that is killed during a call.

use anyhow::{Result, ensure};

use crate::harness::{OwnProcess, Page, Part, Server, Setup, story, until};
use crate::scenes::{NOTES, call_with, see_each_other};

/// Kills Lin's browser, or a part of it, in a call with Ada.
fn a_killed(part: Part, name: &str) -> Result<()> {
    story(name, async |stage| {
        let server = Server::start(stage).await?;
        let noting = Setup::with_script(NOTES);
        let killed = Setup { own_process: Some(OwnProcess::Ends), ..Setup::default() };
        let (ada, lin) = call_with(stage, &server.page(), noting, killed).await?;
        see_each_other(&ada, &lin).await?;
        ada.run("links.length = 0").await?;
        stage.kill(&lin, part)?;
        ada.says("Unstable connection").await?;
        is_noticed_before_the_browser_does(&ada).await?;
        ada.camera_of("Lin").is_gone().await?;
        ada.offers("Hang up").await
    })
}

/// Checks that the tile showed the loss while the browser still reported a connection.
async fn is_noticed_before_the_browser_does(page: &Page) -> Result<()> {
    until("a link to change", async || {
        let notes = page.run("return links").await?;
        let first = notes[0].as_str().unwrap_or_default();
        ensure!(!first.is_empty(), "nothing is noted");
        ensure!(first == "reconnecting while connected", "{first}");
        Ok(())
    })
    .await
}

#[test]
fn a_crashed_page_is_shown_as_lost_before_its_connection_fails() -> Result<()> {
    a_killed(Part::Renderer, "a crash")
}

#[test]
fn a_killed_browser_is_shown_as_lost_before_its_connection_fails() -> Result<()> {
    a_killed(Part::Whole, "a killed browser")
}
