//! Turning microphone and camera off and on, as seen and heard on the other side.

use anyhow::{Result, ensure};

use crate::harness::{Server, story};
use crate::scenes::{begin, call, join, talk};

#[test]
fn a_muted_microphone_is_silent_and_shown_as_muted() -> Result<()> {
    story("a muted microphone", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;

        ada.click("Mute microphone").await?;
        ada.offers("Unmute microphone").await?;
        lin.says("microphone muted").await?;
        lin.camera_of("Ada").is_silent().await?;
        lin.camera_of("Ada").moves().await?;
        ada.camera_of("Lin").is_heard().await?;

        ada.click("Unmute microphone").await?;
        lin.no_longer_says("microphone muted").await?;
        lin.camera_of("Ada").is_heard().await
    })
}

#[test]
fn a_camera_that_is_off_is_replaced_by_an_avatar() -> Result<()> {
    story("a camera that is off", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;

        ada.click("Turn camera off").await?;
        ada.offers("Turn camera on").await?;
        lin.camera_of("Ada").is_covered().await?;
        let captured = ada.captured().await?;
        ensure!(captured.iter().all(|track| !track.starts_with("video")), "{captured:?}");
        lin.camera_of("Ada").is_heard().await?;
        ada.camera_of("Lin").moves().await?;

        ada.click("Turn camera on").await?;
        lin.camera_of("Ada").moves().await
    })
}

#[test]
fn a_person_who_joins_with_the_camera_off_can_turn_it_on() -> Result<()> {
    story("a camera that was never on", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        let link = begin(&lin, &server.page()).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&link).await?;
        ada.click("Turn camera off").await?;
        ada.offers("Turn camera on").await?;
        join(&ada, &link).await?;
        ada.camera_of("Lin").moves().await?;
        lin.camera_of("Ada").is_heard().await?;

        ada.click("Turn camera on").await?;
        talk(&ada, &lin).await
    })
}
