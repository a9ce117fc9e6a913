//! Files from page to page, as people send them.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::chat::{open_chat, rebuild, say, shows};
use crate::harness::desk::Desk;
use crate::harness::{Engine, Page, Server, Setup, story, until};
use crate::scenes::{call_with, see_each_other};

/// The id of the input of the file picker.
const PICKER: &str = "pick-files";

/// The bytes of a piece of a file.
const PIECE: usize = 1024 * 1024;

/// A script that counts the pieces that a page sends by the data channels of files.
const COUNT: &str = "
    window.sentPieces = 0;
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function (data) {
        if (this.protocol === 'tincan-file' && typeof data === 'string') {
            if (JSON.parse(data).type === 'piece') window.sentPieces += 1;
        }
        return send.call(this, data);
    };
";

/// Waits until this share of the first file of a page is on the other side.
async fn has_moved(page: &Page, share: f64) -> Result<()> {
    until(format_args!("{share} of a file to move at {page:?}"), async || {
        let moved = page.run(MOVED).await?;
        let moved = moved.as_f64().context("no file moves")?;
        ensure!(moved >= share, "{moved}");
        Ok(())
    })
    .await
}

/// A script that returns the share of the first file that has moved.
const MOVED: &str = "
    const file = document.querySelector('.file');
    return file?.querySelector('progress')?.position ?? (file ? 1 : null);
";

/// Waits until the first file of a page is in the middle of its way.
async fn is_under_way(page: &Page) -> Result<()> {
    has_moved(page, 0.05).await
}

/// Waits until the first file of a page is on the other side, which may take long on a slow
/// machine.
async fn has_arrived(page: &Page) -> Result<()> {
    for share in [0.2, 0.4, 0.6, 0.8, 1.0] {
        has_moved(page, share).await?;
    }
    Ok(())
}

/// Returns the pieces that a page has sent.
async fn sent_pieces(page: &Page) -> Result<usize> {
    let sent = page.run("return window.sentPieces").await?;
    Ok(usize::try_from(sent.as_u64().context("not a number")?)?)
}

/// Tells a story of a call of two people, Ada and Lin, in these browsers, with files at hand.
fn between(
    [ada, lin]: [Engine; 2],
    what: &str,
    tell: impl AsyncFnOnce(&Page, &Page, Desk) -> Result<()>,
) -> Result<()> {
    story(what, async |stage| {
        let server = Server::start(stage).await?;
        let ada = Setup { script: COUNT, ..Setup::of(ada) };
        let (ada, lin) = call_with(stage, &server.page(), ada, Setup::of(lin)).await?;
        see_each_other(&ada, &lin).await?;
        tell(&ada, &lin, Desk::new()?).await
    })
}

#[test]
fn files_arrive_as_they_were_sent() -> Result<()> {
    between([Engine::Chromium; 2], "files arrive as they were sent", async |ada, lin, desk| {
        desk.takes_downloads_of(lin).await?;
        let photo = desk.file("holiday photo.jpg", 3 * PIECE + 12_345)?;
        let empty = desk.file("empty.txt", 0)?;
        ada.pick(PICKER, &[&photo, &empty]).await?;
        ada.says("Waiting for Lin").await?;
        lin.says("holiday photo.jpg").await?;
        lin.says("3.2 MB").await?;
        for _ in 0..2 {
            lin.click("Accept").await?;
        }
        desk.has("holiday photo.jpg", &photo).await?;
        desk.has("empty.txt", &empty).await?;
        ada.says("Lin has it").await?;
        lin.offers("Save").await
    })
}

#[test]
fn a_file_can_be_declined_and_cancelled() -> Result<()> {
    between(
        [Engine::Chromium; 2],
        "a file can be declined and cancelled",
        async |ada, lin, desk| {
            let file = desk.file("plans.pdf", 200 * PIECE)?;
            ada.pick(PICKER, &[&file]).await?;
            lin.click("Decline").await?;
            ada.says("Lin declined it").await?;
            ada.click("Dismiss").await?;
            lin.click("Dismiss").await?;
            // In the middle, by the sender and by the receiver.
            for (one, other) in [(ada, lin), (lin, ada)] {
                ada.pick(PICKER, &[&file]).await?;
                lin.click("Accept").await?;
                is_under_way(ada).await?;
                one.click("Cancel").await?;
                other.says(&format!("{} cancelled", one.who())).await?;
                for page in [ada, lin] {
                    page.click("Dismiss").await?;
                }
            }
            // Nothing is left on the disk of the receiver.
            until("nothing to be stored", async || {
                let stored = lin.run_to_end(STORED).await?;
                ensure!(stored == json!([]), "{stored}");
                Ok(())
            })
            .await
        },
    )
}

/// A script that lists what a page has stored of files.
const STORED: &str = "
    const done = arguments[arguments.length - 1];
    const list = async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('files', { create: true });
        const names = [];
        for await (const name of folder.keys()) names.push(name);
        return names;
    };
    list().then(done, (error) => done(String(error)));
";

/// Sends a large file, and does something to the call when it is under way. Fails if more is sent
/// again than what was under way.
fn interrupted(
    what: &str,
    engines: [Engine; 2],
    interrupt: &impl AsyncFn(&Page, &Page) -> Result<()>,
) -> Result<()> {
    between(engines, what, async |ada, lin, desk| {
        let saves = engines[1] == Engine::Chromium;
        if saves {
            desk.takes_downloads_of(lin).await?;
        }
        let pieces = 64;
        let film = desk.file("film.bin", pieces * PIECE - 7)?;
        ada.pick(PICKER, &[&film]).await?;
        lin.click("Accept").await?;
        is_under_way(lin).await?;
        interrupt(ada, lin).await?;
        has_arrived(ada).await?;
        ada.says("Lin has it").await?;
        if saves {
            desk.has("film.bin", &film).await?;
        }
        let sent = sent_pieces(ada).await?;
        ensure!((pieces..=pieces + 17).contains(&sent), "{sent} pieces of {pieces} were sent");
        Ok(())
    })
}

#[test]
fn a_file_goes_on_after_a_lost_connection() -> Result<()> {
    let engines = [Engine::Chromium; 2];
    interrupted("a file and a lost connection", engines, &async |ada, lin| {
        rebuild([ada, lin]).await
    })
}

#[test]
fn a_file_goes_on_after_a_reload_of_the_receiver() -> Result<()> {
    let engines = [Engine::Chromium; 2];
    interrupted("a file and a reload", engines, &async |_, lin| reload(lin).await)
}

/// Reloads a page and joins the call again.
async fn reload(page: &Page) -> Result<()> {
    page.reload().await?;
    page.click("Join").await?;
    page.offers("Hang up").await
}

#[test]
fn a_file_of_firefox_goes_on_in_chromium() -> Result<()> {
    let engines = [Engine::Firefox, Engine::Chromium];
    interrupted("a file of Firefox", engines, &async |ada, lin| rebuild([ada, lin]).await)
}

#[test]
fn a_file_of_chromium_goes_on_in_firefox() -> Result<()> {
    let engines = [Engine::Chromium, Engine::Firefox];
    interrupted("a file for Firefox", engines, &async |_, lin| reload(lin).await)
}

#[test]
fn a_file_that_is_gone_says_so() -> Result<()> {
    between([Engine::Chromium; 2], "a file that is gone", async |ada, lin, desk| {
        let file = desk.file("gone.txt", 1000)?;
        ada.pick(PICKER, &[&file]).await?;
        lin.offers("Accept").await?;
        fs::remove_file(file)?;
        lin.click("Accept").await?;
        ada.says("can't be read").await?;
        lin.says("Ada").await?;
        lin.offers("Dismiss").await
    })
}

#[test]
fn a_chat_goes_on_beside_a_file() -> Result<()> {
    between([Engine::Chromium; 2], "a chat beside a file", async |ada, lin, desk| {
        let film = desk.file("film.bin", 96 * PIECE)?;
        for page in [ada, lin] {
            open_chat(page).await?;
        }
        ada.pick(PICKER, &[&film]).await?;
        lin.click("Accept").await?;
        is_under_way(lin).await?;
        say(ada, "Here it comes").await?;
        shows(lin, &[("Ada", "Here it comes")]).await?;
        // The file is not over yet.
        lin.offers("Cancel").await
    })
}
