//! A tab that the browser has frozen, as it does to save energy, wakes up.

use anyhow::{Result, ensure};

use crate::harness::{Server, Setup, story};
use crate::scenes::lobby;

/// The page goes without a word, as when it crashes. Its clock can skip the time for which it is
/// frozen, and stops some seconds after it wakes: what has not happened by then never happens.
const SKIPS: &str = "
    addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true);
    const now = performance.now.bind(performance);
    const later = window.setTimeout.bind(window);
    const SOME_SECONDS = 8000;
    let skipped = 0;
    let end = Infinity;
    performance.now = () => Math.min(now() + skipped, end);
    window.setTimeout = (callback, delay = 0, ...rest) =>
        performance.now() + delay < end ? later(callback, delay, ...rest) : 0;
    window.skip = (time) => skipped += time;
    document.addEventListener('resume', () => end = performance.now() + SOME_SECONDS);
";

#[test]
fn a_ring_is_over_when_its_caller_has_gone_while_the_tab_was_frozen() -> Result<()> {
    story("a frozen tab", async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup { script: SKIPS, ..Setup::default() };
        let (ada, lin) = lobby(stage, &server, setup).await?;
        ada.click("Call").await?;
        lin.offers("Accept").await?;
        lin.hide().await?;
        lin.freeze(true).await?;
        ada.close().await?;
        lin.run("skip(23_000)").await?;
        lin.freeze(false).await?;

        // The person is quick, and yet does not come into an empty call.
        lin.try_click("Accept").await?;
        lin.says("You missed a call from Ada.").await?;
        for name in ["Accept", "Hang up"] {
            ensure!(!lin.has(name).await?, "Lin is offered `{name}`");
        }
        Ok(())
    })
}
