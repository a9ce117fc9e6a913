//! Calls between homes with different kinds of internet connections: are they connected, and over
//! which route? The networks are made for the test, and their effect on packets is measured first.
//!
//! A call is a real one: two pages in two browsers, the real server, a real coturn.
#![cfg(target_os = "linux")]

use tincan_harness as harness;
use tincan_harness::{lab, scenes};

mod behaviour;
mod cell;
mod check;
mod grid;
mod prediction;
mod route;
mod weather;
mod why;
