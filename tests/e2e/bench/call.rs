//! The cost of a call of two, on the page of the one who joined: the main thread's time per second,
//! and what the page holds.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::Order;
use crate::harness::{Page, SentVideo, Setup, Stage};
use crate::site::{Contender, Site};
use crate::table::Table;

/// A metric of the `Performance` domain of the Chrome `DevTools` Protocol, and how it is shown.
struct Metric {
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    /// From the metric's unit to the shown one.
    factor: f64,
    /// It counts up, and is shown as its growth per second.
    is_time: bool,
}

const fn time(name: &'static str, title: &'static str) -> Metric {
    Metric { name, title, unit: "ms/s", factor: 1000.0, is_time: true }
}

const METRICS: [Metric; 6] = [
    time("ScriptDuration", "script"),
    time("RecalcStyleDuration", "style"),
    time("LayoutDuration", "layout"),
    time("TaskDuration", "all tasks of the main thread"),
    Metric {
        name: "JSHeapUsedSize",
        title: "heap of JavaScript",
        unit: "MiB",
        factor: 1.0 / 1_048_576.0,
        is_time: false,
    },
    Metric { name: "Nodes", title: "nodes", unit: "nodes", factor: 1.0, is_time: false },
];

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = || Setup { sent_video: SentVideo::Usual, ..Setup::measured() };
    let [ada, lin] =
        [stage.person_with("Ada", setup()).await?, stage.person_with("Lin", setup()).await?];
    lin.cdp("Performance.enable", json!({})).await?;
    let (settled, long) = if order.is_quick { (0, 1) } else { (5, 10) };
    let title =
        |metric: &Metric| Table::new(format!("a call of two, {}", metric.title), metric.unit);
    let mut tables: Vec<Table> = METRICS.iter().map(title).collect();
    for run in 0..order.runs.min(5) {
        for contender in Contender::all(order) {
            let site = Site::start(stage, contender, Duration::ZERO).await?;
            site.meet(&ada, &lin, &format!("call-{run}")).await?;
            sleep(Duration::from_secs(settled)).await;
            let (before, start) = (metrics(&lin).await?, Instant::now());
            sleep(Duration::from_secs(long)).await;
            let (after, elapsed) = (metrics(&lin).await?, start.elapsed().as_secs_f64());
            for ((table, metric), (before, after)) in
                tables.iter_mut().zip(&METRICS).zip(before.iter().zip(&after))
            {
                let value = if metric.is_time { (after - before) / elapsed } else { *after };
                table.add(contender.name(), value * metric.factor);
            }
            for page in [&lin, &ada] {
                page.open("about:blank").await?;
            }
        }
    }
    Ok(tables)
}

/// Returns the values of all metrics, in their order.
async fn metrics(page: &Page) -> Result<Vec<f64>> {
    let answer = page.ask("Performance.getMetrics", json!({})).await?;
    let all = answer["metrics"].as_array().context("metrics are a list")?;
    let value = |metric: &Metric| {
        let found = all.iter().find(|it| it["name"] == metric.name);
        found.and_then(|it| it["value"].as_f64()).with_context(|| format!("no {}", metric.name))
    };
    METRICS.iter().map(value).collect()
}
