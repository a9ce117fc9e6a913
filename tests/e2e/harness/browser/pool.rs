//! Running browsers that no story uses at the moment.
//!
//! Starting and ending a Chromium costs about 1.4 seconds of processor time, and a Firefox about
//! 4.5; a new context in a running one costs a quarter of that or less. So a story leaves its
//! browser to the next one that wants one of the same [`Kind`]. The browser gets a new [`Context`]
//! before it is kept, and ends if that fails or if the story has failed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use serde_json::Value;

use super::context::Context;
use super::instance::Instance;
use super::{Engine, Setup, chromium, firefox};

/// The number of browsers of each engine that are kept: as many Chromiums as two stories need, most
/// of which have two people, and as many Firefoxes as one needs. Each Chromium has about 100 MiB of
/// memory of its own, and each Firefox more.
const fn kept(engine: Engine) -> usize {
    match engine {
        Engine::Chromium => 4,
        Engine::Firefox => 2,
        Engine::WebKit => 0,
    }
}

static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

/// Everything about a browser that cannot be changed while it runs. Its stories have it in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    engine: Engine,
    arguments: Vec<String>,
    preferences: Value,
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
        if own_process.is_some() || !is_common {
            return Ok(None);
        }
        let (arguments, preferences) = match engine {
            Engine::Chromium => (chromium::arguments(setup)?, Value::Null),
            Engine::Firefox => (Vec::new(), firefox::preferences(setup)?),
            Engine::WebKit => return Ok(None),
        };
        Ok(Some(Self { engine: *engine, arguments, preferences, trusting: *trusting }))
    }

    /// Returns the engine.
    pub(super) fn engine(&self) -> Engine {
        self.engine
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
    let engine = browser.kind.engine;
    let is_like_it = |one: &Idle| one.kind.engine == engine;
    idle.push(browser);
    let is_too_many = idle.iter().filter(|one| is_like_it(one)).count() > kept(engine);
    let longest = if is_too_many { idle.iter().position(is_like_it) } else { None };
    let ended = longest.map(|at| idle.remove(at));
    // Ending it takes a moment, in which others need the lock.
    drop(idle);
    drop(ended);
}

fn lock() -> MutexGuard<'static, Vec<Idle>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
