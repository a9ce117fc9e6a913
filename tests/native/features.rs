//! Messages of features: by the data channel, or by the server.

use anyhow::{Context as _, Result, ensure};

use crate::harness::{Server, story};
use crate::native_client::{NativeClient, Role, Status, call, talk};
use crate::scenes::begin;

/// The camera of a page, if it is shown in the smallest size and in full.
const SMALL: std::ops::RangeInclusive<u32> = 60..=120;
const LARGE: std::ops::RangeInclusive<u32> = 300..=1080;

/// The way by which the page told last how tall it shows the client's camera.
fn told_by(status: &Status, way: &str) -> Result<bool> {
    let viewport = status.page()?.viewport.as_ref().context("it was not told")?;
    Ok(viewport.way == way && viewport.camera > 0)
}

#[test]
fn a_polite_client_and_a_page_tell_their_viewports_by_data_channel() -> Result<()> {
    by_data_channel(Role::Polite)
}

#[test]
fn an_impolite_client_and_a_page_tell_their_viewports_by_data_channel() -> Result<()> {
    by_data_channel(Role::Impolite)
}

fn by_data_channel(role: Role) -> Result<()> {
    story(&format!("a data channel with a native client that is {role}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, role).await?;
        talk(&ada, &client).await?;
        client.comes_to("be told by the channel", |status| told_by(status, "channel")).await?;
        client.command("show_small").await?;
        client.sees_camera(SMALL).await?;

        // It needs no server.
        server.kill();
        ada.says("Reconnecting to the server").await?;
        client.command("show_large").await?;
        let status = client.sees_camera(LARGE).await?;
        ensure!(status.sent.channel == 2 && status.sent.server == 0, "{status:?}");
        let counts = status.counts()?;
        ensure!((counts.connections, counts.offers + counts.answers) == (1, 1), "{counts:?}");
        Ok(())
    })
}

#[test]
fn a_client_without_data_channels_is_told_by_the_server() -> Result<()> {
    story("a native client without data channels", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        let client = NativeClient::start(stage, &server, &link, Role::Polite).await?;
        client.command("without_channel").await?;
        client.command("join").await?;
        talk(&ada, &client).await?;
        client.comes_to("be told by the server", |status| told_by(status, "server")).await?;
        client.command("show_small").await?;
        let status = client.sees_camera(SMALL).await?;
        ensure!(status.sent.channel == 0, "{status:?}");
        Ok(())
    })
}
