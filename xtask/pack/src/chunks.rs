//! Turns what cargo built into the WebAssembly of the first load, one for each chunk, and the
//! script that loads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::tools::{Tools, run};

/// The features that Rust's target uses by default. By name, since with `--all-features` Binaryen
/// writes what no browser reads yet.
const FEATURES: [&str; 8] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The files of each chunk, without their endings: its own, and what it shares with others.
pub(crate) type Files = BTreeMap<String, Vec<String>>;

/// Writes `main.wasm`, the chunks and `app.js` into a folder.
pub(crate) fn write(tools: &Tools<'_>, wasm: &Path, folder: &Path) -> Result<Files> {
    let work = wasm.with_extension("split");
    crate::remove(&work)?;
    let (chunks, files) = split(wasm, &work)?;
    bind(tools, &work)?;
    optimise(tools, &work.join("main_bg.wasm"), &folder.join("main.wasm"))?;
    for chunk in chunks {
        let name = chunk.file_name().context("a chunk has a name")?;
        optimise(tools, &chunk, &folder.join(name))?;
    }
    // The two scripts import each other. Chunks are fetched by `start.js`, which does it until they
    // are there, and compiles them as they arrive.
    run(tools
        .npm("esbuild")
        .arg(work.join("main.js"))
        .args(["--bundle", "--format=esm", "--minify", "--define:fetch=tincan.fetch"])
        .arg("--define:WebAssembly.instantiateStreaming=tincan.instantiate")
        .args(["--log-level=error", "--legal-comments=none"])
        .arg(format!("--outfile={}", folder.join("app.js").display())))?;
    Ok(files)
}

/// Splits the WebAssembly where its sources say so.
fn split(wasm: &Path, work: &Path) -> Result<(Vec<PathBuf>, Files)> {
    let bytes = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let main = work.join("main.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = work;
    options.main_out_path = &main;
    let split = transform(options).map_err(|error| anyhow!("cannot split: {error:#}"))?;
    Ok((split.split_modules, split.prefetch_map.into_iter().collect()))
}

/// Makes the script by which the WebAssembly and the browser know each other.
fn bind(tools: &Tools<'_>, work: &Path) -> Result<()> {
    let mut command = Command::new("wasm-bindgen");
    command.current_dir(tools.root).arg(work.join("main.wasm")).arg("--out-dir").arg(work);
    command.args(["--out-name", "main", "--target", "web", "--no-typescript"]);
    // The chunks import from the first one by the linker's names.
    run(command.args(["--keep-lld-exports", "--no-demangle"]))
}

fn optimise(tools: &Tools<'_>, from: &Path, to: &Path) -> Result<()> {
    let mut command = tools.npm("wasm-opt");
    command.arg(from).arg("-o").arg(to).arg("-Oz").args(FEATURES);
    run(command.args(["--strip-debug", "--strip-producers", "--strip-target-features"]))
}
