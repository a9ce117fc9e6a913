//! A file from page to page beside a loop that does nothing but fill a data channel, each within a
//! call of two.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::time::{Instant, sleep};

use crate::Order;
use crate::harness::{Page, Setup, Stage};
use crate::processor;
use crate::site::{Contender, Site};
use crate::table::Table;

/// An argument that marks the browser of the receiver. It has no meaning for the browser.
const RECEIVER: &str = "--tincan-receiver";

/// The time that may pass until a run is given up.
const LIMIT: Duration = Duration::from_mins(10);

const MEBIBYTE: u64 = 1024 * 1024;

/// Keeps the connections of a page where a script can find them, and counts what arrives by data
/// channels that are not the page's own.
const KEEP: &str = "
    window.benchConnections = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...parameters) {
            super(...parameters);
            window.benchConnections.push(this);
            window.benchReceived = 0;
            this.addEventListener('datachannel', ({ channel }) => {
                if (channel.label !== 'loop') return;
                channel.binaryType = 'arraybuffer';
                channel.onmessage = ({ data }) => { window.benchReceived += data.byteLength; };
            });
        }
    };
";

/// Sends bytes by a data channel as fast as it takes them, with the messages and the watermarks
/// that files have.
const LOOP: &str = "
    const channel = window.benchConnections[0].createDataChannel('loop');
    const message = new Uint8Array(64 * 1024);
    let left = BYTES;
    channel.bufferedAmountLowThreshold = 1024 * 1024;
    const fill = () => {
        while (left > 0 && channel.bufferedAmount < 4 * 1024 * 1024) {
            channel.send(message);
            left -= message.length;
        }
    };
    channel.onopen = fill;
    channel.onbufferedamountlow = fill;
";

/// Writes a message with the time twice a second, as a person does: it fills the field, and presses
/// Enter.
const WRITE: &str = "
    const field = document.getElementById('chat-message');
    setInterval(() => {
        field.value = `at ${Date.now()}`;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        const enter = { key: 'Enter', bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', enter));
    }, 500);
";

/// Keeps how long each of these messages took until it was in the document of the other page.
const READ: &str = "
    window.benchChat = [];
    new MutationObserver(() => {
        const texts = [...document.querySelectorAll('.message-text')];
        for (const { textContent } of texts.slice(window.benchChat.length)) {
            window.benchChat.push(Date.now() - Number(textContent.slice(3)));
        }
    }).observe(document.querySelector('.chat'), { subtree: true, childList: true });
";

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = || Setup { script: KEEP, ..Setup::measured() };
    let ada = stage.person_with("Ada", setup()).await?;
    let lin = stage.person_with("Lin", Setup { arguments: vec![RECEIVER], ..setup() }).await?;
    let length = if order.is_quick { 16 * MEBIBYTE } else { 1024 * MEBIBYTE };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file.bin");
    write(&file, length)?;
    let mut table = Table::new(format!("{} MiB in a call of two", length / MEBIBYTE), "s");
    let mut chat =
        Table::new("a message of the chat meanwhile, from Enter to the other page", "ms");
    let mut memory = Table::new("most memory of the receiver's page over that before", "MiB");
    for run in 0..order.runs.min(3) {
        for contender in [Contender::Bare, Contender::Tincan] {
            let site = Site::start(stage, contender, Duration::ZERO).await?;
            site.meet(&ada, &lin, &format!("files-{run}")).await?;
            let before = processor::renderers(RECEIVER)?;
            let start = Instant::now();
            let most = match contender {
                Contender::Bare | Contender::PeerJs => fill(&ada, &lin, length).await?,
                Contender::Tincan => {
                    let most = send(&ada, &lin, &file).await?;
                    let times = lin.run("return window.benchChat").await?;
                    let times: Vec<f64> = serde_json::from_value(times)?;
                    for time in times {
                        chat.add(contender.name(), time);
                    }
                    most
                }
            };
            table.add(contender.name(), start.elapsed().as_secs_f64());
            memory.add(contender.name(), (most - before).max(0.0) / 1024.0);
            for page in [&lin, &ada] {
                page.open("about:blank").await?;
            }
        }
    }
    Ok(vec![table, memory, chat])
}

/// Sends bytes by the bare loop. Returns the most memory of the receiver's page, in KiB.
async fn fill(ada: &Page, lin: &Page, size: u64) -> Result<f64> {
    ada.run(&LOOP.replace("BYTES", &size.to_string())).await?;
    watch(async || Ok(lin.run("return window.benchReceived").await?.as_u64() == Some(size))).await
}

/// Sends a file. Returns the most memory of the receiver's page, in KiB.
async fn send(ada: &Page, lin: &Page, file: &Path) -> Result<f64> {
    for page in [ada, lin] {
        page.type_text("c").await?;
        page.offers("Message").await?;
    }
    lin.run(READ).await?;
    ada.run(WRITE).await?;
    ada.pick("pick-files", &[file]).await?;
    lin.click("Accept").await?;
    watch(async || lin.has("Save").await).await
}

/// Waits until something is done. Returns the most memory of the receiver's page meanwhile.
async fn watch(is_done: impl AsyncFn() -> Result<bool>) -> Result<f64> {
    let start = Instant::now();
    let mut most = 0.0;
    loop {
        most = processor::renderers(RECEIVER)?.max(most);
        if is_done().await? {
            return Ok(most);
        }
        ensure!(start.elapsed() < LIMIT, "it takes longer than {LIMIT:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

fn write(path: &Path, size: u64) -> Result<()> {
    let mut file = File::create(path).with_context(|| path.display().to_string())?;
    let mut random = fastrand::Rng::with_seed(7);
    let mut bytes = vec![0; 1024 * 1024];
    for _ in 0..size / MEBIBYTE {
        random.fill(&mut bytes);
        file.write_all(&bytes)?;
    }
    Ok(())
}
