//! The devices and other resources that a page holds.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use crate::until;

/// The resources of a page, counted in several ways. If two counts are equal, nothing was leaked in
/// between.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftovers {
    /// The resources that the page's own code reports.
    pub held: Value,
    /// The number of connections that are not closed.
    pub connections: usize,
    /// The number of live captured tracks.
    pub tracks: usize,
    /// The number of listeners, as counted by the browser.
    pub listeners: u64,
}

impl Page {
    /// Returns the live captured tracks.
    pub async fn captured(&self) -> Result<Vec<String>> {
        self.probe("captured", &[]).await
    }

    /// Waits until every captured device is released. Fails if none was ever captured.
    pub async fn releases_every_device(&self) -> Result<()> {
        #[derive(Deserialize)]
        struct Made {
            tracks: usize,
        }
        let made: Made = self.probe("made", &[]).await?;
        ensure!(made.tracks > 0, "{} never had a device", self.who);
        until(format_args!("{}'s devices to be released", self.who), async || {
            let captured = self.captured().await?;
            ensure!(captured.is_empty(), "{captured:?}");
            Ok(())
        })
        .await
    }

    /// Counts the resources of the page once two counts in a row are equal.
    pub async fn leftovers(&self) -> Result<Leftovers> {
        let mut last = None;
        until(format_args!("{}'s page to come to rest", self.who), async || {
            let now = self.count().await?;
            let before = last.replace(now.clone());
            ensure!(before.as_ref() == Some(&now), "{now:?} after {before:?}");
            Ok(now)
        })
        .await
    }

    /// Counts the resources after a garbage collection.
    async fn count(&self) -> Result<Leftovers> {
        self.browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
        let counters = self.browser.cdp("Memory.getDOMCounters", json!({})).await?;
        let connections: Vec<String> = self.probe("connections", &[]).await?;
        Ok(Leftovers {
            held: self.probe("held", &[]).await?,
            connections: connections.len(),
            tracks: self.captured().await?.len(),
            listeners: counters["jsEventListeners"].as_u64().context("no listeners are counted")?,
        })
    }

    /// Waits until the page has no more resources than before.
    pub async fn holds_no_more_than(&self, before: &Leftovers) -> Result<()> {
        until(format_args!("{}'s page to hold no more than before", self.who), async || {
            let now = self.count().await?;
            let as_much = Leftovers { listeners: before.listeners, ..now.clone() };
            ensure!(
                as_much == *before && now.listeners <= before.listeners,
                "{now:?} after {before:?}"
            );
            Ok(())
        })
        .await
    }
}
