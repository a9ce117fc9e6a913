//! Calls between a real page and a Python client that was written from PROTOCOL.md alone. They
//! reveal omissions and errors in the document.
//!
//! `cargo xtask test interop` starts it, with the packages of `requirements.txt`.
#![cfg(target_os = "linux")]

use tincan_harness as harness;
use tincan_harness::scenes;

mod calls;
mod features;
mod files;
mod native_client;
mod recovery;
mod rings;
