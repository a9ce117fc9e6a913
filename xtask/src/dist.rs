//! `cargo xtask dist`: what is deployed, and what it weighs.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use crate::say::{Took, say};
use crate::workspace::Workspace;
use crate::{run, tools};

/// Builds the page into `dist/`, compresses it, weighs it, and builds the server.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    tools::wasm_target(workspace)?;
    tools::page(workspace)?;
    let page = workspace.root.join("dist");
    step("page", || build_page(workspace, &page))?;
    let server = step("server", || build_server(workspace))?;
    // What wasm-bindgen was given: it still has the names of its functions.
    let named = workspace.target.join(tools::WASM).join("release/tincan.wasm");
    pack(workspace, &page, Some(&named))?;
    say!("\n  page:   {}\n  server: {}", page.display(), server.display());
    Ok(())
}

fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = run()?;
    say!("  {name}: built in {}", Took(start.elapsed()));
    Ok(made)
}

/// The release build of the page.
pub(crate) fn build_page(workspace: &Workspace, to: &Path) -> Result<()> {
    let mut trunk = workspace.command("trunk");
    run::build("page", trunk.args(["--color", "never", "build", "--release", "--dist"]).arg(to))
}

/// The release build of the server.
pub(crate) fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    let args = ["build", "--package", "tincan-server", "--profile", "server"];
    run::build("server", &mut workspace.cargo(&args))?;
    Ok(workspace.target.join("server").join(format!("tincan-server{}", env::consts::EXE_SUFFIX)))
}

/// Writes the compressed siblings of a built page, prints what each file weighs, and fails if the
/// first load is too heavy. With a WebAssembly that has names also what it is made of.
pub(crate) fn pack(workspace: &Workspace, page: &Path, named: Option<&Path>) -> Result<()> {
    // A package of its own: its compressors take longer to compile than all the rest of xtask.
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "xtask-pack", "--"]);
    run::shown_to_end(command.arg(page).args(named))
}
