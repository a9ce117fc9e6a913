//! Recovery of calls with the client.

use anyhow::{Result, ensure};

use crate::harness::Colour::{Blue, Red};
use crate::harness::{Server, story};
use crate::native_client::{NAME, Role, call, talk};

#[test]
fn a_polite_client_without_ice_restart_reconnects() -> Result<()> {
    starts_over(Role::Polite)
}

#[test]
fn an_impolite_client_without_ice_restart_reconnects() -> Result<()> {
    starts_over(Role::Impolite)
}

fn starts_over(role: Role) -> Result<()> {
    story(&format!("an ICE restart with a native client that is {role}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, role).await?;
        talk(&ada, &client).await?;
        // Simulates a change of the page's network.
        ada.run("dispatchEvent(new Event('online'))").await?;
        client
            .comes_to("start over", |status| {
                let counts = status.counts()?;
                Ok(counts.restarts > 0 && counts.connections > 1)
            })
            .await?;
        talk(&ada, &client).await?;
        client
            .comes_to("be connected by one connection", |status| {
                Ok(status.page()?.connection.as_deref() == Some("connected"))
            })
            .await
            .map(drop)
    })
}

#[test]
fn a_call_with_a_client_survives_a_restart_of_its_server() -> Result<()> {
    story("a native client whose server restarts", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, Role::Polite).await?;
        talk(&ada, &client).await?;

        server.kill();
        ada.says("Reconnecting to the server").await?;
        client.comes_to("be offline", |status| Ok(!status.online)).await?;
        talk(&ada, &client).await?;

        server.start_again().await?;
        ada.no_longer_says("Reconnecting to the server").await?;
        let status = client
            .comes_to("be back in the room", |status| Ok(status.online && status.joined == 2))
            .await?;
        ensure!(status.counts()?.connections == 1, "the call was interrupted: {status:?}");
        ensure!(status.peers.len() == 1, "the page is another peer: {status:?}");

        // Features that need the server work again.
        client.command("share").await?;
        ada.screen_of(NAME).shows(Blue, Red).await?;
        talk(&ada, &client).await
    })
}
