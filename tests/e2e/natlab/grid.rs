//! Who can talk to whom.
#![expect(clippy::print_stdout, reason = "what was found is told")]

use anyhow::{Result, bail};

use crate::cell::{call, heading};
use crate::harness::story;
use crate::lab::{self, Kind};

/// The pairs that tell the most: at least one for each reason of a prediction, and first the one that
/// most calls are like.
const TELLING: [[Kind; 2]; 6] = [
    [Kind::PortRestricted, Kind::PortRestricted],
    [Kind::FullCone, Kind::Symmetric],
    [Kind::PortRestricted, Kind::Symmetric],
    [Kind::UdpBlocked, Kind::UdpBlocked],
    [Kind::Open, Kind::Ipv6Only],
    [Kind::Ipv6Only, Kind::Ipv6Only],
];

/// All of these, whatever becomes of the others.
fn all(pairs: &[[Kind; 2]]) -> Result<()> {
    if let Some(why) = lab::is_missing() {
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
fn telling_pairs_talk_by_the_way_that_is_predicted() -> Result<()> {
    all(&TELLING)
}

#[test]
#[ignore = "takes minutes: `cargo xtask test natlab --all`"]
fn every_pair_talks_by_the_way_that_is_predicted() -> Result<()> {
    let pairs: Vec<[Kind; 2]> = Kind::ALL
        .into_iter()
        .flat_map(|one| {
            Kind::ALL.into_iter().filter(move |other| one <= *other).map(move |other| [one, other])
        })
        .collect();
    all(&pairs)
}
