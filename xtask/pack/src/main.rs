//! Trims, splits and compresses a built page and says what each file weighs: `xtask-pack DIST`.
//!
//! The page must have been built with the names of its functions, by which it is known what only a
//! call needs and which crates its WebAssembly is made of; they are gone afterwards.
//!
//! Writes a `.br` and a `.gz` beside each text and WebAssembly file, for servers that send such
//! siblings. Fails if the first load is heavier than [`FIRST_LOAD_LIMIT`].

mod compress;
mod glue;
mod likeness;
mod parts;
mod script;
mod split;
mod trim;
mod wasm;
mod weigh;

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// The size limit of the first load in bytes, brotli compressed. It guards against growth that nobody
/// decided on; a readable message or a standard JSON reader is worth its kilobytes.
const FIRST_LOAD_LIMIT: usize = 210_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without the backtrace that `main` would print if one is asked for.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let dist = env::args_os().nth(1).context("usage: xtask-pack DIST")?;
    let dist = PathBuf::from(dist);
    let mut out = std::io::stdout().lock();

    let named = parts::wasm_in(&dist)?;
    let later = split::later(&named)?;
    let trimmed = trim::page(&dist, &split::LATER_STYLES)?;
    split::page(&dist, &later, &trimmed, &split::tool()?)?;
    let files = compress::folder(&dist)?;
    writeln!(out, "\n{}", weigh::table(&files))?;
    writeln!(out, "\n{}", parts::table(&parts::by_crate(&named)?))?;
    let first_load = weigh::first_load(&files).brotli;
    if first_load > FIRST_LOAD_LIMIT {
        bail!("the first load is {first_load} bytes of brotli; the limit is {FIRST_LOAD_LIMIT}");
    }
    Ok(())
}
