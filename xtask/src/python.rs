//! Python with the packages of the native client, in a virtual environment under `target`.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context as _, Result};

use crate::run;
use crate::say::{Took, say};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// The packages and their hashes.
const REQUIREMENTS: &str = "tests/native/requirements.txt";

/// Returns the reason why the native client cannot run on this machine, if so.
pub(crate) fn skip_reason() -> Option<&'static str> {
    (env::consts::OS != "linux").then_some("the native client is tested on Linux alone")
}

/// Returns Python with the packages, after installing them if they differ from the requirements.
pub(crate) fn environment(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("native-client");
    let python = folder.join("bin/python");
    let requirements = workspace.read(REQUIREMENTS)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == requirements)
        && run::succeeds(workspace.command(&python).arg("--version"))
    {
        return Ok(python);
    }
    say!("  Python packages of the native client: installing, half a minute");
    let start = Instant::now();
    make(workspace, &folder)?;
    let mut pip = workspace.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    // Nothing is built, so no code of a package runs during installation.
    pip.args(["--require-hashes", "--only-binary", ":all:", "--requirement", REQUIREMENTS]);
    run::output(&mut pip)?;
    fs::write(&stamp, requirements).with_context(|| format!("cannot write {}", stamp.display()))?;
    say!("  Python packages of the native client: installed in {}", Took(start.elapsed()));
    Ok(python)
}

fn make(workspace: &Workspace, folder: &Path) -> Result<()> {
    let [python] = system::find(workspace, [Need::Python])?;
    let mut command = workspace.command(python);
    run::output(command.args(["-m", "venv", "--clear"]).arg(folder)).map(drop)
}
