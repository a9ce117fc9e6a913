//! The end of a call.

use anyhow::{Result, ensure};

use crate::harness::{Leftovers, Page, Server, story};
use crate::scenes::{join, talk};

/// Lets Lin create a call, talk with Ada, hang up, and return to the start.
async fn a_call_and_back(lin: &Page, ada: &Page) -> Result<()> {
    lin.click("New call").await?;
    let link = lin.link().await?;
    lin.fill("Your name", "Lin").await?;
    lin.click("Join").await?;
    join(ada, &link).await?;
    talk(ada, lin).await?;
    let during = lin.leftovers().await?;
    ensure!(during.connections == 1 && during.tracks == 2, "{during:?}");

    lin.click("Hang up").await?;
    lin.says("You hung up").await?;
    lin.offers("Call again").await?;
    lin.releases_every_device().await?;
    ada.camera_of("Lin").is_gone().await?;
    ada.offers("Hang up").await?;
    lin.back().await?;
    lin.offers("New call").await
}

#[test]
fn hanging_up_ends_the_other_sides_tile_and_releases_everything() -> Result<()> {
    story("hanging up", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        lin.open(&server.page()).await?;
        lin.offers("New call").await?;
        let before = lin.leftovers().await?;
        let ada = stage.person("Ada").await?;

        a_call_and_back(&lin, &ada).await?;
        // Back at the start there are no leftovers. The first call adds listeners for more kinds of
        // events; another call adds none.
        let any = Leftovers { listeners: u64::MAX, ..before };
        lin.holds_no_more_than(&any).await?;
        let once = lin.leftovers().await?;
        a_call_and_back(&lin, &ada).await?;
        lin.holds_no_more_than(&once).await
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
