//! Stories that do not depend on the engine, once more in Firefox.

use anyhow::Result;

use crate::harness::Engine::Firefox;
use crate::{devices, links};

#[test]
fn a_broken_link_in_firefox() -> Result<()> {
    links::broken(Firefox)
}

#[test]
fn a_link_with_more_around_it_in_firefox() -> Result<()> {
    links::with_more_around(Firefox)
}

#[test]
fn a_damaged_link_in_firefox() -> Result<()> {
    links::damaged(Firefox)
}

#[test]
fn a_blocked_microphone_in_firefox() -> Result<()> {
    devices::no_microphone_allowed(Firefox)
}
