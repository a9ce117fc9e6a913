//! Renders of components, and loading of chunks.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use fantoccini::key::Key;

use crate::harness::{Page, Server, story, story_alone, until};
use crate::scenes::{call, talk};

/// Returns the number of renders of each component.
pub(crate) async fn renders(page: &Page) -> Result<BTreeMap<String, u64>> {
    let counts = page
        .run_to_end(
            "const done = arguments[arguments.length - 1];
            const module = document.querySelector('head > link[rel=\"modulepreload\"]').href;
            import(module).then((app) => done(app.renders()));",
        )
        .await?;
    Ok(serde_json::from_value(counts)?)
}

/// Returns the figures beside the plots.
async fn figures(page: &Page) -> Result<String> {
    let text = page.run(
        "return [...document.querySelectorAll('[data-figure]')].map((it) => it.textContent).join()",
    );
    Ok(text.await?.as_str().unwrap_or_default().to_owned())
}

#[test]
fn statistics_and_levels_draw_nothing_but_themselves() -> Result<()> {
    story_alone("what is drawn again", async |stage| {
        let server = Server::start(stage).await?;
        let (ada, lin) = call(stage, &server.page()).await?;
        talk(&ada, &lin).await?;
        ada.no_longer_says("Same computer").await?;
        ada.click("Connection of Lin: good").await?;
        // Until everything has settled: nothing else is drawn between two changes of the figures.
        let mut last = figures(&ada).await?;
        let mut ticks = 0;
        let mut before = renders(&ada).await?;
        ensure!(before.contains_key("Call") && before.contains_key("Tile"), "{before:?}");
        until("the figures to change while nothing else is drawn", async || {
            let now = figures(&ada).await?;
            ensure!(!now.is_empty() && now != last, "still `{now}`");
            last = now;
            ticks += 1;
            let mut after = renders(&ada).await?;
            ensure!(after.remove("Numbers").is_some(), "the figures are drawn again");
            if after != before {
                (ticks, before) = (0, after);
            }
            ensure!(ticks >= 4, "{ticks} times");
            Ok(())
        })
        .await
    })
}

/// Returns the names of the loaded chunks.
async fn chunks(page: &Page) -> Result<Vec<String>> {
    let names = page
        .run(
            "const files = performance.getEntriesByType('resource').map((one) => one.name);
            return files.map((file) => /(?:split_)?(\\w+)\\.(?:wasm|bin)$/.exec(file)?.[1])
                .filter((name) => name && name !== 'main' && !/^chunk_/.test(name))",
        )
        .await?;
    Ok(serde_json::from_value(names)?)
}

/// Waits until the page has loaded exactly these chunks.
async fn has_loaded(page: &Page, expected: &[&str]) -> Result<()> {
    until(format_args!("{expected:?} to be loaded"), async || {
        let mut chunks = chunks(page).await?;
        chunks.sort();
        chunks.dedup();
        ensure!(chunks == expected, "{chunks:?}");
        Ok(())
    })
    .await
}

#[test]
fn code_is_loaded_where_it_is_needed() -> Result<()> {
    story("chunks", async |stage| {
        let server = Server::start(stage).await?;
        let ada = stage.person("Ada").await?;
        ada.open(&server.page()).await?;
        ada.offers("New call").await?;
        // Nobody has asked for a room yet.
        has_loaded(&ada, &["room"]).await?;
        ada.click("New call").await?;
        // Nobody has touched the lobby yet.
        ada.offers("Join").await?;
        has_loaded(&ada, &["call", "room"]).await?;
        ada.fill("Your name", "Ada").await?;
        ada.click("Show QR code").await?;
        until("the code", async || {
            let code = ada.run("return !!document.querySelector('svg.code path')").await?;
            ensure!(code == true, "there is none");
            Ok(())
        })
        .await?;
        has_loaded(&ada, &["call", "qr_code", "room"]).await?;
        ada.press(Key::Escape).await?;
        ada.offers("Join").await?;

        // A click is not lost, however early it comes.
        let lin = stage.person("Lin").await?;
        lin.open(&ada.link().await?).await?;
        lin.offers("Call").await?;
        lin.run("document.querySelector('.join button').click()").await?;
        ada.click("Accept").await?;
        lin.camera_of("Ada").moves().await
    })
}
