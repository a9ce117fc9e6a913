//! Calls between a real page and a client in Python that was written from PROTOCOL.md alone: whatever
//! the document lacks or has wrong shows here.
//!
//! `cargo xtask test interop` starts it, with the packages of `requirements.txt`.
#![cfg(target_os = "linux")]

use tincan_harness as harness;
use tincan_harness::scenes;

mod calls;
mod native_client;
mod recovery;
mod rings;
