//! Rings between a page and the client, in each direction.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Stage, story};
use crate::native_client::{NAME, NativeClient, Role, talk};

/// Brings a page and a client into the lobby of one room, where each knows the other.
async fn lobby(stage: &Stage, server: &Server, role: Role) -> Result<(Page, NativeClient)> {
    let ada = stage.person("Ada").await?;
    ada.open(&server.page()).await?;
    ada.click("New call").await?;
    ada.fill("Your name", "Ada").await?;
    let client = NativeClient::start(stage, server, &ada.link().await?, role).await?;
    ada.says(NAME).await?;
    ada.offers("Call").await?;
    Ok((ada, client))
}

#[test]
fn a_page_calls_a_client() -> Result<()> {
    story("a page that rings a native client", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = lobby(stage, &server, Role::Polite).await?;
        let rings = async || {
            ada.click("Call").await?;
            client.comes_to("ring", |status| Ok(status.rung_by == ["Ada"])).await
        };
        let status = rings().await?;
        ensure!(status.counts().is_err(), "a ring makes no connection: {status:?}");
        client.command("decline").await?;
        ada.says(&format!("{NAME} declined.")).await?;

        rings().await?;
        ada.click("Cancel").await?;
        client.comes_to("stop ringing", |status| Ok(status.rung_by.is_empty())).await?;

        ada.offers("Call").await?;
        rings().await?;
        client.command("accept").await?;
        talk(&ada, &client).await
    })
}

#[test]
fn a_client_calls_a_page() -> Result<()> {
    story("a native client that rings a page", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = lobby(stage, &server, Role::Impolite).await?;
        client.command("ring").await?;
        ada.says(&format!("{NAME} is calling")).await?;
        ada.click("Decline").await?;
        client
            .comes_to("be declined", |status| {
                Ok(status.ring.results == ["decline"] && !status.ring.rings)
            })
            .await?;

        client.command("ring").await?;
        ada.offers("Accept").await?;
        client.command("cancel").await?;
        ada.no_longer_offers("Accept").await?;

        client.command("ring").await?;
        ada.click("Accept").await?;
        talk(&ada, &client).await
    })
}
