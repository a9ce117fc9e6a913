//! Calls with each of the two roles in the negotiation.

use anyhow::{Context as _, Result, ensure};

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Server, story};
use crate::native_client::{NAME, NativeClient, Role, call, python, talk};
use crate::scenes::begin;

#[test]
fn the_test_vectors_of_the_document_are_correct() -> Result<()> {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../PROTOCOL.md");
    let output = python()?.args(["-m", "peer", "vectors", document]).output()?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{words}");
    Ok(())
}

#[test]
fn a_polite_client_calls_and_shares() -> Result<()> {
    calls_and_shares(Role::Polite)
}

#[test]
fn an_impolite_client_calls_and_shares() -> Result<()> {
    calls_and_shares(Role::Impolite)
}

fn calls_and_shares(role: Role) -> Result<()> {
    story(&format!("a native client that is {role}"), async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, role).await?;
        talk(&ada, &client).await?;
        let status = client.command("status").await?;
        let counts = status.counts()?;
        // The impolite side makes the first offer, and the polite side answers it.
        let expected = if role == Role::Polite { (0, 1) } else { (1, 0) };
        ensure!((counts.offers, counts.answers) == expected, "{counts:?}");
        ensure!(status.page()?.polite == Some(role == Role::Polite), "{status:?}");

        ada.click("Mute microphone").await?;
        client
            .comes_to("know that the page is muted", |status| {
                let state = status.page()?.state.as_ref().context("no state")?;
                Ok(state.in_call && state.sources.microphone == "muted")
            })
            .await?;

        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        client.sees_screen(Blue, Red).await?;
        client.sees_screen(Blue, Yellow).await?;
        client.command("share").await?;
        ada.screen_of(NAME).shows(Blue, Red).await?;
        ada.screen_of(NAME).shows(Blue, Yellow).await?;
        client.command("stop_sharing").await?;
        ada.screen_of(NAME).is_gone().await?;
        ada.click("Stop sharing").await?;
        client
            .comes_to("know that the page shares nothing", |status| {
                let state = status.page()?.state.as_ref().context("no state")?;
                Ok(state.sources.screen == "off" && state.sources.camera == "on")
            })
            .await?;

        let status = client.command("hang_up").await?;
        ada.camera_of(NAME).is_gone().await?;
        ensure!(status.counts().is_err(), "{status:?}");
        ensure!(status.refusals.is_empty() && status.notes.is_empty(), "{status:?}");
        Ok(())
    })
}

#[test]
fn a_client_removes_a_page_that_hangs_up() -> Result<()> {
    story("a page that hangs up on a native client", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        let client = NativeClient::start(stage, &server, &link, Role::Impolite).await?;
        let status = client.comes_to("know the page", |status| {
            let state = status.page()?.state.as_ref().context("no state")?;
            Ok(state.in_call)
        });
        let status = status.await?;
        ensure!(!status.in_call && status.counts().is_err(), "it joined by itself: {status:?}");
        client.command("join").await?;
        talk(&ada, &client).await?;
        ada.click("Hang up").await?;
        client
            .comes_to("close the connection", |status| {
                let state = status.page()?.state.as_ref().context("no state")?;
                Ok(!state.in_call && status.page()?.connection.is_none())
            })
            .await
            .map(drop)
    })
}
