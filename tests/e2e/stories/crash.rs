//! An error in the page's own code, which nothing catches.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, story};
use crate::scenes::{call, see_each_other};

/// A component cannot be drawn: Yew panics, and the page traps.
const COMPONENT: &str = "
    Node.prototype.insertBefore = () => { throw new TypeError('lin@example.org') };
    document.querySelector('button[aria-label=Settings]').click();
";

// The browser keeps errors in the scripts of its driver from the page, so these are only reported.
/// An error in a script of the page.
pub(crate) const ERROR: &str = "dispatchEvent(new ErrorEvent('error', {
    error: new TypeError('lin@example.org'), filename: `${location.origin}/app.js`, lineno: 7,
}))";
/// A promise of a script of the page that is rejected, and that nobody waits for.
const REJECTION: &str = "dispatchEvent(new PromiseRejectionEvent('unhandledrejection', {
    promise: Promise.resolve(), reason: new TypeError('lin@example.org'),
}))";

/// Has the page fail by this script, and goes through what its person sees.
async fn fail_and_rejoin(ada: &Page, lin: &Page, failure: &str) -> Result<()> {
    lin.run(failure).await?;
    lin.says("Something went wrong").await?;
    lin.releases_every_device().await?;
    ada.camera_of("Lin").is_gone().await?;
    let shown = lin.text().await?;
    // The type of an error, or the place of a panic without the folders of who built the page.
    let is_report = shown.contains("Error") || shown.contains("panicked at registry/");
    ensure!(is_report && !shown.contains("lin@example"), "{shown}");
    // The browser reports the error by itself. To the story it is none.
    let console = lin.console().await?;
    ensure!(console.iter().any(|line| line.is_fault), "the console says nothing");
    lin.has_no_violations().await?;

    lin.click("Reload").await?;
    // Nobody has to press "Join" again.
    lin.offers("Hang up").await?;
    see_each_other(ada, lin).await
}

#[test]
fn a_page_that_fails_ends_its_call_and_rejoins_when_reloaded() -> Result<()> {
    story("a page that fails", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;

        // Scripts of extensions fail, too.
        let foreign = "const error = Object.assign(new Error('x'),
                { stack: 'Error: x\\n    at f (chrome-extension://abc/content.js:1:2)' });
            dispatchEvent(new ErrorEvent('error', { error, filename: location.href }));
            dispatchEvent(new PromiseRejectionEvent('unhandledrejection',
                { promise: Promise.resolve(), reason: error }));";
        lin.run(foreign).await?;
        see_each_other(&ada, &lin).await?;

        for failure in [COMPONENT, ERROR, REJECTION] {
            fail_and_rejoin(&ada, &lin, failure).await?;
        }

        // A reload that was not asked for by the button leads to the lobby, as ever.
        lin.run(ERROR).await?;
        lin.offers("Reload").await?;
        lin.console().await?;
        lin.reload().await?;
        lin.offers("Join").await
    })
}
