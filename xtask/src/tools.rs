//! The tools that the page is built and tested with. Tools on the `PATH` in the right version are
//! used as they are; missing ones are installed into `target/tools`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::run;
use crate::say::{Took, say};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// The target of the page.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The version of Trunk.
const TRUNK: &str = "0.21.14";
/// The version of cargo-deny.
const CARGO_DENY: &str = "0.20.2";
/// The version of cargo-mutants.
const CARGO_MUTANTS: &str = "27.1.0";
/// The version of geckodriver, the driver of Firefox.
const GECKODRIVER: &str = "0.37.1";
/// The packages from npm: axe-core checks accessibility, Binaryen has `wasm-opt`, and esbuild
/// minifies scripts and styles.
const NPM: [(&str, &str); 3] =
    [("axe-core", "4.14.1"), ("binaryen", "132.0.0"), ("esbuild", "0.28.2")];

/// The peers that the bench measures: PeerJS and its server.
const PEERS: [(&str, &str); 2] = [("peer", "1.0.2"), ("peerjs", "1.5.5")];

/// The arguments with which most programs tell their version.
const VERSION: &[&str] = &["--version"];

/// A program from crates.io in one version.
struct Tool {
    package: &'static str,
    version: String,
    /// The programs of the package that we use.
    programs: &'static [&'static str],
    /// The arguments with which each one tells its version.
    asked: &'static [&'static str],
    /// Further arguments of `cargo install`.
    args: &'static [&'static str],
    /// The rough duration of the installation on two cores.
    takes: &'static str,
}

impl Tool {
    fn trunk() -> Self {
        Self {
            package: "trunk",
            version: TRUNK.to_owned(),
            programs: &["trunk"],
            asked: VERSION,
            // Without the check for updates, which would ask the network at each start.
            args: &["--locked", "--no-default-features", "--features", "rustls"],
            takes: "2 to 3 minutes",
        }
    }

    /// The command must have the version of the crate, which Cargo.lock knows. Not `--locked`: the
    /// lock file in that package names versions that have since been withdrawn.
    fn wasm_bindgen(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            package: "wasm-bindgen-cli",
            version: workspace.locked("wasm-bindgen")?,
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            asked: VERSION,
            args: &[],
            takes: "about a minute",
        })
    }

    fn cargo_deny() -> Self {
        Self {
            package: "cargo-deny",
            version: CARGO_DENY.to_owned(),
            programs: &["cargo-deny"],
            asked: VERSION,
            args: &["--locked"],
            takes: "about a minute",
        }
    }

    fn cargo_mutants() -> Self {
        Self {
            package: "cargo-mutants",
            version: CARGO_MUTANTS.to_owned(),
            programs: &["cargo-mutants"],
            // It only answers as a command of cargo.
            asked: &["mutants", "--version"],
            args: &["--locked"],
            takes: "about two minutes",
        }
    }

    fn geckodriver() -> Self {
        Self {
            package: "geckodriver",
            version: GECKODRIVER.to_owned(),
            programs: &["geckodriver"],
            asked: VERSION,
            args: &["--locked"],
            takes: "1 to 2 minutes",
        }
    }

    /// Returns `true` if each program is there in this version.
    fn is_there(&self, workspace: &Workspace) -> bool {
        self.programs.iter().all(|program| {
            let said = run::output(workspace.command(program).args(self.asked));
            said.is_ok_and(|said| said.split_whitespace().any(|word| word == self.version))
        })
    }

    /// Builds and installs the tool. A debug build: it takes half the time to build, and the tools
    /// are fast enough.
    fn install(&self, workspace: &Workspace) -> Result<()> {
        say!("  {} {}: installing, {}", self.package, self.version, self.takes);
        let start = Instant::now();
        let tools = workspace.tools();
        let mut command = workspace.cargo(&["install", "--debug", "--force"]);
        command.arg(format!("{}@{}", self.package, self.version)).arg("--root").arg(&tools);
        for program in self.programs {
            command.args(["--bin", program]);
        }
        command
            .args(self.args)
            // One folder for all tools, so that what they share is built once; it is removed later.
            .env("CARGO_TARGET_DIR", tools.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_STRIP", "symbols")
            .env("CARGO_INCREMENTAL", "0");
        run::build(self.package, &mut command)
            .with_context(|| format!("cannot install {}", self.package))?;
        say!("  {} {}: installed in {}", self.package, self.version, Took(start.elapsed()));
        Ok(())
    }
}

/// Installs those of these tools that are missing.
fn ensure(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.is_there(workspace)).collect();
    for tool in &missing {
        tool.install(workspace)?;
        if !tool.is_there(workspace) {
            bail!("{} was installed but does not run", tool.package);
        }
    }
    if !missing.is_empty() {
        // Two gigabytes that only a reinstallation would use again.
        let build = workspace.tools().join("build");
        std::fs::remove_dir_all(&build)
            .with_context(|| format!("cannot remove {}", build.display()))?;
    }
    Ok(())
}

/// Installs all tools except those that only few commands need, each of which installs its own.
pub(crate) fn setup(workspace: &Workspace) -> Result<()> {
    wasm_target(workspace)?;
    components(workspace)?;
    ensure(
        workspace,
        &[Tool::wasm_bindgen(workspace)?, Tool::trunk(), Tool::cargo_deny(), Tool::geckodriver()],
    )
}

/// Installs Trunk and wasm-bindgen.
pub(crate) fn page(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &[Tool::wasm_bindgen(workspace)?, Tool::trunk()])
}

/// Installs wasm-bindgen, with the runner for tests.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &[Tool::wasm_bindgen(workspace)?])
}

/// Installs cargo-mutants.
pub(crate) fn mutants(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &[Tool::cargo_mutants()])
}

/// Installs cargo-deny.
pub(crate) fn deny(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &[Tool::cargo_deny()])
}

/// Installs the driver of Firefox and returns its path.
pub(crate) fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    let tool = Tool::geckodriver();
    ensure(workspace, std::slice::from_ref(&tool))?;
    let path = workspace.path();
    let mut places = env::split_paths(&path).map(|folder| folder.join(tool.package));
    places.find(|place| place.is_file()).context("geckodriver runs but cannot be found")
}

/// Installs packages from npm and returns their folder, which is in `target/tools`. They are no
/// part of the project.
pub(crate) fn npm(workspace: &Workspace) -> Result<PathBuf> {
    packages(workspace, &workspace.tools(), &NPM)
}

/// Installs the packages that the bench measures beside the page and returns their folder, which is
/// in `target/peers`.
pub(crate) fn peers(workspace: &Workspace) -> Result<PathBuf> {
    packages(workspace, &workspace.target.join("peers"), &PEERS)
}

/// Installs packages from npm into a folder of their own, unless they are there.
fn packages(workspace: &Workspace, folder: &Path, wanted: &[(&str, &str)]) -> Result<PathBuf> {
    let packages = folder.join("node_modules");
    let is_there = |(name, version): &(&str, &str)| {
        let manifest = workspace.read(packages.join(name).join("package.json")).unwrap_or_default();
        manifest.contains(&format!("\"version\": \"{version}\""))
    };
    if !wanted.iter().all(is_there) {
        let [npm] = system::find(workspace, [Need::Npm])?;
        // All at once, since npm removes what it is not told of.
        let names: Vec<_> =
            wanted.iter().map(|(name, version)| format!("{name}@{version}")).collect();
        say!("  {}: installing, a few seconds", names.join(", "));
        let start = Instant::now();
        let mut command = workspace.command(npm);
        command.arg("install").arg("--prefix").arg(folder).args(&names);
        command.args(["--no-save", "--no-package-lock", "--ignore-scripts"]);
        run::output(command.args(["--no-audit", "--no-fund"]))?;
        if let Some((name, _)) = wanted.iter().find(|package| !is_there(package)) {
            bail!("{name} was installed but is not in {}", packages.display());
        }
        say!("  {}: installed in {}", names.join(", "), Took(start.elapsed()));
    }
    Ok(packages)
}

/// Returns `true` if Trunk and wasm-bindgen are there already.
pub(crate) fn has_page(workspace: &Workspace) -> Result<bool> {
    Ok(Tool::trunk().is_there(workspace) && Tool::wasm_bindgen(workspace)?.is_there(workspace))
}

/// Returns the folder of the toolchain.
pub(crate) fn sysroot(workspace: &Workspace) -> Result<PathBuf> {
    let path = run::output(workspace.command("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(path.trim()))
}

/// Installs the standard library for the page's target.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let library = sysroot(workspace)?.join("lib/rustlib").join(WASM);
    if library.is_dir() {
        return Ok(());
    }
    say!("  {WASM}: installing, a few seconds");
    let start = Instant::now();
    rustup(workspace, &["target", "add", WASM])?;
    say!("  {WASM}: installed in {}", Took(start.elapsed()));
    Ok(())
}

/// Installs rustfmt and clippy, which a minimal toolchain lacks.
pub(crate) fn components(workspace: &Workspace) -> Result<()> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !run::succeeds(&mut workspace.cargo(&[command, "--version"])) {
            say!("  {component}: installing, a few seconds");
            rustup(workspace, &["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(workspace: &Workspace, args: &[&str]) -> Result<()> {
    let mut command: Command = workspace.command("rustup");
    run::output(command.args(args)).map(drop).with_context(|| {
        format!("this toolchain needs `rustup {}`; is it one by rustup?", args.join(" "))
    })
}
