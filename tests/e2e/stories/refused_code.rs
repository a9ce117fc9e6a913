//! Code that has arrived, and that the browser does not take.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Setup, story, until};
use crate::loading::{FAILED, is_in_the_call};

/// A script that makes the browser refuse chunks, as it does when it is short of memory. What comes
/// first is no chunk, but the app.
const REFUSES: &str = "
    window.refuses = true;
    window.refusals = 0;
    let taken = 0;
    const real = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...args) => {
        if (window.refuses && taken > 0) {
            window.refusals += 1;
            throw new RangeError('refused');
        }
        taken += 1;
        return real.apply(WebAssembly, args);
    };
";

/// Makes the browser refuse all further chunks, or none.
async fn refuse(page: &Page, refuses: bool) -> Result<()> {
    page.run(&format!("window.refuses = {refuses}")).await.map(drop)
}

/// Waits for the notice. Another attempt that is refused as well brings it back.
async fn is_reported(page: &Page) -> Result<()> {
    page.says(FAILED).await?;
    page.has_no_violations().await?;
    let before = page.run("return window.refusals").await?;
    page.click("Try again").await?;
    until("another attempt", async || {
        let refusals = page.run("return window.refusals").await?;
        ensure!(refusals != before, "still {refusals} were refused");
        Ok(())
    })
    .await?;
    page.says(FAILED).await
}

#[test]
fn code_that_the_browser_refuses_is_reported_and_can_be_tried_again() -> Result<()> {
    story("code that is refused", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person_with("Ada", Setup::with_script(REFUSES)).await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        is_reported(&ada).await?;
        refuse(&ada, false).await?;
        ada.click("Try again").await?;
        ada.offers("Turn camera off").await?;
        ada.no_longer_says(FAILED).await?;

        refuse(&ada, true).await?;
        ada.click("Show QR code").await?;
        is_reported(&ada).await?;
        refuse(&ada, false).await?;
        ada.click("Try again").await?;
        ada.no_longer_says(FAILED).await?;
        let code =
            ada.run("return document.querySelectorAll('dialog svg.code path').length").await?;
        ensure!(code == 1, "there are {code} codes");
        ada.click("Close").await?;
        ada.click("Join").await?;
        is_in_the_call(&ada).await?;
        // The refusals are in the console, as they should be, and nothing else is.
        let console = ada.console().await?;
        let other = console.iter().find(|one| one.is_fault && !one.text.contains("refused"));
        ensure!(other.is_none(), "{other:?}");
        Ok(())
    })
}
