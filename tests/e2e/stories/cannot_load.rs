//! Messages about files that cannot be loaded, and about browsers that are too old.

use anyhow::{Result, ensure};

use crate::harness::Fault::{Status, Text};
use crate::harness::{Server, Setup, story, until};
use crate::loading::{ALWAYS, CALL, FAILED, is_in_the_call, open_room, visitor};

const TOO_OLD: &str = "This browser is too old for Tincan";

#[test]
fn a_browser_that_lacks_what_a_call_needs_says_so() -> Result<()> {
    story("lacks", async |stage| {
        let server = Server::start(stage).await?;
        let setup = |language, script| Setup { language, script, ..Setup::default() };
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.click("New call").await?;
        let link = ada.link().await?;

        let lin = setup("en-US", "delete window.RTCPeerConnection");
        let lin = stage.person_with("Lin", lin).await?;
        lin.open(&link).await?;
        lin.says("This browser cannot make calls").await?;
        lin.offers("Copy link").await?;
        ensure!(!lin.has("Join").await?, "Lin is offered to join");
        lin.has_no_violations().await?;

        let chinese = setup("zh-CN", "delete window.WebAssembly");
        let grace = stage.person_with("Grace", chinese).await?;
        grace.open(&link).await?;
        grace.says("此浏览器无法运行 Tincan").await?;
        // Nobody waits for them.
        ada.says("Nobody else is here yet").await?;
        ada.offers("Join").await
    })
}

/// Scripts that each remove a feature which old browsers lack.
const OLD_BROWSERS: [&str; 4] = [
    // No WebAssembly reference types.
    "WebAssembly.validate = () => false",
    // An unknown instruction.
    "WebAssembly.compile = WebAssembly.compileStreaming = \
     () => Promise.reject(new WebAssembly.CompileError('invalid opcode'))",
    // A missing import.
    "WebAssembly.instantiate = () => Promise.reject(new WebAssembly.LinkError('no function'))",
    // Unknown syntax in the script. The served text has another hash, so integrity is not checked.
    "const load = fetch; window.fetch = (file, how) => load(file, { ...how, integrity: '' })",
];

#[test]
fn a_browser_that_is_too_old_is_told_so_at_once() -> Result<()> {
    story("old browsers", async |stage| {
        let (_ada, host, _server) = visitor(stage).await?;
        host.set_fault("app.js", Text("export { newer than this browser"), ALWAYS);
        for (number, script) in OLD_BROWSERS.into_iter().enumerate().rev() {
            let old = Setup::with_script(script);
            let mary = stage.person_with(&format!("Mary {number}"), old).await?;
            mary.open(&host.page()).await?;
            mary.says(TOO_OLD).await?;
            mary.has_no_violations().await?;
            ensure!(!mary.text().await?.contains(FAILED), "{script} is taken for a bad network");
            ensure!(!mary.has("Try again").await?, "{script}: trying again would not help");
            // The other ones know the syntax.
            host.clear_faults();
        }
        Ok(())
    })
}

#[test]
fn a_page_without_its_first_script_says_what_to_do() -> Result<()> {
    story("no start script", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        let words = "Check your internet connection, then reload the page.";
        host.set_fault("start.js", Status(404), ALWAYS);
        ada.open(&host.page()).await?;
        ada.says("Tincan").await?;
        until("the words to wait for their time", async || {
            let ends = "return document.querySelector('.shell-late').getAnimations()\
                        .map((wait) => wait.effect.getComputedTiming().endTime)[0]";
            let ends = ada.run(ends).await?.as_f64();
            ensure!(ends == Some(15_000.0), "they are shown after {ends:?} ms");
            Ok(())
        })
        .await?;
        ada.run("document.getAnimations().forEach((wait) => wait.finish())").await?;
        ada.says(words).await?;
        ada.has_no_violations().await?;

        // Without styles too, they are shown at once.
        host.set_fault("styles.css", Status(404), ALWAYS);
        ada.open("about:blank").await?;
        ada.open(&host.page()).await?;
        ada.says(words).await?;

        // What the script says takes their place.
        host.clear_faults();
        host.set_fault("main.wasm", Status(404), ALWAYS);
        ada.open("about:blank").await?;
        ada.open(&host.page()).await?;
        ada.says(FAILED).await?;
        let late = ada.run("return document.querySelectorAll('.shell-late').length").await?;
        ensure!(late == 0, "the page says it twice");
        Ok(())
    })
}

#[test]
fn a_notice_can_be_pressed_while_a_dialog_is_open() -> Result<()> {
    story("a notice and a dialog", async |stage| {
        let (ada, host, _server) = visitor(stage).await?;
        // In a dialog that is open.
        host.set_fault("split_qr_code", Status(503), ALWAYS);
        open_room(&ada, &host).await?;
        ada.click("Show QR code").await?;
        ada.says(FAILED).await?;
        ada.has_no_violations().await?;
        host.clear_faults();
        ada.click("Try again").await?;
        ada.no_longer_says(FAILED).await?;
        ada.says("Scan it with a phone's camera").await?;
        ada.click("Close").await?;

        // In one that opens later, and where it closes.
        host.set_fault(CALL, Status(503), ALWAYS);
        open_room(&ada, &host).await?;
        ada.says(FAILED).await?;
        ada.click("Show QR code").await?;
        ada.offers("Try again").await?;
        ada.click("Close").await?;
        ada.offers("Try again").await?;
        ada.click("Show QR code").await?;
        host.clear_faults();
        ada.click("Try again").await?;
        ada.no_longer_says(FAILED).await?;
        ada.click("Close").await?;
        ada.click("Join").await?;
        is_in_the_call(&ada).await
    })
}
