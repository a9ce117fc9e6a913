//! A hostile server, which does not alter messages, but repeats, delays and reorders them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use fastrand::Rng;
use serde_json::Value;

use crate::call::{Call, Since};
use crate::harness::Side;
use crate::storm::{Sources, is_over, storm};

/// The number of envelopes that it remembers.
const MEMORY: usize = 2000;

/// The state of a hostile server.
#[derive(Default)]
pub(crate) struct Hostile(Mutex<State>);

#[derive(Default)]
struct State {
    /// The source of randomness; `None` while the server is not hostile.
    rng: Option<Rng>,
    /// The earlier envelopes of each sender. A room of two has one receiver for each.
    senders: Vec<Sender>,
    meddled: u32,
}

struct Sender {
    name: String,
    past: Vec<String>,
    held: Vec<String>,
}

impl Hostile {
    /// Returns the messages to forward in place of one.
    pub(crate) fn pass(&self, side: Side, message: &str) -> Vec<String> {
        let (Side::Server, Some(name)) = (side, sender(message)) else {
            return vec![message.to_owned()];
        };
        let mut state = self.state();
        let State { rng, senders, meddled } = &mut *state;
        let at = senders.iter().position(|sender| sender.name == name).unwrap_or_else(|| {
            senders.push(Sender { name, past: Vec::new(), held: Vec::new() });
            senders.len() - 1
        });
        let Sender { past, held, .. } = &mut senders[at];
        if past.len() < MEMORY {
            past.push(message.to_owned());
        }
        let Some(rng) = rng else {
            // Messages that were held back are delivered late, but not lost.
            return [message.to_owned()].into_iter().chain(held.drain(..)).collect();
        };
        *meddled += 1;
        let mut passed = Vec::new();
        match rng.u8(..5) {
            // Delayed and reordered.
            0 | 1 => {
                held.push(message.to_owned());
                if held.len() > 3 {
                    passed.extend(held.drain(..).rev());
                }
            }
            // Duplicated.
            2 => passed.extend([message.to_owned(), message.to_owned()]),
            // With some earlier ones.
            3 => {
                passed.extend((0..3).filter_map(|_| rng.choice(&*past)).cloned());
                passed.push(message.to_owned());
            }
            // With the very first ones, and with those that were held back.
            _ => {
                passed.push(message.to_owned());
                passed.extend(past.iter().take(10).cloned());
                passed.extend(held.drain(..).rev());
            }
        }
        passed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes both share their screen, stop, mute and unmute, while the server tampers with all their
/// messages.
pub(crate) async fn hostile_server(call: &Call, duration: Duration, seed: u64) -> Result<Since> {
    let hostile = &call.here()?.hostile;
    let since = Since::now();
    {
        let mut state = hostile.state();
        state.rng = Some(Rng::with_seed(seed));
        state.meddled = 0;
    }
    let told = storm(call, duration, seed, Sources::NoCamera).await;
    let meddled = {
        let mut state = hostile.state();
        state.rng = None;
        state.meddled
    };
    told?;
    ensure!(meddled >= 10, "there was little to meddle with: {meddled} envelopes");
    // The messages that were held back are delivered after these, and must be ignored.
    for page in call.pages() {
        page.click("Mute microphone").await?;
        page.click("Unmute microphone").await?;
    }
    is_over(call).await?;
    Ok(since)
}

/// Returns the sender of an envelope.
fn sender(message: &str) -> Option<String> {
    let message: Value = serde_json::from_str(message).ok()?;
    message.get("payload")?;
    Some(message.get("from")?.as_str()?.to_owned())
}
