//! The folders of this checkout, and the versions in its lock file.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The checkout that xtask was built from.
pub(crate) struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the workspace from the path of xtask's manifest.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("xtask lies in a folder of the workspace")?.to_owned();
        // Cargo has built us in its target folder, wherever that is, and marked the folder.
        let exe = env::current_exe().context("where is this program?")?;
        let target = exe.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
        let target = target.map_or_else(|| root.join("target"), Path::to_owned);
        Ok(Self { root, target })
    }

    /// Returns the folder for our tools, so that nothing outside the checkout changes.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Returns a command that runs in the workspace, with our tools first on its `PATH`.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        command
    }

    /// Returns a command that runs the cargo that started us.
    pub(crate) fn cargo<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args);
        command
    }

    /// Returns `PATH` with our tools first.
    pub(crate) fn path(&self) -> OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.tools().join("bin")).chain(env::split_paths(&old));
        env::join_paths(all).unwrap_or(old)
    }

    /// Reads a file of the workspace.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = self.root.join(path);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Returns the version of a package in Cargo.lock.
    pub(crate) fn locked(&self, package: &str) -> Result<String> {
        locked_version(&self.read("Cargo.lock")?, package)
            .with_context(|| format!("Cargo.lock has no package `{package}`"))
    }
}

/// Finds the version of `package` in the text of a lock file.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";

    #[test]
    fn versions_come_from_the_lock_file() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn this_workspace_is_found() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.root.join("xtask/Cargo.toml").is_file());
    }
}
