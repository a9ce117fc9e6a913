//! The whole way from a link to a moving picture.

use anyhow::Result;

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
