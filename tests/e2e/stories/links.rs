//! Links that are whole, broken, copied and pasted.

use anyhow::Result;

use crate::harness::{Server, story};

#[test]
fn a_broken_link_says_so_and_a_whole_one_can_be_pasted() -> Result<()> {
    story("links", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&format!("{}#q83v", server.page())).await?;
        ada.says("This link is not complete").await?;

        ada.click("New call").await?;
        let link = ada.link().await?;
        ada.click("Copy link").await?;
        ada.says("Link copied").await?;

        ada.open(&server.page()).await?;
        ada.fill("Were you sent a link?", "https://example.org/#q83v").await?;
        ada.click("Open").await?;
        ada.says("This is not a Tincan link").await?;

        ada.fill("Were you sent a link?", "").await?;
        ada.paste("Were you sent a link?", &link).await?;
        ada.click("Open").await?;
        ada.offers("Join").await?;
        anyhow::ensure!(ada.link().await? == link, "another room was opened");
        Ok(())
    })
}
