//! By which way the media of a call goes, as both browsers tell it.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::harness::Page;

/// What kind of address a call needs, the shortest way first. An address that only turned up with the
/// first check (`prflx`) counts as one that STUN has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Route {
    Host,
    #[serde(alias = "prflx")]
    Srflx,
    Relay,
}

/// A page's end of the selected pair (W3C WebRTC statistics).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct End {
    /// What kind of address it sends from.
    pub(crate) route: Route,
    /// How it talks to coturn, if it does.
    pub(crate) relay_protocol: Option<String>,
}

/// Goes into each page before its own scripts: keeps it light, and notes down how long it takes to connect.
pub(crate) const CLOCK: &str = include_str!("clock.js");

const ENDS: &str = "
const done = arguments[arguments.length - 1];
(async () => {
    const ends = [];
    for (const connection of tincanProbe.alive()) {
        const reports = await connection.getStats();
        for (const transport of reports.values()) {
            if (transport.type !== 'transport') continue;
            const pair = reports.get(transport.selectedCandidatePairId);
            const local = reports.get(pair?.localCandidateId);
            if (!local) continue;
            ends.push({ route: local.candidateType, relay_protocol: local.relayProtocol ?? null });
        }
    }
    done(ends);
})();";

/// The page's end of its one connection.
pub(crate) async fn end(page: &Page) -> Result<End> {
    let mut ends: Vec<End> = serde_json::from_value(page.run_to_end(ENDS).await?)?;
    ensure!(ends.len() == 1, "{page:?} has {} routes", ends.len());
    Ok(ends.remove(0))
}

/// The milliseconds from the making of the page's first connection until it was connected.
pub(crate) async fn took(page: &Page) -> Result<f64> {
    let took = page.run("return window.natlabConnected ?? null").await?;
    took.as_f64().ok_or_else(|| anyhow::anyhow!("{page:?} has never connected"))
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Host => "host",
            Self::Srflx => "srflx",
            Self::Relay => "relay",
        })
    }
}
