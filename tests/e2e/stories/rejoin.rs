//! Leaving and rejoining.

use anyhow::Result;

use crate::harness::{Server, story};
use crate::scenes::{call, see_each_other};

#[test]
fn ten_rejoins_in_a_row_leave_nothing_behind() -> Result<()> {
    story("ten rejoins", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;

        // The resources after one call are the same as after ten more.
        lin.click("Hang up").await?;
        ada.camera_of("Lin").is_gone().await?;
        lin.offers("Call again").await?;
        let (alone, ended) = (ada.leftovers().await?, lin.leftovers().await?);
        for _ in 0..10 {
            lin.click("Call again").await?;
            lin.click("Join").await?;
            see_each_other(&ada, &lin).await?;
            lin.click("Hang up").await?;
            ada.camera_of("Lin").is_gone().await?;
            lin.offers("Call again").await?;
        }
        ada.holds_no_more_than(&alone).await?;
        lin.holds_no_more_than(&ended).await
    })
}

#[test]
fn a_reloaded_page_is_still_one_person() -> Result<()> {
    story("a reload", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;

        lin.reload().await?;
        ada.camera_of("Lin").is_gone().await?;
        // The name is remembered.
        lin.click("Join").await?;
        see_each_other(&ada, &lin).await
    })
}
