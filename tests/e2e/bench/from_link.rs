//! From the navigation to the link of a call to the first frame of the other person, if "Join" is
//! clicked as soon as it can be. Page and signaling are on the same machine.

use std::time::Duration;

use anyhow::Result;

use crate::Order;
use crate::first_picture::{STEPS, first_frames};
use crate::harness::{SentVideo, Setup, Stage};
use crate::site::{Contender, Site};
use crate::table::Table;

/// A script that records the steps in a page, and clicks "Join" as soon as it can be clicked.
const HASTY: &str = concat!(include_str!("steps.js"), include_str!("join_at_once.js"));

pub(crate) async fn measure(stage: &Stage, order: &Order) -> Result<Vec<Table>> {
    let setup = |script| Setup { sent_video: SentVideo::Usual, script, ..Setup::measured() };
    let ada = stage.person_with("Ada", setup(STEPS)).await?;
    let lin = stage.person_with("Lin", setup(HASTY)).await?;
    let mut sites = Vec::new();
    for contender in Contender::all(order) {
        sites.push(Site::start(stage, contender, Duration::ZERO).await?);
    }
    let mut table = Table::new("from the navigation to the first frame of the other", "ms");
    for run in 0..order.runs {
        for site in &sites {
            let link = site.begin(&ada, &format!("from-link-{run}")).await?;
            lin.open("about:blank").await?;
            lin.open(&link).await?;
            let [steps, _] = first_frames([&lin, &ada]).await?;
            table.add(site.contender.name(), steps["first frame"] - steps["navigation"]);
        }
    }
    Ok(vec![table])
}
