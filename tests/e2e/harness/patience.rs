//! Waiting for a condition instead of a fixed time.

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout_at};

/// The longest time that a condition may take. It is far longer than needed, unless the machine
/// hangs.
const LIMIT: Duration = Duration::from_mins(1);

/// The polling interval.
const EVERY: Duration = Duration::from_millis(100);

/// Polls until there is a value to return. An error describes the current state; the last one is
/// reported on a timeout.
pub async fn until<T>(what: impl Display, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let limit = Instant::now() + LIMIT;
    let mut last = None;
    loop {
        match timeout_at(limit, look()).await {
            Ok(Ok(seen)) => return Ok(seen),
            Ok(Err(instead)) => last = Some(instead),
            Err(_) => {}
        }
        if Instant::now() >= limit {
            let last = last.map_or_else(|| "nothing".to_owned(), |last| format!("{last:#}"));
            bail!("waited {} s for {what}; there is instead: {last}", LIMIT.as_secs());
        }
        sleep(EVERY).await;
    }
}
