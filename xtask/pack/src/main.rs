//! Makes the page of a release: `xtask-pack ROOT WASM TOOLS DIST`.
//!
//! ROOT is the checkout, WASM what cargo built of it with the feature `split`, TOOLS the folder of
//! the programs that npm installed, and DIST where the page goes. All of the page but `index.html`
//! lies in a folder that is named after the build, so that the chunks of two builds never mix and
//! caches may keep them for ever.
//!
//! Writes a `.br` and a `.gz` beside each text and WebAssembly file, for servers that send such
//! siblings. Fails if something is heavier than the budget in `xtask/budget.txt` allows.

mod assets;
mod budget;
mod chunks;
mod compress;
mod room;
mod tools;
mod weigh;

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::tools::Tools;

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
    let args: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [root, wasm, npm, dist] = &args[..] else { bail!("usage: {USAGE}") };
    let tools = Tools { root, npm };
    build(&tools, wasm, dist)?;
    let files = compress::folder(dist)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{}", weigh::table(&files))?;
    let budget = fs::read_to_string(root.join(budget::FILE)).context(budget::FILE)?;
    budget::check(&budget, &weigh::weights(&files))
}

const USAGE: &str = "xtask-pack ROOT WASM TOOLS DIST";

/// Makes the page in `dist`, in place of what is there.
fn build(tools: &Tools<'_>, wasm: &Path, dist: &Path) -> Result<()> {
    remove(dist)?;
    let draft = dist.join("draft");
    fs::create_dir_all(&draft).with_context(|| format!("cannot make {}", draft.display()))?;
    let mut chunks = chunks::write(tools, wasm, &draft)?;
    let room = room::bundle(&draft, &mut chunks)?;
    assets::write(tools, &draft)?;
    let name = format!("build-{:016x}", hash(&draft)?);
    fs::rename(&draft, dist.join(&name))?;
    assets::copy_stable(tools, dist)?;
    fs::write(dist.join("index.html"), assets::start_page(tools, dist, &name, &chunks, &room)?)?;
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The hash of all files in a folder, with their names.
fn hash(folder: &Path) -> Result<u64> {
    let paths: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths?;
    paths.sort();
    let mut hasher = DefaultHasher::new();
    for path in paths {
        path.file_name().hash(&mut hasher);
        fs::read(&path)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
