//! Running browsers that no story uses at the moment.
//!
//! Starting and ending a Chromium costs about 1.4 seconds of processor time, a new context in a
//! running one a quarter of that. So a story leaves its browser to the next one that wants one of
//! the same [`Kind`]. The browser gets a new [`Context`] before it is kept, and ends if that fails
//! or if the story has failed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use super::context::Context;
use super::instance::Instance;
use super::{Engine, Setup, chromium};

/// The number of browsers that are kept: as many as two stories need, most of which have two
/// people. Each has about 100 MiB of memory of its own.
const KEPT: usize = 4;

static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

/// Everything about a browser that cannot be changed while it runs. Its stories have it in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    arguments: Vec<String>,
    trusting: bool,
}

/// A browser in a new context, with one empty window.
pub(super) struct Idle {
    pub(super) kind: Kind,
    pub(super) instance: Instance,
    pub(super) context: Context,
}

impl Kind {
    /// Returns the kind of browser for a configuration, or `None` if it needs one for itself.
    pub(super) fn of(setup: &Setup) -> Result<Option<Self>> {
        let Setup { engine, arguments, film, place, own_process, trusting, .. } = setup;
        let is_common = arguments.is_empty() && film.is_none() && place.is_none();
        if *engine != Engine::Chromium || own_process.is_some() || !is_common {
            return Ok(None);
        }
        Ok(Some(Self { arguments: chromium::arguments(setup)?, trusting: *trusting }))
    }
}

/// Takes a browser of this kind, if there is one.
pub(super) fn take(kind: &Kind) -> Option<Idle> {
    let mut idle = lock();
    let at = idle.iter().rposition(|one| one.kind == *kind)?;
    Some(idle.remove(at))
}

/// Keeps a browser for another story. If there are too many, the one that waited longest ends.
pub(super) fn keep(browser: Idle) {
    let mut idle = lock();
    idle.push(browser);
    let ended = if idle.len() > KEPT { Some(idle.remove(0)) } else { None };
    // Ending it takes a moment, in which others need the lock.
    drop(idle);
    drop(ended);
}

fn lock() -> MutexGuard<'static, Vec<Idle>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
