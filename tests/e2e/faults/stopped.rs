//! A page that stands still, as on a machine that sleeps.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::call::{Call, Since};
use crate::gap::now;
use crate::harness::Stopped;

/// All processes of Lin's browser stop, and go on after a while.
pub(crate) async fn stopped(call: &Call, lasting: Duration) -> Result<Since> {
    let from = now();
    let stopped = Stopped::stop()?;
    sleep(lasting).await;
    drop(stopped);
    let since = Since::now();
    call.was_dark(from, since.ada).await?;
    Ok(since)
}
