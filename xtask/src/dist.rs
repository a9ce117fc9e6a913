//! `cargo xtask dist`: what is deployed, and what it weighs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
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
    let named = workspace.target.join("page-with-names");
    step("page with names", || build_named_page(workspace, &named))?;
    step("page", || build_page(workspace, &page))?;
    let server = step("server", || build_server(workspace))?;
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
    run::build("page", &mut trunk_build(workspace, to))
}

/// The same build, whose functions still have their names: see the page's build script.
fn build_named_page(workspace: &Workspace, to: &Path) -> Result<()> {
    run::build("page", trunk_build(workspace, to).env("TINCAN_KEEP_NAMES", "1"))
}

fn trunk_build(workspace: &Workspace, to: &Path) -> Command {
    let mut trunk = workspace.command("trunk");
    trunk.args(["--color", "never", "build", "--release", "--dist"]).arg(to);
    trunk
}

/// The release build of the server.
pub(crate) fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    let args = ["build", "--package", "tincan-server", "--profile", "server"];
    run::build("server", &mut workspace.cargo(&args))?;
    Ok(workspace.target.join("server").join(format!("tincan-server{}", env::consts::EXE_SUFFIX)))
}

/// Writes the compressed siblings of a built page, prints what each file weighs, and fails if the
/// first load is too heavy. Given the same page with names, says also what it is made of.
pub(crate) fn pack(workspace: &Workspace, page: &Path, named: Option<&Path>) -> Result<()> {
    // A package of its own: its compressors take longer to compile than all the rest of xtask.
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "xtask-pack", "--"]);
    run::shown_to_end(command.arg(page).args(named))
}
