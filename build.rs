//! Options of the linker for the release build of the page.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if !is("PROFILE", "release") || !is("CARGO_CFG_TARGET_ARCH", "wasm32") {
        return;
    }
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // The splitter goes by relocations and names. wasm-opt takes them away afterwards.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    } else {
        // The names of functions are a third of the page. Not by `strip = true` in the profile,
        // which takes the list of target features along, and wasm-bindgen needs that one.
        println!("cargo::rustc-link-arg-bins=--strip-all");
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
