//! The wrappers of `tincan-browser`, tested in a real browser: what is dropped is removed,
//! cancelled, stopped or closed, and what is connected carries media.
//!
//! A test waits for a condition, with a generous limit, and never for a time.
#![cfg(all(test, target_arch = "wasm32"))]
// A test fails by panicking, and picks what it looks at from the events of a connection.
#![allow(clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm)]

mod agreement;
mod audio;
mod calls;
mod capture;
mod channel;
mod connection;
mod controls;
mod crash;
mod devices;
mod driver;
mod encoding;
mod hub;
mod interrupted;
mod listener;
mod local_media;
mod media;
mod navigation;
mod numbers;
mod page;
mod patches;
mod probe_server;
mod server_failed;
mod showing;
mod socket;
mod support;
mod timer;
mod transport;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
