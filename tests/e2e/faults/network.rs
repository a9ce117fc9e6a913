//! Faults of the network, and of the servers in it. Each fault hits Ada and Lin in turn, since they
//! have different roles in the negotiation.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::call::{Call, LIFETIME, Since};
use crate::gap::now;
use crate::lab::Home;
use crate::scenes::{lose_server, regain_server};

/// Kills the server and starts another one. Media must not be affected.
pub(crate) async fn server_restart(call: &Call) -> Result<Since> {
    let server = &call.here()?.server;
    let since = Since::now();
    lose_server(server, call.pages()).await?;
    regain_server(server, call.pages()).await?;
    Ok(since)
}

/// Kills the server for a while, and meanwhile moves both sides to other networks, so neither can
/// signal its new addresses to the other. (If only one moves, browsers recover by themselves: the
/// other one's relay still knows the address of the router.)
pub(crate) async fn server_away(call: &Call, duration: Duration) -> Result<Since> {
    let lab = call.lab()?;
    let from = now();
    lab.internet().kill_server();
    for number in [0, 1] {
        lab.home(number).change_network()?;
    }
    sleep(duration).await;
    lab.internet().start_server().await?;
    ended(call, from).await
}

/// Moves one side to another network.
pub(crate) fn address_swap(call: &Call, seed: u64) -> Result<Since> {
    let since = Since::now();
    home(call, seed)?.change_network()?;
    Ok(since)
}

/// Drops all packets for a while.
pub(crate) async fn blackout(call: &Call, duration: Duration, seed: u64) -> Result<Since> {
    let home = home(call, seed)?;
    let from = now();
    home.cut_off()?;
    sleep(duration).await;
    home.let_through()?;
    ended(call, from).await
}

/// Drops many packets for a while.
pub(crate) async fn loss(call: &Call, percent: u8, duration: Duration, seed: u64) -> Result<Since> {
    let home = home(call, seed)?;
    let since = Since::now();
    home.lose(percent)?;
    sleep(duration).await;
    home.let_through()?;
    Ok(since)
}

/// Limits the bandwidth for a while.
pub(crate) async fn thin_line(
    call: &Call,
    kilobits_per_second: u32,
    duration: Duration,
    seed: u64,
) -> Result<Since> {
    let home = home(call, seed)?;
    let since = Since::now();
    home.limit(kilobits_per_second)?;
    sleep(duration).await;
    home.unlimit()?;
    Ok(since)
}

/// Kills the only relay and starts another one, which has no allocations.
pub(crate) async fn relay_restart(call: &Call, duration: Duration) -> Result<Since> {
    let internet = call.lab()?.internet();
    let from = now();
    internet.kill_relay();
    sleep(duration).await;
    internet.start_relay().await?;
    ended(call, from).await
}

/// Restarts the relay after the initial credentials of both sides have expired: they can come back
/// only with new ones.
pub(crate) async fn credentials_expired(call: &Call, duration: Duration) -> Result<Since> {
    sleep(LIFETIME + Duration::from_secs(2)).await;
    relay_restart(call, duration).await
}

/// Marks the end of a fault that interrupts media. Frames count from now on.
async fn ended(call: &Call, from: f64) -> Result<Since> {
    let since = Since::now();
    call.had_an_outage(from, since.ada).await?;
    Ok(since)
}

/// Returns the home that the fault hits.
fn home(call: &Call, seed: u64) -> Result<&Home> {
    Ok(call.lab()?.home(usize::from(seed % 2 == 1)))
}
