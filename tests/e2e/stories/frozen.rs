//! A tab that the browser freezes while it is ringing.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::harness::{OwnProcess, Part, Server, Setup, story_that_waits, until};
use crate::scenes::lobby;

/// A script that records whether the page still rings five seconds after it was resumed. The page
/// itself measures both times, so a slow machine does not matter.
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

/// The duration of the freeze.
const FREEZE: Duration = Duration::from_secs(8);

#[test]
fn a_ring_of_a_lost_caller_ends_soon_after_the_tab_resumes() -> Result<()> {
    story_that_waits("a tab that is frozen while it rings", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup { own_process: Some(OwnProcess::Ends), ..Setup::with_script(NOTES) };
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
