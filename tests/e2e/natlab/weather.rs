//! Verification of the lab's own faults: each has an effect, and ends.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::harness::story;
use crate::lab::{self, Home, Kind, Lab, STUN_PORT, address, stun};

/// The number of packets that are sent to measure loss.
const PACKETS: usize = 1000;

/// The size of each packet.
const SIZE: usize = 500;

/// Returns the address from which coturn sees a new socket of the host; `None` without an answer.
fn mapped_address(home: &Home) -> Result<Option<SocketAddr>> {
    stun::ask(&home.socket()?, (address(0, home.kind().is_ipv6()), STUN_PORT).into())
}

fn is_reached(home: &Home) -> Result<()> {
    mapped_address(home)?.context("coturn does not answer").map(drop)
}

fn is_not_reached(home: &Home) -> Result<()> {
    let mapped_address = mapped_address(home)?;
    ensure!(mapped_address.is_none(), "coturn answers {mapped_address:?}");
    Ok(())
}

/// Returns the number of packets that arrive of those that the host sends at once.
fn count_arrivals(lab: &Lab, home: &Home) -> Result<usize> {
    let there = lab.internet().socket(2, home.kind().is_ipv6())?;
    let socket = home.socket()?;
    let to = there.local_addr()?;
    let mut arrived = 0;
    // The receive buffer holds some of them, but not all.
    for _ in 0..PACKETS / 50 {
        for _ in 0..50 {
            socket.send_to(&[0; SIZE], to)?;
        }
        arrived += count(&there, Duration::from_millis(1))?;
    }
    Ok(arrived + count(&there, Duration::from_millis(500))?)
}

/// Counts packets until none has arrived for a while.
fn count(socket: &UdpSocket, patience: Duration) -> Result<usize> {
    socket.set_read_timeout(Some(patience))?;
    let mut count = 0;
    while socket.recv(&mut [0; SIZE]).is_ok() {
        count += 1;
    }
    Ok(count)
}

/// Injects each fault into a home of this kind.
async fn inject_all(lab: &Lab, home: &Home) -> Result<()> {
    is_reached(home)?;
    home.cut_off()?;
    is_not_reached(home)?;
    home.let_through()?;
    is_reached(home)?;

    let all = count_arrivals(lab, home)?;
    home.lose(30)?;
    let some = count_arrivals(lab, home)?;
    // A deviation by 9 from 30 in 100 has a chance of one in a few billion.
    ensure!(
        all == PACKETS && (610..790).contains(&some),
        "{all} and then {some} of {PACKETS} packets arrived"
    );
    home.let_through()?;
    // Half a megabyte at once is far more than the line buffers.
    home.limit(200)?;
    let few = count_arrivals(lab, home)?;
    ensure!((1..PACKETS / 2).contains(&few), "{few} of {PACKETS} packets arrived");
    home.unlimit()?;
    let all = count_arrivals(lab, home)?;
    ensure!(all == PACKETS, "{all} of {PACKETS} packets arrived");

    // A socket with the old address is useless now.
    let old = home.own_address();
    home.unplug()?;
    ensure!(mapped_address(home).is_err(), "a host without an interface sends");
    home.plug_in_another()?;
    is_reached(home)?;
    ensure!(home.own_address() != old, "the address is still {old}");

    lab.internet().kill_relay();
    is_not_reached(home)?;
    lab.internet().start_relay().await?;
    is_reached(home)
}

fn all_of_it(kind: Kind) -> Result<()> {
    if lab::skip_reason().is_some() {
        return Ok(());
    }
    story(&format!("faults of a home: {kind}"), async |stage| {
        let lab = Lab::start(stage, [kind, Kind::Open]).await?;
        inject_all(&lab, lab.home(0)).await
    })
}

#[test]
fn a_home_recovers_from_every_fault() -> Result<()> {
    all_of_it(Kind::FullCone)
}

#[test]
#[ignore = "takes a while: `cargo xtask test natlab --all`"]
fn an_ipv6_only_home_recovers_from_every_fault() -> Result<()> {
    all_of_it(Kind::Ipv6Only)
}
