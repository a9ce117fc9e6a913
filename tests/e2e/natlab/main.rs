//! Calls between homes whose connections to the internet are of all kinds: does the call come about, and
//! by which way? The networks are made for it, and what they do to packets is measured first.
//!
//! A call is a real one: two pages in two browsers, the real server, a real coturn.
#![cfg(target_os = "linux")]

use tincan_harness as harness;
use tincan_harness::{lab, scenes};

mod behaviour;
mod cell;
mod grid;
mod prediction;
mod route;
mod weather;
