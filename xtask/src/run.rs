//! Running other programs: with their output, or quietly with the output shown only on failure.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
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

/// Runs a command and shows its output. An error repeats the lines that name what failed, because
/// the report of all steps comes long after them.
pub(crate) fn shown_to_end(command: &mut Command) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let failures = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        if let Some(stdout) = stdout {
            scope.spawn(|| pass_on(stdout, std::io::stdout(), &failures));
        }
        if let Some(stderr) = stderr {
            pass_on(stderr, std::io::stderr(), &failures);
        }
    });
    let status = child.wait().with_context(|| format!("waiting for `{}`", shown(command)))?;
    if !status.success() {
        let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
        let failed = format!("`{}` failed: {status}", shown(command));
        bail!("{}", [vec![failed], failures].concat().join("\n  "));
    }
    Ok(())
}

/// The number of lines about failures that an error repeats.
const MOST_FAILURES: usize = 30;

/// The text in a line that precedes the message of a panic.
const PANICKED: &str = "panicked at ";

/// Writes every line of `from` to `to`, and keeps those that name a failure.
fn pass_on(from: impl Read, mut to: impl Write, failures: &Mutex<Vec<String>>) {
    let mut message_follows = false;
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        // The output may be closed before the command ends, which is no reason to stop it.
        let _ = to.write_all(&[&line[..], b"\n"].concat());
        let line = String::from_utf8_lossy(&line);
        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
        if (message_follows || names_failure(&line)) && failures.len() < MOST_FAILURES {
            failures.push(line.trim().to_owned());
        }
        message_follows = line.contains(PANICKED);
    }
}

/// Returns `true` for a line by which a compiler, a test or their runners name a failure.
fn names_failure(line: &str) -> bool {
    let line = line.trim();
    let is_failed_test =
        line.starts_with("test ") && (line.ends_with(" FAILED") || line.ends_with(" FAIL"));
    is_failed_test
        || line.starts_with("error")
        || line.contains(PANICKED)
        || line.contains("might have timed out")
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
    fn an_error_repeats_the_lines_that_name_a_failure() {
        let output = "test a ... ok\ntest b ... FAILED\nat b.rs, panicked at b.rs:1:\nbecause\n\
            and so on\nerror: c\n";
        let (mut shown, failures) = (Vec::new(), Mutex::default());
        pass_on(output.as_bytes(), &mut shown, &failures);
        assert_eq!(String::from_utf8(shown).unwrap(), output);
        let failures = failures.into_inner().unwrap();
        let expected = ["test b ... FAILED", "at b.rs, panicked at b.rs:1:", "because", "error: c"];
        assert_eq!(failures, expected);
    }

    #[test]
    fn a_missing_program_is_an_error_with_its_name() {
        let error = output(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(error.contains("no-such-program"), "{error}");
        assert!(!succeeds(&mut Command::new("no-such-program")));
    }
}
