//! Waiting for a condition instead of for a time.

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout_at};

/// How long a condition may take. Far more than it ever does: only a machine that is stuck gets
/// there.
const LIMIT: Duration = Duration::from_mins(1);

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Looks until there is something to return. An error is what is there instead, for now; the last
/// one is told if it never comes.
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
