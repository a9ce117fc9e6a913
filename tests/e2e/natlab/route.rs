//! The route of a call's media, as reported by both browsers.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::harness::Page;

/// The type of the selected local candidate, with the shortest route first. A peer-reflexive
/// candidate (`prflx`) counts as a server-reflexive one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Route {
    Host,
    #[serde(alias = "prflx")]
    Srflx,
    Relay,
}

/// The local end of the selected candidate pair (W3C WebRTC statistics).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct End {
    /// The type of the local candidate.
    pub(crate) route: Route,
    /// The protocol to coturn, if it is used.
    pub(crate) relay_protocol: Option<String>,
}

/// A script that runs in each page before the page's own and records the time to connect.
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

/// Returns the local end of the page's only connection.
pub(crate) async fn end(page: &Page) -> Result<End> {
    let mut ends: Vec<End> = serde_json::from_value(page.run_to_end(ENDS).await?)?;
    ensure!(ends.len() == 1, "{page:?} has {} routes", ends.len());
    Ok(ends.remove(0))
}

/// Returns the milliseconds from the creation of the page's first connection until it was
/// connected.
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
