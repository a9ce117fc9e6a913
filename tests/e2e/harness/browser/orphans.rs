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
/// recognised, since the id may belong to another one by now; or "folder", and a folder to delete.
const SCRIPT: &str = r#"
all=$(cat)
printf '%s\n' "$all" | while read -r id argument; do
    if [ "$id" = folder ]; then
        rm -rf "$argument"
        continue
    fi
    case "$(ps -o args= -p "$id")" in *"$argument"*)
        kill "$id"
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            if kill -0 "$id"; then sleep 0.3; fi
        done ;;
    esac
done
"#;

/// The input of the script, once it runs.
static SCRIPT_INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// A process, and an argument by which it is recognised.
pub(super) type Marked<'a> = (u32, &'a str);

/// Has a driver and its browser ended, and their profile deleted, after this process has ended.
pub(super) fn end_later(processes: [Marked<'_>; 2], profile: &Path) -> Result<()> {
    let mut input = SCRIPT_INPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let input = match &mut *input {
        Some(input) => input,
        none => none.insert(start()?.1),
    };
    tell(input, &processes, profile)
}

/// Writes lines for the script.
fn tell(input: &mut ChildStdin, processes: &[Marked<'_>], profile: &Path) -> Result<()> {
    for (id, argument) in processes {
        writeln!(input, "{id} {argument}")?;
    }
    Ok(writeln!(input, "folder {}", profile.display())?)
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
        let folder = profile.path().to_string_lossy();
        let (mut browser, _open) = waits(&format!("--user-data-dir={folder}"));
        let (mut driver, _open) = waits("--port=12345");
        // The ids of what has ended were given to it.
        let (mut other, _open) = waits("--port=54321");

        let (mut script, mut input) = start().unwrap();
        let ended = [(driver.id(), "--port=12345"), (browser.id(), &*folder)];
        tell(&mut input, &ended, profile.path()).unwrap();
        tell(&mut input, &[(other.id(), "--port=12346")], profile.path()).unwrap();
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
