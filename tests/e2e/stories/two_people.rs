//! The whole way from a link to a moving picture.

use anyhow::Result;
use futures_util::try_join;

use crate::harness::{Server, story};
use crate::scenes::{begin, join, talk};

#[test]
fn two_people_see_and_hear_each_other() -> Result<()> {
    story("two people see and hear each other", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        ada.says(&link).await?;

        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        talk(&ada, &lin).await
    })
}

#[test]
fn two_who_join_at_the_same_moment_see_and_hear_each_other() -> Result<()> {
    story("at the same moment", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = (stage.person("Ada").await?, stage.person("Lin").await?);
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        lin.open(&ada.link().await?).await?;
        for (page, other) in [(&ada, &lin), (&lin, &ada)] {
            page.fill("Your name", page.who()).await?;
            other.says(page.who()).await?;
        }
        try_join!(ada.click("Join"), lin.click("Join"))?;
        talk(&ada, &lin).await
    })
}
