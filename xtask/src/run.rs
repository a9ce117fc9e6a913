//! Running other programs: with their output, or quietly with the output shown only on failure.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::say::{Took, say};

/// The interval at which a long quiet command reports its progress.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Formats a command as typed in a shell.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Runs a command and shows its output.
pub(crate) fn shown_to_end(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and returns its output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}\n{}", shown(command), output.status, words.trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns `true` if a command can be started and succeeds. Its output is discarded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a long build quietly under a name: reports its progress, and its output only on failure.
pub(crate) fn build(name: &str, command: &mut Command) -> Result<()> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let Some(stderr) = child.stderr.take() else { bail!("`{}` has no stderr", shown(command)) };

    let compiled = AtomicUsize::new(0);
    let (done, heartbeat) = mpsc::channel::<()>();
    let words = std::thread::scope(|scope| {
        let compiled = &compiled;
        scope.spawn(move || {
            while heartbeat.recv_timeout(HEARTBEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                let crates = compiled.load(Ordering::Relaxed);
                say!("      {name}: {crates} crates so far, {}", Took(start.elapsed()));
            }
        });
        let mut words = Vec::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if line.trim_start().starts_with("Compiling ") {
                compiled.fetch_add(1, Ordering::Relaxed);
            } else {
                words.push(line);
            }
        }
        drop(done);
        words
    });
    let status = child.wait().with_context(|| format!("waiting for `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed: {status}\n{}", shown(command), words.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_build_shows_its_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo '   Compiling a v1' >&2; echo 'error: b' >&2; exit 3"]);
        let error = build("test", &mut command).unwrap_err().to_string();
        assert_eq!(error.lines().skip(1).collect::<Vec<_>>(), ["error: b"]);
    }

    #[test]
    fn a_missing_program_is_an_error_with_its_name() {
        let error = output(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(error.contains("no-such-program"), "{error}");
        assert!(!succeeds(&mut Command::new("no-such-program")));
    }
}
