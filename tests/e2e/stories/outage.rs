//! The server goes away in the middle of a call, and comes back.

use anyhow::{Result, ensure};

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Server, Setup, story};
use crate::scenes::{NOTES, call, call_with, lose_server, outlive_a_restart, talk};

#[test]
fn a_call_outlives_its_server() -> Result<()> {
    story("a call outlives its server", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;

        outlive_a_restart(&server, &ada, &lin).await?;

        // What needs the server works again.
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        lin.screen_of("Ada").shows(Blue, Yellow).await
    })
}

#[test]
fn who_hangs_up_while_the_server_is_away_is_gone_without_a_search() -> Result<()> {
    story("hanging up without a server", async |stage| {
        let server = Server::start(stage).await?;
        let noting = Setup { script: NOTES, ..Setup::default() };
        let (ada, lin) = call_with(stage, &server.page(), noting, Setup::default()).await?;
        talk(&ada, &lin).await?;
        lose_server(&server, [&ada, &lin]).await?;
        talk(&ada, &lin).await?;
        ada.run("links.length = 0").await?;
        lin.click("Hang up").await?;
        ada.camera_of("Lin").is_gone().await?;
        // Nobody has looked for Lin meanwhile, and the server has told nothing.
        let notes = ada.run("return links.join()").await?;
        ensure!(notes == "", "the tile went from one state to another: {notes}");
        ada.says("Reconnecting to the server").await
    })
}
