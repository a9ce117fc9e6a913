//! What many stories begin with.

use anyhow::Result;

use crate::{Page, Server, Setup, Stage};

/// Notes down each state that the link of a tile comes to, and what the browser itself says of the
/// connections at that moment.
pub const NOTES: &str = "
    window.links = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            window.links.push(`${target.dataset.link} while ${tincanProbe.connections()}`);
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-link'] });
";

/// Two people in a call with each other: Ada began it, and Lin was sent the link. Both pages come
/// from `address`.
pub async fn call(stage: &Stage, address: &str) -> Result<(Page, Page)> {
    call_with(stage, address, Setup::default(), Setup::default()).await
}

/// The same with browsers that are set up in another way.
pub async fn call_with(
    stage: &Stage,
    address: &str,
    ada: Setup,
    lin: Setup,
) -> Result<(Page, Page)> {
    let ada = stage.person_with("Ada", ada).await?;
    let link = begin(&ada, address).await?;
    let lin = stage.person_with("Lin", lin).await?;
    join(&lin, &link).await?;
    Ok((ada, lin))
}

/// Begins a call, and goes in; returns its link.
pub async fn begin(page: &Page, address: &str) -> Result<String> {
    page.open(address).await?;
    page.click("New call").await?;
    let link = page.link().await?;
    page.fill("Your name", page.who()).await?;
    page.click("Join").await?;
    page.offers("Hang up").await?;
    Ok(link)
}

/// Opens a link, and goes in.
pub async fn join(page: &Page, link: &str) -> Result<()> {
    page.open(link).await?;
    page.fill("Your name", page.who()).await?;
    page.click("Join").await?;
    page.offers("Hang up").await
}

/// Both see the other's picture move.
pub async fn see_each_other(ada: &Page, lin: &Page) -> Result<()> {
    ada.camera_of(lin.who()).moves().await?;
    lin.camera_of(ada.who()).moves().await
}

/// Both see and hear each other.
pub async fn talk(ada: &Page, lin: &Page) -> Result<()> {
    see_each_other(ada, lin).await?;
    ada.camera_of(lin.who()).is_heard().await?;
    lin.camera_of(ada.who()).is_heard().await
}

/// Two people in the lobby of one room, who see that the other is there.
pub async fn lobby(stage: &Stage, server: &Server, setup: Setup) -> Result<(Page, Page)> {
    let ada = stage.person_with("Ada", setup.clone()).await?;
    ada.open(&server.page()).await?;
    ada.click("New call").await?;
    ada.fill("Your name", "Ada").await?;
    let link = ada.link().await?;
    let lin = stage.person_with("Lin", setup).await?;
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

/// The server goes away and comes back: both pages say so, and talk on all the while.
pub async fn outlive_a_restart(server: &Server, ada: &Page, lin: &Page) -> Result<()> {
    lose_server(server, [ada, lin]).await?;
    talk(ada, lin).await?;
    regain_server(server, [ada, lin]).await?;
    talk(ada, lin).await
}

/// The server is killed, and these pages say that they look for it.
pub async fn lose_server(server: &Server, pages: [&Page; 2]) -> Result<()> {
    server.kill();
    for page in pages {
        page.says("Reconnecting to the server").await?;
    }
    Ok(())
}

/// Another one starts in its place, and these pages have found it.
pub async fn regain_server(server: &Server, pages: [&Page; 2]) -> Result<()> {
    server.start_again().await?;
    for page in pages {
        page.no_longer_says("Reconnecting to the server").await?;
    }
    Ok(())
}
