//! From the drawing of a frame on one page to its display on the other.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::time::sleep;

use crate::Order;
use crate::harness::statistics::{median, quantile};
use crate::harness::{SentVideo, Setup, Stage};
use crate::site::{Contender, Site};
use crate::table::Table;

/// A camera that shows the time, and a reader of that time.
const CLOCK: &str = include_str!("latency.js");

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = || Setup { sent_video: SentVideo::Usual, script: CLOCK, ..Setup::measured() };
    let [ada, lin] =
        [stage.person_with("Ada", setup()).await?, stage.person_with("Lin", setup()).await?];
    let (settled, long) = if order.is_quick { (0, 1) } else { (5, 10) };
    let mut tables = ["median of a call", "95th percentile of a call"]
        .map(|what| Table::new(format!("from canvas to display, {what}"), "ms"));
    for run in 0..order.runs.min(5) {
        for contender in Contender::all(order) {
            let site = Site::start(stage, contender, Duration::ZERO).await?;
            site.meet(&ada, &lin, &format!("latency-{run}")).await?;
            sleep(Duration::from_secs(settled)).await;
            lin.run("benchLatency.length = 0").await?;
            sleep(Duration::from_secs(long)).await;
            let seen: Vec<f64> = serde_json::from_value(lin.run("return benchLatency").await?)?;
            let [middle, most] = &mut tables;
            middle.add(contender.name(), median(&seen).context("no frame was read")?);
            most.add(contender.name(), quantile(&seen, 0.95).context("no frame was read")?);
            for page in [&lin, &ada] {
                page.open("about:blank").await?;
            }
        }
    }
    Ok(tables.into())
}
