//! What may happen to the network, and to what stands in it. Each fault meets Ada and Lin in turn: they have
//! different parts when both begin to negotiate.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::call::{Call, LIFETIME, Since};
use crate::gap::now;
use crate::lab::Home;
use crate::scenes::{lose_server, regain_server};

/// The server is killed, and another one starts in its place. Media must not notice.
pub(crate) async fn server_restart(call: &Call) -> Result<Since> {
    let server = &call.here()?.server;
    let since = Since::now();
    lose_server(server, call.pages()).await?;
    regain_server(server, call.pages()).await?;
    Ok(since)
}

/// The server is away, and both sides change to another network meanwhile: neither can tell the other where
/// it is now. (If only one does, browsers find the way by themselves: the other one's relay still knows
/// the address of the router.)
pub(crate) async fn server_away(call: &Call, lasting: Duration) -> Result<Since> {
    let lab = call.lab()?;
    let from = now();
    lab.internet().kill_server();
    for number in [0, 1] {
        lab.home(number).change_network()?;
    }
    sleep(lasting).await;
    lab.internet().start_server().await?;
    ended(call, from).await
}

/// One side changes to another network.
pub(crate) fn address_swap(call: &Call, seed: u64) -> Result<Since> {
    let since = Since::now();
    home(call, seed)?.change_network()?;
    Ok(since)
}

/// No packet passes for a while.
pub(crate) async fn blackout(call: &Call, lasting: Duration, seed: u64) -> Result<Since> {
    let home = home(call, seed)?;
    let from = now();
    home.cut_off()?;
    sleep(lasting).await;
    home.let_through()?;
    ended(call, from).await
}

/// Many packets are lost for a while.
pub(crate) async fn loss(call: &Call, percent: u8, lasting: Duration, seed: u64) -> Result<Since> {
    let home = home(call, seed)?;
    let since = Since::now();
    home.lose(percent)?;
    sleep(lasting).await;
    home.let_through()?;
    Ok(since)
}

/// Little passes for a while.
pub(crate) async fn thin_line(
    call: &Call,
    kilobits_per_second: u32,
    lasting: Duration,
    seed: u64,
) -> Result<Since> {
    let home = home(call, seed)?;
    let since = Since::now();
    home.limit(kilobits_per_second)?;
    sleep(lasting).await;
    home.unlimit()?;
    Ok(since)
}

/// The only relay is killed, and another one starts in its place, which knows nobody.
pub(crate) async fn relay_restart(call: &Call, lasting: Duration) -> Result<Since> {
    let internet = call.lab()?.internet();
    let from = now();
    internet.kill_relay();
    sleep(lasting).await;
    internet.start_relay().await?;
    ended(call, from).await
}

/// The credentials with which both came to the relay have ended when it forgets everybody: only with new
/// ones they may come back.
pub(crate) async fn credentials_expired(call: &Call, lasting: Duration) -> Result<Since> {
    sleep(LIFETIME + Duration::from_secs(2)).await;
    relay_restart(call, lasting).await
}

/// A fault that takes media away has ended: what counts is from now on.
async fn ended(call: &Call, from: f64) -> Result<Since> {
    let since = Since::now();
    call.was_dark(from, since.ada).await?;
    Ok(since)
}

/// The home that is met.
fn home(call: &Call, seed: u64) -> Result<&Home> {
    Ok(call.lab()?.home(usize::from(seed % 2 == 1)))
}
