//! Intact, broken, copied and pasted links.

use anyhow::{Result, ensure};

use crate::harness::{Engine, Server, Setup, story};

#[test]
fn a_broken_link_is_reported_and_an_intact_one_can_be_pasted() -> Result<()> {
    broken(Engine::Chromium)
}

pub(crate) fn broken(engine: Engine) -> Result<()> {
    story(&format!("links in {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person_with("Ada", Setup::of(engine)).await?;
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
        ensure!(ada.link().await? == link, "another room was opened");
        Ok(())
    })
}

#[test]
fn a_link_is_found_within_pasted_text() -> Result<()> {
    with_more_around(Engine::Chromium)
}

pub(crate) fn with_more_around(engine: Engine) -> Result<()> {
    story(&format!("links with more around them in {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person_with("Ada", Setup::of(engine)).await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        let link = ada.link().await?;
        let (page, secret) = link.split_once('#').unwrap_or_default();

        for dirty in [
            format!("{page}#{secret}."),
            format!("{page}#{secret}%20"),
            format!("{page}?fbclid=IwAR0&utm_source=x#{secret}?fbclid=x"),
            format!("{page}#%20{secret}\u{200b})"),
        ] {
            ada.open("about:blank").await?;
            ada.open(&dirty).await?;
            ada.offers("Join").await?;
            ensure!(ada.link().await? == link, "the address is not cleaned: {dirty}");
        }

        ada.open(&server.page()).await?;
        ada.put(
            "Were you sent a link?",
            &format!("> Now? {page}#{}\n> {}.\n> Ada", &secret[..9], &secret[9..]),
        )
        .await?;
        ada.click("Open").await?;
        ada.offers("Join").await?;
        ensure!(ada.link().await? == link, "another room was opened");

        ada.open(&server.page()).await?;
        let other = "dGluY2FuIHRlc3Qgcm9vbQ";
        ada.put("Were you sent a link?", &format!("{page}#{other} or {link}")).await?;
        ada.click("Open").await?;
        ada.says("These are links to different calls").await?;
        ada.click(&format!("Open the link ending in {}", &secret[16..])).await?;
        ada.offers("Join").await?;
        ensure!(ada.link().await? == link, "the other one was opened");
        Ok(())
    })
}

#[test]
fn a_damaged_link_asks_before_it_opens_a_room() -> Result<()> {
    damaged(Engine::Chromium)
}

pub(crate) fn damaged(engine: Engine) -> Result<()> {
    story(&format!("damaged links in {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person_with("Ada", Setup::of(engine)).await?;
        let folded = format!("{}#dgluy2fuihrlc3qgcm9vbw", server.page());
        ada.open(&folded).await?;
        ada.says("This link looks damaged").await?;
        ensure!(!ada.has("Join").await?, "it leads into a room");
        ada.has_no_violations().await?;
        ada.click("Open anyway").await?;
        ada.offers("Join").await?;
        ensure!(ada.link().await? == folded, "another room was opened");

        ada.open(&format!("{}%23dGluY2FuIHRlc3Qgcm9vbQ", server.page())).await?;
        ada.says("This link is no longer private").await?;
        let address = ada.run("return location.href").await?;
        ensure!(address == format!("{}#exposed-link", server.page()), "{address}");
        ada.click("New call").await?;
        ada.offers("Join").await
    })
}
