//! Fault injection: real calls, one fault after another, and a table of the results.
//!
//! Each run answers two questions. Was the call lost? Once the fault has ended, both must see and
//! hear each other again without any interaction. And for how long did no new frame arrive? The
//! pages measure this by the frames that they present.
//!
//! `cargo xtask test faults` starts it. Four variables configure it:
//! - `TINCAN_FAULTS`: `long`, or `short` for what runs with all the other tests: quick faults,
//!   shortened, and no limits of time
//! - `TINCAN_FAULTS_ROWS`: names of rows, separated by spaces; by default all rows of the
//!   chosen form
//! - `TINCAN_FAULTS_RUNS`: the number of runs of each row
//! - `TINCAN_FAULTS_NOTES`: if set, logs the connections of every run, else only of those that are
//!   lost or whose gap is too long
//!
//! and `TINCAN_SEED` repeats what was left to chance.
#![cfg(target_os = "linux")]

use tincan_harness as harness;
use tincan_harness::{lab, scenes};

mod call;
mod devices;
mod gap;
mod hostile;
mod network;
mod row;
mod stopped;
mod storm;
mod table;
