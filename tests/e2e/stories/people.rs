//! Rooms of more than two.
#![expect(clippy::print_stdout, reason = "what was measured is told")]

use anyhow::{Result, ensure};

use crate::harness::{Page, Server, Stage, story, until};
use crate::scenes::{begin, join, see_each_other};

/// Who comes to a call of two.
const OTHERS: [&str; 3] = ["Grace", "Mary", "Hedy"];

/// Two people in a call, and its link.
async fn two(stage: &Stage, server: &Server) -> Result<(Vec<Page>, String)> {
    let ada = stage.person("Ada").await?;
    let link = begin(&ada, &server.page()).await?;
    let lin = stage.person("Lin").await?;
    join(&lin, &link).await?;
    Ok((vec![ada, lin], link))
}

async fn everyone_sees_everyone(pages: &[Page]) -> Result<()> {
    for page in pages {
        for other in pages.iter().filter(|other| other.who() != page.who()) {
            page.camera_of(other.who()).moves().await?;
        }
    }
    Ok(())
}

/// What a page sends, in kbit/s, as its connections count it, over some seconds; first all of it, then
/// the voice to the one who gets the least of it.
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
    story("five people", async |stage| {
        let server = Server::start(stage).await?;
        let (mut pages, link) = two(stage, &server).await?;
        everyone_sees_everyone(&pages).await?;
        let (two, _) = uplink(&pages[0]).await?;
        for name in OTHERS {
            let page = stage.person(name).await?;
            join(&page, &link).await?;
            pages.push(page);
        }
        everyone_sees_everyone(&pages).await?;
        // Once everyone has said how large they show the others.
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
fn a_voice_is_never_starved_where_little_goes_through() -> Result<()> {
    story("300 kbit/s", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        // A browser slows down only connections that are made after it was told to.
        ada.limit_network(10_000).await?;
        let link = begin(&ada, &server.page()).await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        see_each_other(&ada, &lin).await?;
        ada.limit_network(300).await?;
        until("the picture to give way", async || {
            let (all, voice) = uplink(&ada).await?;
            println!("under a limit of 300 kbit/s: {all:.0} kbit/s, of which {voice:.0} voice");
            ensure!(all <= 320.0, "{all:.0} kbit/s are sent");
            Ok(())
        })
        .await?;
        // It is heard without a break.
        lin.camera_of("Ada").is_heard_without_a_break().await
    })
}
