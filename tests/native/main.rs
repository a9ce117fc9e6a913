//! Calls between a real page and a client in Python that was written from PROTOCOL.md alone: whatever
//! the document lacks or has wrong shows here.
//!
//! `cargo xtask test interop` starts it, with the packages of `requirements.txt`.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the harness is for other tests, too")]
#[path = "../e2e/harness/mod.rs"]
mod harness;
#[allow(dead_code, reason = "the scenes are for other tests, too")]
#[path = "../e2e/stories/scenes.rs"]
mod scenes;

mod calls;
mod native_client;
mod recovery;
mod rings;
