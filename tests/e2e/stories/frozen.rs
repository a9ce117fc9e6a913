//! A tab that its browser freezes while it is rung.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::harness::{Part, Server, Setup, story, until};
use crate::scenes::lobby;

/// Notes whether the page still rings five seconds after it woke up. Both are timed by the page
/// itself, so a slow machine changes nothing.
const NOTES: &str = "
    let last = performance.now();
    setInterval(() => {
        const now = performance.now();
        if (now - last > 4000) {
            setTimeout(() => {
                window.stillRings = document.body.innerText.includes('is calling');
            }, 5000);
        }
        last = now;
    }, 500);
";

/// The time that the tab is frozen.
const FREEZE: Duration = Duration::from_secs(8);

#[test]
fn a_ring_whose_caller_vanished_while_the_tab_was_frozen_is_soon_over() -> Result<()> {
    story("a tab that is frozen while it rings", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup { script: NOTES, ..Setup::default() };
        let (ada, lin) = lobby(stage, &server, setup).await?;
        ada.click("Call").await?;
        lin.offers("Accept").await?;
        let frozen = lin.freeze()?;
        stage.kill(&ada, Part::Whole)?;
        sleep(FREEZE).await;
        drop(frozen);
        until("five seconds of the page", async || {
            let rings = lin.run("return String(window.stillRings)").await?;
            ensure!(rings != "undefined", "they are not over");
            ensure!(rings == "false", "it still rings");
            Ok(())
        })
        .await?;
        lin.says("You missed a call from Ada.").await?;
        lin.offers("Join").await
    })
}
