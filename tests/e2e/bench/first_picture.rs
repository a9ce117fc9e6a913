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

/// Notes the steps in a page.
const STEPS: &str = include_str!("steps.js");

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
type Steps = BTreeMap<String, f64>;

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = || Setup { sent_video: SentVideo::Usual, script: STEPS, ..Setup::default() };
    let pages =
        [stage.person_with("Ada", setup()).await?, stage.person_with("Lin", setup()).await?];
    let mut tables = Vec::new();
    for (far, one_way) in [("loopback", 0), ("100 ms to the server", 50)] {
        let mut sites = Vec::new();
        for contender in Contender::all(order) {
            sites.push(Site::start(stage, contender, Duration::from_millis(one_way)).await?);
        }
        let title = |who: &str| Table::new(format!("{far}, seen by the {who}"), "ms");
        let mut seen = [title("second person"), title("first person")];
        let mut steps: Vec<Table> = ORDER
            .iter()
            .map(|step| Table::new(format!("{far}, step `{step}` of the second person"), "ms"))
            .collect();
        for run in 0..order.runs {
            for site in &sites {
                let [second, first] = join(&pages, site, &format!("{far}-{run}")).await?;
                let name = site.contender.name();
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
        tables.extend(seen);
        tables.append(&mut steps);
    }
    Ok(tables)
}

/// Has a second person join a call. Returns the steps of the second and of the first.
async fn join([ada, lin]: &[Page; 2], site: &Site, room: &str) -> Result<[Steps; 2]> {
    let link = site.begin(ada, &room.replace(' ', "-")).await?;
    site.wait(lin, &link).await?;
    lin.click("Join").await?;
    let mut all = [Steps::new(), Steps::new()];
    for (page, steps) in [lin, ada].into_iter().zip(&mut all) {
        *steps = until(format_args!("the first frame on {page:?}"), async || {
            let steps: Steps = serde_json::from_value(page.run("return benchSteps").await?)?;
            ensure!(steps.contains_key("first frame"), "{steps:?}");
            Ok(steps)
        })
        .await?;
    }
    // So that nobody is left in the call while the next one is measured.
    for page in [lin, ada] {
        page.open("about:blank").await?;
    }
    Ok(all)
}
