//! Trims and compresses a built page and says what each file weighs: `xtask-pack DIST [NAMED]`.
//!
//! Writes a `.br` and a `.gz` beside each text and WebAssembly file, for servers that send such
//! siblings. Fails if the first load is heavier than [`FIRST_LOAD_LIMIT`]. Given the same
//! page built with the names of its functions, says which crates its WebAssembly is made of.

mod compress;
mod parts;
mod trim;
mod weigh;

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// What the first visit may cost on the wire, brotli compressed: 150 KB, of 1000 bytes each.
const FIRST_LOAD_LIMIT: usize = 150_000;

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
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let dist = args.next().context("usage: xtask-pack DIST [NAMED]")?;
    let mut out = std::io::stdout().lock();

    trim::page(&dist)?;
    let files = compress::folder(&dist)?;
    writeln!(out, "\n{}", weigh::table(&files))?;
    let first_load = weigh::first_load(&files).brotli;
    if let Some(named) = args.next() {
        writeln!(out, "\n{}", parts::table(&parts::by_crate(&parts::wasm_in(&named)?)?))?;
    }
    if first_load > FIRST_LOAD_LIMIT {
        bail!("the first load is {first_load} bytes of brotli; the limit is {FIRST_LOAD_LIMIT}");
    }
    Ok(())
}
