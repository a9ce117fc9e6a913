//! The end of browsers that the test process leaves behind. A static such as the pool is never
//! dropped, and a process that is killed drops nothing. So a shell script reads from a pipe until
//! the test process has ended, in whichever way, and then ends what is left.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};

/// Reads lines until there are no more: a process id, and an argument by which the process is
/// recognised, since the id may belong to another one by now. The argument of a browser is the
/// folder of its profile, which is deleted.
const SCRIPT: &str = r#"
all=$(cat)
printf '%s\n' "$all" | while read -r id argument; do
    case "$(ps -o args= -p "$id")" in *"$argument"*)
        kill "$id"
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            if kill -0 "$id"; then sleep 0.3; fi
        done ;;
    esac
    case "$argument" in --user-data-dir=*) rm -rf "${argument#*=}" ;; esac
done
"#;

/// The input of the script, once it runs.
static SCRIPT_INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// Has a driver on this port and its browser ended after this process has ended.
pub(super) fn end_later(port: u16, driver: u32, browser: u32, profile: &Path) -> Result<()> {
    let mut input = SCRIPT_INPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let input = match &mut *input {
        Some(input) => input,
        none => none.insert(start()?.1),
    };
    tell(input, driver, &format!("--port={port}"))?;
    tell(input, browser, &format!("--user-data-dir={}", profile.display()))
}

/// Writes a line for the script.
fn tell(input: &mut ChildStdin, id: u32, argument: &str) -> Result<()> {
    Ok(writeln!(input, "{id} {argument}")?)
}

/// Starts the script. Returns its input, too.
fn start() -> Result<(Child, ChildStdin)> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own, so that Ctrl-C does not end it together with the tests.
    let mut script = command.process_group(0).spawn().context("cannot start a shell")?;
    let input = script.stdin.take().context("its input is a pipe")?;
    Ok((script, input))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    const SIGTERM: i32 = 15;

    /// Starts a process that has this argument, and waits for its input.
    fn waits(argument: &str) -> (Child, ChildStdin) {
        let mut command = Command::new("sh");
        command.args(["-c", "read -r line", "sh", argument]).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        (child, input)
    }

    #[test]
    fn what_is_left_ends_with_its_folder_and_nothing_else_does() {
        let profile = tempfile::tempdir().unwrap();
        fs::write(profile.path().join("Cookies"), "").unwrap();
        let (mut browser, _open) = waits(&format!("--user-data-dir={}", profile.path().display()));
        let (mut driver, _open) = waits("--port=12345");
        // The ids of what has ended were given to it.
        let (mut other, _open) = waits("--port=54321");

        let (mut script, mut input) = start().unwrap();
        tell(&mut input, driver.id(), "--port=12345").unwrap();
        let argument = format!("--user-data-dir={}", profile.path().display());
        tell(&mut input, browser.id(), &argument).unwrap();
        tell(&mut input, other.id(), "--port=12346").unwrap();
        assert!(driver.try_wait().unwrap().is_none(), "it has ended before the test process");
        drop(input);

        assert_eq!(driver.wait().unwrap().signal(), Some(SIGTERM));
        assert_eq!(browser.wait().unwrap().signal(), Some(SIGTERM));
        script.wait().unwrap();
        assert!(!profile.path().exists());
        assert!(other.try_wait().unwrap().is_none(), "a stranger was ended");
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
