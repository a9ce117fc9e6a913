//! The programs that make a page.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folders of the programs and of the files that they work on.
pub(crate) struct Tools<'a> {
    /// The checkout.
    pub(crate) root: &'a Path,
    /// The folder of the programs that npm installed.
    pub(crate) npm: &'a Path,
}

impl Tools<'_> {
    /// A program that npm installed.
    pub(crate) fn npm(&self, program: &str) -> Command {
        let mut command = Command::new(self.npm.join(program));
        command.current_dir(self.root);
        command
    }
}

/// Runs a program quietly; what it printed is part of the error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed:\n{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(())
}
