//! A line with less bandwidth than the video would need.

use anyhow::{Result, ensure};

use crate::harness::{Page, SentVideo, Server, Setup, story_alone, until};
use crate::scenes::{begin, join, talk};

const PLENTY: u32 = 10_000;
const LITTLE: u32 = 200;

/// Waits until the page's estimate of the available bitrate satisfies a condition.
async fn estimate_is(page: &Page, what: &str, enough: impl Fn(f64) -> bool) -> Result<()> {
    until(format_args!("{page:?} to estimate {what}"), async || {
        let bandwidths = page.bandwidths().await?;
        let kilobits: Vec<f64> = bandwidths.iter().map(|bits| bits / 1000.0).collect();
        ensure!(!kilobits.is_empty() && kilobits.iter().all(|one| enough(*one)), "{kilobits:?}");
        Ok(())
    })
    .await
}

#[test]
fn a_call_continues_when_the_bandwidth_drops() -> Result<()> {
    story_alone("a thin line", async |stage| {
        let server = Server::start(stage).await?;
        let usual = Setup { sent_video: SentVideo::Usual, ..Setup::measured() };
        let ada = stage.person_with("Ada", usual).await?;
        ada.limit_network(PLENTY).await?;
        let link = begin(&ada, &server.page()).await?;
        let lin = stage.person("Lin").await?;
        join(&lin, &link).await?;
        talk(&ada, &lin).await?;
        // Estimates start from a default, which is far below.
        estimate_is(&ada, "plenty", |kilobits| kilobits > 1000.0).await?;

        ada.limit_network(LITTLE).await?;
        estimate_is(&ada, "little", |kilobits| kilobits < 2.0 * f64::from(LITTLE)).await?;
        talk(&ada, &lin).await
    })
}
