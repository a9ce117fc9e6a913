//! The end of a call.

use anyhow::{Result, ensure};

use crate::harness::{Server, story};
use crate::scenes::{join, talk};

#[test]
fn hanging_up_ends_the_other_sides_tile_and_releases_everything() -> Result<()> {
    story("hanging up", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        lin.open(&server.page()).await?;
        lin.offers("New call").await?;
        let before = lin.leftovers().await?;

        lin.click("New call").await?;
        let link = lin.link().await?;
        lin.fill("Your name", "Lin").await?;
        lin.click("Join").await?;
        let ada = stage.person("Ada").await?;
        join(&ada, &link).await?;
        talk(&ada, &lin).await?;
        let during = lin.leftovers().await?;
        ensure!(during.connections == 1 && during.tracks == 2, "{during:?}");

        lin.click("Hang up").await?;
        lin.says("You hung up").await?;
        lin.offers("Call again").await?;
        lin.releases_every_device().await?;
        ada.camera_of("Lin").is_gone().await?;
        ada.offers("Hang up").await?;

        // Back where the call began, nothing of it is left.
        lin.back().await?;
        lin.offers("New call").await?;
        lin.holds_no_more_than(&before).await
    })
}

#[test]
fn closing_the_tab_ends_the_other_sides_tile() -> Result<()> {
    story("closing the tab", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = crate::scenes::call(stage, &server.page()).await?;
        ada.camera_of("Lin").moves().await?;
        lin.close().await?;
        ada.camera_of("Lin").is_gone().await?;
        ada.offers("Hang up").await
    })
}
