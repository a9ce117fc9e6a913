//! The setup of many stories.

use anyhow::Result;
use futures_util::try_join;

use crate::{Page, Server, Setup, Stage};

/// A script that records each state of a tile's link, together with the states of the connections.
pub const NOTES: &str = "
    window.links = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            window.links.push(`${target.dataset.link} while ${tincanProbe.connections()}`);
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-link'] });
";

/// Starts a call of two people: Ada creates it, and Lin opens the link. Both pages are from
/// `address`.
pub async fn call(stage: &Stage, address: &str) -> Result<(Page, Page)> {
    call_with(stage, address, Setup::default(), Setup::default()).await
}

/// Starts such a call with a different configuration of browsers.
pub async fn call_with(
    stage: &Stage,
    address: &str,
    ada: Setup,
    lin: Setup,
) -> Result<(Page, Page)> {
    let (ada, lin) = try_join!(stage.person_with("Ada", ada), stage.person_with("Lin", lin))?;
    let link = begin(&ada, address).await?;
    join(&lin, &link).await?;
    Ok((ada, lin))
}

/// Creates a call and joins it. Returns its link.
pub async fn begin(page: &Page, address: &str) -> Result<String> {
    page.open(address).await?;
    page.click("New call").await?;
    let link = page.link().await?;
    page.fill("Your name", page.who()).await?;
    page.click("Join").await?;
    page.offers("Hang up").await?;
    Ok(link)
}

/// Opens a link and joins the call.
pub async fn join(page: &Page, link: &str) -> Result<()> {
    page.open(link).await?;
    page.fill("Your name", page.who()).await?;
    page.click("Join").await?;
    page.offers("Hang up").await
}

/// Waits until both see the other's video move.
pub async fn see_each_other(ada: &Page, lin: &Page) -> Result<()> {
    let (lins, adas) = (ada.camera_of(lin.who()), lin.camera_of(ada.who()));
    try_join!(lins.moves(), adas.moves()).map(drop)
}

/// Waits until both see and hear each other.
pub async fn talk(ada: &Page, lin: &Page) -> Result<()> {
    see_each_other(ada, lin).await?;
    let (lins, adas) = (ada.camera_of(lin.who()), lin.camera_of(ada.who()));
    try_join!(lins.is_heard(), adas.is_heard()).map(drop)
}

/// Brings two people into the lobby of one room, where each sees the other's name.
pub async fn lobby(stage: &Stage, server: &Server, setup: Setup) -> Result<(Page, Page)> {
    let ada = stage.person_with("Ada", setup.clone());
    let (ada, lin) = try_join!(ada, stage.person_with("Lin", setup))?;
    ada.open(&server.page()).await?;
    ada.click("New call").await?;
    ada.fill("Your name", "Ada").await?;
    let link = ada.link().await?;
    wait_in_lobby(&lin, &link).await?;
    ada.offers("Call").await?;
    lin.offers("Call").await?;
    Ok((ada, lin))
}

/// Opens a link, and waits in the lobby.
pub async fn wait_in_lobby(page: &Page, link: &str) -> Result<()> {
    page.open(link).await?;
    page.fill("Your name", page.who()).await
}

/// Restarts the server. Both pages notice this, and the call continues.
pub async fn outlive_a_restart(server: &Server, ada: &Page, lin: &Page) -> Result<()> {
    lose_server(server, [ada, lin]).await?;
    talk(ada, lin).await?;
    regain_server(server, [ada, lin]).await?;
    talk(ada, lin).await
}

/// Kills the server, and waits until these pages say that they reconnect.
pub async fn lose_server(server: &Server, pages: [&Page; 2]) -> Result<()> {
    server.kill();
    let [ada, lin] = pages.map(|page| page.says("Reconnecting to the server"));
    try_join!(ada, lin).map(drop)
}

/// Restarts the server, and waits until these pages have reconnected.
pub async fn regain_server(server: &Server, pages: [&Page; 2]) -> Result<()> {
    server.start_again().await?;
    let [ada, lin] = pages.map(|page| page.no_longer_says("Reconnecting to the server"));
    try_join!(ada, lin).map(drop)
}
