//! Stories that do not depend on the engine, repeated in Firefox.

use anyhow::Result;

use crate::harness::Engine::Firefox;
use crate::{devices, links, navigation};

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
fn going_back_in_a_call_in_firefox() -> Result<()> {
    navigation::back_in_a_call(Firefox)
}

#[test]
fn denied_devices_in_firefox() -> Result<()> {
    devices::denied(Firefox)
}

#[test]
fn a_blocked_microphone_in_firefox() -> Result<()> {
    devices::no_microphone_allowed(Firefox)
}
