//! Rooms with more than two people.
#![expect(clippy::print_stdout, reason = "what was measured is told")]

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use tempfile::NamedTempFile;

use crate::harness::{Page, SentVideo, Server, Setup, Stage, story_alone, until};
use crate::scenes::{begin, join, see_each_other};

/// The people who join a call of two.
const OTHERS: [&str; 3] = ["Grace", "Mary", "Hedy"];

/// Returns a film of noise, small and slow. Even at five frames a second it uses all the bitrate
/// that it may, which a drawn film does not, and one machine can encode it in five browsers. Frames
/// that are not encoded in time would not be sent.
fn noise() -> Result<NamedTempFile> {
    let (width, height, frames) = (640, 360, 4);
    let mut file = NamedTempFile::with_suffix(".y4m")?;
    writeln!(file, "YUV4MPEG2 W{width} H{height} F5:1 Ip C420jpeg")?;
    for _ in 0..frames {
        writeln!(file, "FRAME")?;
        let noise = File::open("/dev/urandom")?;
        io::copy(&mut noise.take(width * height * 3 / 2), &mut file)?;
    }
    Ok(file)
}

/// Starts a browser with a small window for a person, whose camera shows noise.
async fn person(stage: &Stage, who: &str, film: &NamedTempFile) -> Result<Page> {
    let film = Some(film.path().to_owned());
    stage.person_with(who, Setup { film, window: (640, 480), ..Setup::default() }).await
}

/// Starts a call of two people. Returns its link, too.
async fn two(stage: &Stage, server: &Server, film: &NamedTempFile) -> Result<(Vec<Page>, String)> {
    let ada = person(stage, "Ada", film).await?;
    let link = begin(&ada, &server.page()).await?;
    let lin = person(stage, "Lin", film).await?;
    join(&lin, &link).await?;
    Ok((vec![ada, lin], link))
}

/// Waits until the bitrate that a page sends is stable: browsers ramp up slowly.
async fn settled_uplink(page: &Page) -> Result<f64> {
    let mut last = 0.0;
    loop {
        let (now, _) = uplink(page).await?;
        ensure!(now > 0.0, "{page:?} sends nothing");
        if now < 1.1 * last {
            return Ok(last.max(now));
        }
        last = now;
    }
}

/// Waits until each sees each other's video move. All pages are looked at together, since five
/// browsers keep a small machine busy all the while.
async fn everyone_sees_everyone(pages: &[Page]) -> Result<()> {
    let all = pages.iter().map(|page| async {
        for other in pages.iter().filter(|other| other.who() != page.who()) {
            page.camera_of(other.who()).moves().await?;
        }
        Ok(())
    });
    try_join_all(all).await.map(drop)
}

/// Measures the bitrate that a page sends over some seconds, in kbit/s, by the statistics of its
/// connections: the total, and the lowest of audio to any peer.
async fn uplink(page: &Page) -> Result<(f64, f64)> {
    let rates = page
        .run_to_end(
            "const done = arguments[arguments.length - 1];
            const count = async () => {
                const links = [];
                for (const connection of tincanProbe.alive()) {
                    const link = { all: 0, voice: 0 };
                    for (const report of (await connection.getStats()).values()) {
                        if (report.type !== 'outbound-rtp') continue;
                        link.all += report.bytesSent + report.headerBytesSent;
                        if (report.kind === 'audio') link.voice += report.bytesSent;
                    }
                    links.push(link);
                }
                return { at: performance.now(), links };
            };
            (async () => {
                const before = await count();
                await new Promise((resolve) => setTimeout(resolve, 6000));
                const after = await count();
                const seconds = (after.at - before.at) / 1000;
                const rate = (key) => after.links.map((link, at) => (link[key] - before.links[at][key]) * 8 / 1000 / seconds);
                done([rate('all').reduce((sum, one) => sum + one, 0), Math.min(...rate('voice'))]);
            })();",
        )
        .await?;
    let rate = |at: usize| rates[at].as_f64().unwrap_or_default();
    Ok((rate(0), rate(1)))
}

#[test]
fn five_people_see_each_other_and_send_little_more_than_two() -> Result<()> {
    story_alone("five people", async |stage| {
        let server = Server::start(stage).await?;
        let film = noise()?;
        let (mut pages, link) = two(stage, &server, &film).await?;
        everyone_sees_everyone(&pages).await?;
        let two = settled_uplink(&pages[0]).await?;
        for name in OTHERS {
            let page = person(stage, name, &film).await?;
            page.open(&link).await?;
            page.fill("Your name", name).await?;
            // Most of the work of five browsers on one machine would be to clean and mix voices.
            page.click("Mute microphone").await?;
            page.click("Join").await?;
            page.offers("Hang up").await?;
            pages.push(page);
        }
        everyone_sees_everyone(&pages).await?;
        // Once every page has sent its viewport to the others.
        until("five to send at most half as much again as two", async || {
            let (five, voice) = uplink(&pages[0]).await?;
            println!("uplink: {two:.0} kbit/s with two pages, {five:.0} with five");
            ensure!(five <= 1.5 * two, "{five:.0} kbit/s against {two:.0}");
            ensure!(voice > 5.0, "a voice gets {voice:.0} kbit/s");
            Ok(())
        })
        .await
    })
}

#[test]
fn audio_is_never_starved_by_low_bandwidth() -> Result<()> {
    story_alone("300 kbit/s", async |stage| {
        let server = Server::start(stage).await?;
        let usual = Setup { sent_video: SentVideo::Usual, ..Setup::measured() };
        let ada = stage.person_with("Ada", usual).await?;
        // A browser applies later limits only to connections that were made under a limit.
        ada.limit_network(10_000).await?;
        let link = begin(&ada, &server.page()).await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        ada.limit_network(300).await?;
        until("video to give way", async || {
            let (all, voice) = uplink(&ada).await?;
            println!("under a limit of 300 kbit/s: {all:.0} kbit/s, of which {voice:.0} voice");
            ensure!(all <= 320.0, "{all:.0} kbit/s are sent");
            Ok(())
        })
        .await?;
        // The audio has no gaps.
        lin.camera_of("Ada").is_heard_without_gaps().await
    })
}
