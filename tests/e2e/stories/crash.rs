//! Uncaught errors in the page's own code.

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, story};
use crate::scenes::{begin, call, see_each_other};

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
/// A script that wraps a function of the browser's as an extension does. The wrapper throws when
/// the page calls it in an effect.
const WRAPPER: &str = "
    const stack = `Error: x\n    at f (chrome-extension://abc/content.js:1:2)`;
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
        get() { return null; },
        set() { throw Object.assign(new Error('lin@example.org'), { stack }); },
    });
    document.querySelector('button[aria-label=\"Turn camera off\"]').click();
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

        lin.run(FOREIGN).await?;
        see_each_other(&ada, &lin).await?;

        for failure in [COMPONENT, ERROR, REJECTION] {
            fail_and_rejoin(&ada, &lin, failure).await?;
        }

        // Another tab was in a call with the microphone on.
        lin.click("Mute microphone").await?;
        lin.run("localStorage.setItem('tincan.use-microphone', 'on')").await?;
        fail_and_rejoin(&ada, &lin, ERROR).await?;
        lin.offers("Unmute microphone").await?;

        // The page can no longer draw, although no code of its own is wrong.
        lin.run(WRAPPER).await?;
        lin.says("Something went wrong").await?;
        lin.releases_every_device().await?;
        ensure!(!lin.text().await?.contains("lin@example"), "the notice repeats a message");
        lin.console().await?;
        lin.click("Reload").await?;
        lin.offers("Turn camera on").await?;
        lin.offers("Unmute microphone").await?;

        // Any other reload leads to the lobby, as always.
        lin.run(ERROR).await?;
        lin.offers("Reload").await?;
        lin.console().await?;
        lin.reload().await?;
        lin.offers("Join").await
    })
}

#[test]
fn the_way_back_into_a_call_is_open_once_and_to_its_room_alone() -> Result<()> {
    story("the way back", async |stage| {
        let server = Server::start(stage).await?;
        let lin = stage.person("Lin").await?;
        let link = begin(&lin, &server.page()).await?;
        lin.run(
            "document.addEventListener('click', () => history.replaceState(null, '', '#'),
                 { capture: true });",
        )
        .await?;
        lin.run(ERROR).await?;
        lin.offers("Reload").await?;
        lin.console().await?;
        // The page comes back without a room, and what is opened then is opened by the person.
        lin.click("Reload").await?;
        lin.offers("New call").await?;
        lin.open(&link).await?;
        lin.offers("Join").await?;

        // In another room.
        let note = "sessionStorage.setItem('tincan.rejoin', 'AAAAAAAAAAAAAAAAAAAAAA,on,on')";
        lin.run(note).await?;
        lin.reload().await?;
        lin.offers("Join").await?;
        let left = lin.run("return sessionStorage.getItem('tincan.rejoin')").await?;
        ensure!(left.is_null(), "the note is still there: {left}");
        Ok(())
    })
}
