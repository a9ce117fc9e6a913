//! Files between a page and the client.

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::harness::desk::{Desk, digest};
use crate::harness::{Server, story};
use crate::native_client::{File, NAME, Role, call, talk};

/// The bytes of a file of three pieces and a part of one.
const SIZE: usize = 3 * 1024 * 1024 + 77;

#[test]
fn a_file_of_a_page_arrives_at_a_client() -> Result<()> {
    story("a file for a native client", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, Role::Polite).await?;
        talk(&ada, &client).await?;
        let desk = Desk::new()?;
        let film = desk.file("film.bin", SIZE)?;
        ada.pick("pick-files", &[&film]).await?;
        let expected = File {
            name: "film.bin".to_owned(),
            answer: Some("received".to_owned()),
            digest: encode(digest(&film)?),
        };
        client
            .comes_to("have the file", |status| {
                let received = &status.files.received;
                ensure!(received.first() == Some(&expected), "{received:?}");
                Ok(received.len() == 1)
            })
            .await?;
        ada.says(&format!("{NAME} has it")).await
    })
}

#[test]
fn a_file_of_a_client_arrives_at_a_page() -> Result<()> {
    story("a file of a native client", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, client) = call(stage, &server, Role::Impolite).await?;
        talk(&ada, &client).await?;
        let desk = Desk::new()?;
        desk.takes_downloads_of(&ada).await?;
        let status = client.command("send_file").await?;
        let sent = status.files.sent.first().context("nothing was offered")?;
        ada.click("Accept").await?;
        let name = sent.name.clone();
        let expected = sent.digest.clone();
        desk.has_file(&name, |found| encode(found) == expected).await?;
        client
            .comes_to("know that it has arrived", |status| {
                let answer = status.files.sent.first().and_then(|file| file.answer.as_deref());
                Ok(answer == Some("received"))
            })
            .await
            .map(drop)
    })
}

fn encode(digest: [u8; 32]) -> String {
    Base64UrlUnpadded::encode_string(&digest)
}
