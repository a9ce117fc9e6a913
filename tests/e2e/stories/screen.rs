//! Screen sharing beside the camera.

use anyhow::Result;
use futures_util::try_join;

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Server, story};
use crate::scenes::{call, see_each_other};

#[test]
fn a_shared_screen_arrives_beside_the_camera_and_goes_when_it_is_stopped() -> Result<()> {
    story("a shared screen", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;

        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        let screen = lin.screen_of("Ada");
        screen.shows(Blue, Red).await?;
        screen.shows(Blue, Yellow).await?;
        see_each_other(&ada, &lin).await?;

        ada.click("Stop sharing").await?;
        screen.is_gone().await?;
        ada.offers("Share screen").await?;
        see_each_other(&ada, &lin).await?;

        // And again, since the connection keeps the transceiver.
        ada.click("Share screen").await?;
        screen.shows(Blue, Red).await?;
        screen.shows(Blue, Yellow).await
    })
}

#[test]
fn a_screen_share_that_ends_by_itself_is_removed_on_the_other_side() -> Result<()> {
    story("a screen that ends by itself", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;

        let slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Yellow).await?;

        slides.close().await?;
        lin.screen_of("Ada").is_gone().await?;
        ada.no_longer_offers("Stop sharing").await?;
        ada.offers("Share screen").await?;
        see_each_other(&ada, &lin).await
    })
}

#[test]
fn both_share_at_once() -> Result<()> {
    story("both share at once", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;

        let _slides = ada.open_slides().await?;
        let _others = lin.open_slides().await?;
        try_join!(ada.click("Share screen"), lin.click("Share screen"))?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        ada.screen_of("Lin").shows(Blue, Red).await?;
        lin.screen_of("Ada").shows(Blue, Yellow).await?;
        ada.screen_of("Lin").shows(Blue, Yellow).await?;
        see_each_other(&ada, &lin).await
    })
}
