//! The server goes away in the middle of a call, and comes back.

use anyhow::Result;

use crate::harness::Colour::{Blue, Red, Yellow};
use crate::harness::{Server, story};
use crate::scenes::{call, outlive_a_restart, talk};

#[test]
fn a_call_outlives_its_server() -> Result<()> {
    story("a call outlives its server", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;

        outlive_a_restart(&server, &ada, &lin).await?;

        // What needs the server works again.
        let _slides = ada.open_slides().await?;
        ada.click("Share screen").await?;
        lin.screen_of("Ada").shows(Blue, Red).await?;
        lin.screen_of("Ada").shows(Blue, Yellow).await
    })
}
