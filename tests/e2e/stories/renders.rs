//! What is drawn again, and what is not; and what is loaded when.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::harness::{Page, Server, story, story_alone, until};
use crate::scenes::{call, see_each_other, talk};

/// How often each component has been drawn.
async fn renders(page: &Page) -> Result<BTreeMap<String, u64>> {
    let counts = page
        .run_to_end(
            "const done = arguments[arguments.length - 1];
            const module = document.querySelector('head > link[rel=\"modulepreload\"]').href;
            import(module).then((app) => done(app.renders()));",
        )
        .await?;
    Ok(serde_json::from_value(counts)?)
}

/// The figures of a link, as they are read out.
async fn quality(page: &Page) -> Result<String> {
    let text =
        page.run("return document.querySelector('[data-bars]')?.getAttribute('aria-label') ?? ''");
    Ok(text.await?.as_str().unwrap_or_default().to_owned())
}

#[test]
fn statistics_and_levels_draw_nothing_but_themselves() -> Result<()> {
    story_alone("what is drawn again", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;
        ada.no_longer_says("Same computer").await?;
        // Until everything has settled: nothing is drawn between two changes of the figures.
        let mut last = quality(&ada).await?;
        let mut ticks = 0;
        let mut before = renders(&ada).await?;
        ensure!(before.contains_key("Call") && before.contains_key("Tile"), "{before:?}");
        until("the figures to change while nothing is drawn", async || {
            let now = quality(&ada).await?;
            ensure!(!now.is_empty() && now != last, "still `{now}`");
            last = now;
            ticks += 1;
            let after = renders(&ada).await?;
            if after != before {
                (ticks, before) = (0, after);
            }
            ensure!(ticks >= 4, "{ticks} times");
            Ok(())
        })
        .await
    })
}

/// What the page has loaded, by file name.
async fn loaded(page: &Page) -> Result<Vec<String>> {
    let names = page
        .run("return performance.getEntriesByType('resource').map((one) => one.name.split('/').pop())")
        .await?;
    let Value::Array(names) = names else { return Ok(Vec::new()) };
    Ok(names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

#[test]
fn what_only_a_call_needs_is_loaded_when_someone_shows_up() -> Result<()> {
    story("the second part", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        see_each_other(&ada, &lin).await?;
        let link = ada.link().await?;
        let is_later = |name: &String| name.starts_with("later-");
        ensure!(loaded(&ada).await?.iter().any(is_later), "the call has come without its part");

        // A page that nobody touches stands in the lobby, sees who is there, and needs nothing of it.
        let grace = stage.person("Grace").await?;
        grace.open(&link).await?;
        grace.offers("Join").await?;
        grace.says("Ada").await?;
        let names = loaded(&grace).await?;
        ensure!(!names.iter().any(is_later), "{names:?}");
        // The first click is not lost, however early it comes.
        grace.run("document.querySelector('.join button').click()").await?;
        grace.camera_of("Ada").moves().await
    })
}
