//! The files of the page, and the time until a page can be used.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::Order;
use crate::harness::{Page, Setup, Stage, programs, until};
use crate::site::{Contender, Site};
use crate::table::Table;

/// Notes when the page is painted, and when it has a button that can be pressed.
const USABLE: &str = "
    window.benchLoad = {};
    new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) benchLoad[name] ??= startTime;
    }).observe({ type: 'paint', buffered: true });
    const look = () => {
        const isUsable = [...document.querySelectorAll('button')]
            .some((it) => ['New call', 'Join'].includes(it.textContent.trim()) && !it.disabled && !it.hidden);
        if (isUsable) benchLoad.usable = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

/// The networks: a name, the bytes per second in both directions, and the round trip in
/// milliseconds.
const NETWORKS: [(&str, i64, u32); 2] =
    [("unthrottled", -1, 0), ("1.6 Mbit/s and 150 ms", 200_000, 150)];

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let mut tables = vec![sizes(&programs::dist()?)?];
    let mut sites = Vec::new();
    for contender in Contender::all(order) {
        sites.push(Site::start(stage, contender, Duration::ZERO).await?);
    }
    let page = stage.person_with("Ada", Setup { script: USABLE, ..Setup::measured() }).await?;
    page.cdp("Network.enable", json!({})).await?;
    for (network, rate, latency) in NETWORKS {
        let limits = json!({
            "offline": false,
            "latency": latency,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
        });
        let title = |what: &str| Table::new(format!("{what}, {network}"), "ms");
        let [mut cold, mut warm] = ["cold", "warm"].map(|state| {
            [format!("painted, {state}"), format!("usable, {state}")].map(|what| title(&what))
        });
        for _ in 0..order.runs {
            for site in &sites {
                page.cdp("Network.emulateNetworkConditions", limits.clone()).await?;
                page.cdp("Network.clearBrowserCache", json!({})).await?;
                for times in [&mut cold, &mut warm] {
                    let name = site.contender.name();
                    let seen = open(&page, &site.home()).await?;
                    for (table, at) in times.iter_mut().zip(seen) {
                        table.add(name, at);
                    }
                }
            }
        }
        tables.extend(cold.into_iter().chain(warm));
    }
    Ok(tables)
}

/// Opens an address. Returns the times until the page is painted, and until it can be used.
async fn open(page: &Page, address: &str) -> Result<[f64; 2]> {
    page.open("about:blank").await?;
    page.open(address).await?;
    until("a page that can be used", async || {
        let seen = page.run("return benchLoad").await?;
        let at = |what: &str| seen[what].as_f64().with_context(|| format!("{what} in {seen}"));
        Ok([at("first-contentful-paint")?, at("usable")?])
    })
    .await
}

/// Returns the size of every file that the server sends compressed, in KiB.
fn sizes(dist: &Path) -> Result<Table> {
    let mut table = Table::new("files of Tincan, compressed by brotli", "KiB");
    let mut folders = vec![dist.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "br") {
                let name = path.file_stem().unwrap_or_default().display().to_string();
                files.push((fs::metadata(&path)?.len(), name));
            }
        }
    }
    ensure!(!files.is_empty(), "nothing in {} is compressed", dist.display());
    files.sort_unstable_by(|one, other| other.cmp(one));
    for (size, name) in files {
        #[expect(clippy::cast_precision_loss, reason = "files are small")]
        table.add(&name, size as f64 / 1024.0);
    }
    Ok(table)
}
