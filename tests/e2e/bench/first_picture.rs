//! From the click on "Join" to the first frame of the other person, on both sides.
//!
//! Both pages are open before, and the second one shows its own camera. The first person has joined
//! already and waits.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::Order;
use crate::harness::{Page, SentVideo, Setup, Stage, until};
use crate::site::{Contender, Site};
use crate::table::Table;
use crate::timeline;

/// A script that records the steps in a page.
pub(crate) const STEPS: &str = include_str!("steps.js");

/// The steps of the second person, in the order in which they usually come.
const ORDER: [&str; 7] = [
    "connection",
    "local description",
    "remote description",
    "ICE",
    "DTLS",
    "first packet",
    "first frame",
];

/// Steps, in milliseconds since 1970.
pub(crate) type Steps = BTreeMap<String, f64>;

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = || Setup { sent_video: SentVideo::Usual, script: STEPS, ..Setup::measured() };
    let [ada, lin] =
        [stage.person_with("Ada", setup()).await?, stage.person_with("Lin", setup()).await?];
    let mut tables = Vec::new();
    for (far, one_way) in [("loopback", 0), ("100 ms to the server", 50)] {
        let mut sites = Vec::new();
        for contender in Contender::all(order) {
            sites.push(Site::start(stage, contender, Duration::from_millis(one_way)).await?);
        }
        let title = |what: &str| Table::new(format!("{far}, {what}"), "ms");
        let mut seen = ["seen by the second person", "seen by the first person"].map(title);
        let mut steps = ORDER.map(|step| title(&format!("step `{step}` of the second person")));
        for run in 0..order.runs {
            for site in &sites {
                let name = site.contender.name();
                let room = format!("{far}-{run}").replace(' ', "-");
                let [second, first] = join(&ada, &lin, site, &room).await?;
                let click = second.get("click").context("nobody has clicked")?;
                for (table, steps) in seen.iter_mut().zip([&second, &first]) {
                    table.add(name, steps["first frame"] - click);
                }
                for (table, step) in steps.iter_mut().zip(ORDER) {
                    if let Some(at) = second.get(step) {
                        table.add(name, at - click);
                    }
                }
            }
        }
        let steps: Vec<_> = ORDER.into_iter().zip(steps).collect();
        let title = format!("From \"Join\" to the first frame, second person, {far}");
        let picture = format!("first-picture-steps-{one_way}-ms.svg");
        timeline::draw(&title, &steps, &order.to.join(picture))?;
        tables.extend(seen);
        tables.extend(steps.into_iter().map(|(_, table)| table));
    }
    Ok(tables)
}

/// Has a second person join a call. Returns the steps of the second and of the first.
async fn join(ada: &Page, lin: &Page, site: &Site, room: &str) -> Result<[Steps; 2]> {
    let link = site.begin(ada, room).await?;
    site.wait(lin, &link).await?;
    lin.click("Join").await?;
    first_frames([lin, ada]).await
}

/// Waits until each page has shown a frame of the other. Returns the steps of both.
pub(crate) async fn first_frames(pages: [&Page; 2]) -> Result<[Steps; 2]> {
    let mut all = [Steps::new(), Steps::new()];
    for (page, steps) in pages.into_iter().zip(&mut all) {
        *steps = until(format_args!("the first frame on {page:?}"), async || {
            let steps: Steps = serde_json::from_value(page.run("return benchSteps").await?)?;
            ensure!(steps.contains_key("first frame"), "{steps:?}");
            Ok(steps)
        })
        .await?;
    }
    // So that nobody is left in the call while the next one is measured.
    for page in pages {
        page.open("about:blank").await?;
    }
    Ok(all)
}
