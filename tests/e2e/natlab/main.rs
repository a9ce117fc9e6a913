//! Calls between homes whose connections to the internet are of all kinds: does the call come about, and
//! by which way? The networks are made for it, and what they do to packets is measured first.
//!
//! A call is a real one: two pages in two browsers, the real server, a real coturn.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the harness is for other tests, too")]
#[path = "../harness/mod.rs"]
mod harness;
#[allow(dead_code, reason = "the laboratory is for other tests, too")]
#[path = "../lab/mod.rs"]
mod lab;
#[allow(dead_code, reason = "the scenes are for other tests, too")]
#[path = "../stories/scenes.rs"]
mod scenes;

mod behaviour;
mod cell;
mod grid;
mod prediction;
mod route;
mod weather;
