//! The whole way from a link to moving video.

use anyhow::{Result, ensure};

use crate::harness::{SentVideo, Server, Setup, story, until};
use crate::scenes::{begin, join, see_each_other, talk, wait_in_lobby};

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

#[test]
fn a_call_is_prepared_in_the_lobby_without_an_address() -> Result<()> {
    story("a call that is prepared in the lobby", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        let link = begin(&ada, &server.page()).await?;
        let lin = stage.person("Lin").await?;
        wait_in_lobby(&lin, &link).await?;
        until("Ada to have Lin's offer", async || {
            let negotiations = ada.run("return tincanProbe.negotiations().join()").await?;
            ensure!(negotiations == "have-remote-offer", "{negotiations}");
            Ok(())
        })
        .await?;
        let mut constructed = Vec::new();
        for page in [&ada, &lin] {
            let made = page.run("return tincanProbe.made().connections").await?;
            ensure!(made == 0, "{} gathers candidates before Lin joins", page.who());
            constructed.push(page.run("return tincanProbe.constructed()").await?);
        }
        lin.click("Join").await?;
        see_each_other(&ada, &lin).await?;
        for (page, before) in [&ada, &lin].into_iter().zip(constructed) {
            let after = page.run("return tincanProbe.constructed()").await?;
            ensure!(after == before, "{} made another connection", page.who());
        }
        Ok(())
    })
}
