//! `cargo xtask dist`: what is deployed, and what it weighs.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use crate::say::{Took, say};
use crate::workspace::Workspace;
use crate::{run, tools};

/// Builds the page into `dist/`, compresses it, weighs it, and builds the server around it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    tools::wasm_target(workspace)?;
    tools::wasm_bindgen(workspace)?;
    let page = workspace.root.join("dist");
    let wasm = step("page", || build_page(workspace))?;
    pack(workspace, &wasm, &page)?;
    let server = step("server", || build_server_with(workspace, &["--features", "page"]))?;
    say!("\n  page:   {}\n  server: {}", page.display(), server.display());
    Ok(())
}

fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = run()?;
    say!("  {name}: built in {}", Took(start.elapsed()));
    Ok(made)
}

/// Compiles the page for a release; returns the WebAssembly that [`pack`] makes the page of.
pub(crate) fn build_page(workspace: &Workspace) -> Result<PathBuf> {
    let args = ["build", "--package", "tincan", "--release", "--target", tools::WASM];
    let sysroot = tools::sysroot(workspace)?;
    let mut command = workspace.cargo(&args);
    command.args(["--features", "split"]);
    command.arg("--config").arg(without_paths(&workspace.root, &cargo_home(), &sysroot));
    run::build("page", &mut command)?;
    Ok(workspace.target.join(tools::WASM).join("release/tincan.wasm"))
}

/// The folder in which cargo keeps the sources of dependencies.
fn cargo_home() -> PathBuf {
    let home = || env::home_dir().unwrap_or_default().join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// Returns cargo's setting by which panics name files without the folders of this machine.
fn without_paths(root: &Path, cargo_home: &Path, sysroot: &Path) -> String {
    let prefixes = [
        (root.to_owned(), "."),
        (cargo_home.join("registry/src"), "registry"),
        (sysroot.join("lib/rustlib/src/rust"), "rust"),
    ];
    let flags = prefixes.map(|(prefix, name)| {
        format!("{:?}", format!("--remap-path-prefix={}={name}", prefix.display()))
    });
    format!("target.{}.rustflags=[{}]", tools::WASM, flags.join(","))
}

/// Builds the server for a release, without a page inside.
pub(crate) fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    build_server_with(workspace, &[])
}

fn build_server_with(workspace: &Workspace, features: &[&str]) -> Result<PathBuf> {
    let args = ["build", "--package", "tincan-server", "--profile", "server"];
    run::build("server", workspace.cargo(&args).args(features))?;
    Ok(workspace.target.join("server").join(format!("tincan-server{}", env::consts::EXE_SUFFIX)))
}

/// Makes the page of the compiled one in a folder: splits it, makes it small, writes the compressed
/// siblings of its files, prints the weight of each, and fails if the page exceeds its budget.
pub(crate) fn pack(workspace: &Workspace, wasm: &Path, page: &Path) -> Result<()> {
    let npm = tools::npm(workspace)?.join(".bin");
    // A package of its own: what it depends on takes longer to compile than all the rest of xtask.
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "xtask-pack", "--"]);
    run::shown_to_end(command.arg(&workspace.root).arg(wasm).arg(npm).arg(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_names_no_folder_of_the_machine() {
        let setting = without_paths(Path::new("/a"), Path::new("/b c"), Path::new("/d"));
        assert_eq!(
            setting,
            "target.wasm32-unknown-unknown.rustflags=[\"--remap-path-prefix=/a=.\",\
             \"--remap-path-prefix=/b c/registry/src=registry\",\
             \"--remap-path-prefix=/d/lib/rustlib/src/rust=rust\"]"
        );
    }
}
