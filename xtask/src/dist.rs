//! `cargo xtask dist`: what is deployed, and what it weighs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::say::{Took, say};
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{run, tools};

/// Has cargo compile the standard library along with the page: for size, and without the code that
/// puts a panic into words, since a panic ends the page anyway. It is a ninth of the page. Stable Rust
/// does this only if it is told to take unstable options, and so it is told, for this build alone.
const STD_FOR_SIZE: [(&str, &str); 6] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true"),
    ("CARGO_PROFILE_RELEASE_PANIC", "immediate-abort"),
    // wasm-split of many systems does not know all instructions for references yet.
    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=-reference-types"),
];

/// Trunk's configuration for the release.
const CONFIG: &str = ".trunk-release.toml";

/// Builds the page into `dist/`, compresses it, weighs it, and builds the server.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    tools::wasm_target(workspace)?;
    tools::page(workspace)?;
    let page = workspace.root.join("dist");
    step("page", || build_page(workspace, &page))?;
    let server = step("server", || build_server(workspace))?;
    pack(workspace, &page)?;
    say!("\n  page:   {}\n  server: {}", page.display(), server.display());
    Ok(())
}

fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = run()?;
    say!("  {name}: built in {}", Took(start.elapsed()));
    Ok(made)
}

/// The release build of the page, whose functions still have their names: [`pack`] tells by them
/// what the page is made of, and leaves them out.
pub(crate) fn build_page(workspace: &Workspace, to: &Path) -> Result<()> {
    tools::std_source(workspace)?;
    run::build("page", &mut trunk_build(workspace, to)?).context(
        "cannot build the page (should this Rust not know the options for its standard library: \
         plain `trunk build --release` does without them)",
    )
}

fn trunk_build(workspace: &Workspace, to: &Path) -> Result<Command> {
    // Without the hooks: what they run would be compiled with the options of the page. Beside the usual
    // configuration, since Trunk runs cargo where its own is, and cargo looks for its own from there.
    fs::write(workspace.root.join(CONFIG), without_hooks(&workspace.read("Trunk.toml")?))
        .with_context(|| format!("cannot write {CONFIG}"))?;
    let mut trunk = workspace.command("trunk");
    trunk.args(["--config", CONFIG, "--color", "never", "build", "--release", "--dist"]);
    trunk
        .arg(to)
        // In a folder of its own, so that no other build undoes what this one has compiled.
        .env("CARGO_TARGET_DIR", workspace.target.join("page"))
        .env("TINCAN_KEEP_NAMES", "1")
        .envs(STD_FOR_SIZE);
    Ok(trunk)
}

/// Trunk's configuration without its tables of hooks.
fn without_hooks(config: &str) -> String {
    let mut in_hook = false;
    config
        .lines()
        .filter(|line| {
            if line.starts_with('[') {
                in_hook = line.starts_with("[[hooks]]");
            }
            !in_hook
        })
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The release build of the server.
pub(crate) fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    let args = ["build", "--package", "tincan-server", "--profile", "server"];
    run::build("server", &mut workspace.cargo(&args))?;
    Ok(workspace.target.join("server").join(format!("tincan-server{}", env::consts::EXE_SUFFIX)))
}

/// Trims a built page, splits off what only a call needs, writes the compressed siblings of its files, prints
/// what each of them weighs and what the WebAssembly is made of, and fails if the first load is too heavy.
pub(crate) fn pack(workspace: &Workspace, page: &Path) -> Result<()> {
    let [wasm_split] = system::find(workspace, [Need::WasmSplit])?;
    // A package of its own: its compressors take longer to compile than all the rest of xtask.
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "xtask-pack", "--"]);
    run::shown_to_end(command.arg(page).env("TINCAN_WASM_SPLIT", wasm_split))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_built_without_hooks() {
        let config = Workspace::find().unwrap().read("Trunk.toml").unwrap();
        assert!(config.contains("[[hooks]]"));
        let config = without_hooks(&config);
        assert!(!config.contains("hooks]]") && !config.contains("signaling\""), "{config}");
        assert!(config.contains("[build]") && config.contains("public_url"), "{config}");
        let two = without_hooks("[a]\nb = 1\n[[hooks]]\nc = 2\n[d]\ne = 3\n");
        assert_eq!(two, "[a]\nb = 1\n[d]\ne = 3\n");
    }
}
