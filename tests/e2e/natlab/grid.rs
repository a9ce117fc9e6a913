//! Calls between pairs of homes.
#![expect(clippy::print_stdout, reason = "prints the results")]

use anyhow::{Result, bail};

use crate::cell::{call, heading};
use crate::harness::story;
use crate::lab::{self, Kind};

/// The most significant pairs: at least one for each reason of a prediction, with the most common
/// one first.
const SIGNIFICANT: [[Kind; 2]; 6] = [
    [Kind::PortRestricted, Kind::PortRestricted],
    [Kind::FullCone, Kind::Symmetric],
    [Kind::PortRestricted, Kind::Symmetric],
    [Kind::UdpBlocked, Kind::UdpBlocked],
    [Kind::Open, Kind::Ipv6Only],
    [Kind::Ipv6Only, Kind::Ipv6Only],
];

/// Runs a call for each pair, even if others fail.
fn all(pairs: &[[Kind; 2]]) -> Result<()> {
    if let Some(why) = lab::skip_reason() {
        println!("left out: {why}");
        return Ok(());
    }
    heading();
    let mut failed = 0;
    for [one, other] in pairs {
        let name = format!("{one} and {other}");
        if let Err(error) = story(&name, async |stage| call(stage, [*one, *other]).await) {
            println!("{one:<16} {other:<16} FAILED: {error:#}");
            failed += 1;
        }
    }
    if failed > 0 {
        bail!("{failed} of {} calls failed", pairs.len());
    }
    Ok(())
}

#[test]
fn significant_pairs_use_the_predicted_route() -> Result<()> {
    all(&SIGNIFICANT)
}

#[test]
#[ignore = "takes minutes: `cargo xtask test natlab --all`"]
fn every_pair_uses_the_predicted_route() -> Result<()> {
    let pairs: Vec<[Kind; 2]> = Kind::ALL
        .into_iter()
        .flat_map(|one| {
            Kind::ALL.into_iter().filter(move |other| one <= *other).map(move |other| [one, other])
        })
        .collect();
    all(&pairs)
}
