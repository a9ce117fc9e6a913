//! Uncaught errors in the page's own code.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, story};
use crate::scenes::{call, see_each_other};

/// A script that keeps a component from rendering: Yew panics, and the page traps.
const COMPONENT: &str = "
    Node.prototype.insertBefore = () => { throw new TypeError('lin@example.org') };
    document.querySelector('button[aria-label=Settings]').click();
";

// Browsers do not report errors in a driver's scripts to the page, so these are only simulated.
/// A script that simulates an error in a script of the page.
pub(crate) const ERROR: &str = "
    const file = `${location.origin}/app.js`;
    const error = new TypeError('lin@example.org');
    error.stack = `TypeError: lin@example.org\n    at f (${file}:7:1)`;
    dispatchEvent(new ErrorEvent('error', { error, filename: file, lineno: 7 }));
";
/// A script that simulates an unhandled rejection in a script of the page.
const REJECTION: &str = "
    const reason = new TypeError('lin@example.org');
    reason.stack = `TypeError: lin@example.org\n    at f (${location.origin}/app.js:7:1)`;
    dispatchEvent(new PromiseRejectionEvent('unhandledrejection',
        { promise: Promise.resolve(), reason }));
";
/// A script that simulates errors of two scripts that others put into the page: an extension's, and
/// one without an address.
const FOREIGN: &str = "
    for (const frame of ['f (chrome-extension://abc/content.js:1:2)', '<anonymous>:1:17']) {
        const error = Object.assign(new Error('x'), { stack: `Error: x\n    at ${frame}` });
        dispatchEvent(new ErrorEvent('error', { error, filename: location.href }));
        dispatchEvent(new PromiseRejectionEvent('unhandledrejection',
            { promise: Promise.resolve(), reason: error }));
    }
";

/// Makes the page fail by this script, and follows the person back into the call.
async fn fail_and_rejoin(ada: &Page, lin: &Page, failure: &str) -> Result<()> {
    lin.run(failure).await?;
    lin.says("Something went wrong").await?;
    lin.releases_every_device().await?;
    ada.camera_of("Lin").is_gone().await?;
    let shown = lin.text().await?;
    // The type of an error, or the location of a panic without local folders of the build.
    let is_report = shown.contains("Error") || shown.contains("panicked at registry/");
    ensure!(is_report && !shown.contains("lin@example"), "{shown}");
    // The browser logs the error. It is expected in this story.
    let console = lin.console().await?;
    ensure!(console.iter().any(|line| line.is_fault), "the console says nothing");
    lin.has_no_violations().await?;

    lin.click("Reload").await?;
    // The page rejoins without another click on "Join".
    lin.offers("Hang up").await?;
    see_each_other(ada, lin).await
}

#[test]
fn a_failed_page_ends_its_call_and_rejoins_after_a_reload() -> Result<()> {
    story("a page that fails", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;

        // Scripts of extensions fail, too.
        lin.run(FOREIGN).await?;
        see_each_other(&ada, &lin).await?;

        for failure in [COMPONENT, ERROR, REJECTION] {
            fail_and_rejoin(&ada, &lin, failure).await?;
        }

        // Any other reload leads to the lobby, as always.
        lin.run(ERROR).await?;
        lin.offers("Reload").await?;
        lin.console().await?;
        lin.reload().await?;
        lin.offers("Join").await
    })
}
