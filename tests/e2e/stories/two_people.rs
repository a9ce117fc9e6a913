//! The whole way from a link to moving video.

use anyhow::Result;

use crate::harness::{SentVideo, Server, Setup, story};
use crate::scenes::{begin, join, talk};

#[test]
fn two_people_see_and_hear_each_other() -> Result<()> {
    story("two people see and hear each other", async |stage| {
        let server = Server::start(stage).await?;
        // With the page's default video size.
        let usual = Setup { sent_video: SentVideo::Usual, ..Setup::default() };
        let ada = stage.person_with("Ada", usual.clone()).await?;
        let link = begin(&ada, &server.page()).await?;
        ada.says(&link).await?;

        let lin = stage.person_with("Lin", usual).await?;
        join(&lin, &link).await?;
        talk(&ada, &lin).await
    })
}
