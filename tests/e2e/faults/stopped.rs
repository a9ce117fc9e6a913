//! A stopped page, as on a sleeping machine.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::call::{Call, Since};
use crate::gap::now;
use crate::harness::Stopped;

/// Stops all processes of Lin's browser for a while.
pub(crate) async fn stopped(call: &Call, duration: Duration) -> Result<Since> {
    let from = now();
    let stopped = Stopped::stop()?;
    sleep(duration).await;
    drop(stopped);
    let since = Since::now();
    call.had_an_outage(from, since.ada).await?;
    Ok(since)
}
