//! Leaves the names of functions out of the release build of the page: they are a third of it.
//!
//! Not by `strip = true` in the profile, which takes the list of target features along, and
//! wasm-bindgen needs that one.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TINCAN_KEEP_NAMES");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let page = is("PROFILE", "release") && is("CARGO_CFG_TARGET_ARCH", "wasm32");
    // xtask keeps them: it tells by them what the page is made of, and then leaves them out itself.
    if page && env::var_os("TINCAN_KEEP_NAMES").is_none() {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
