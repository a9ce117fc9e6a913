//! Loss of the server during a call, and its return.

use anyhow::{Result, ensure};

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Server, Setup, story};
use crate::scenes::{NOTES, call, call_with, lose_server, outlive_a_restart, talk};

#[test]
fn a_call_survives_a_restart_of_its_server() -> Result<()> {
    story("a call outlives its server", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;

        outlive_a_restart(&server, &ada, &lin).await?;

        // Features that need the server work again.
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        lin.screen_of("Ada").shows(Blue, Yellow).await
    })
}

#[test]
fn hanging_up_during_an_outage_removes_the_peer_without_reconnecting() -> Result<()> {
    story("hanging up without a server", async |stage| {
        let server = Server::start(stage).await?;
        let noting = Setup::with_script(NOTES);
        let (ada, lin) = call_with(stage, &server.page(), noting, Setup::default()).await?;
        talk(&ada, &lin).await?;
        lose_server(&server, [&ada, &lin]).await?;
        talk(&ada, &lin).await?;
        ada.run("links.length = 0").await?;
        lin.click("Hang up").await?;
        ada.camera_of("Lin").is_gone().await?;
        // Ada's page has not tried to reach Lin, and the server has sent nothing.
        let notes = ada.run("return links.join()").await?;
        ensure!(notes == "", "the tile went from one state to another: {notes}");
        ada.says("Reconnecting to the server").await
    })
}
