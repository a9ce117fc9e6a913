//! Processes that end when they are dropped, whatever happens to the test.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpStream;

use super::until;

/// A running process and its output.
pub struct Process {
    child: Child,
    output: Output,
}

/// The lines of a process from stdout and stderr, in order of arrival.
#[derive(Clone, Default)]
pub struct Output(Arc<Mutex<Vec<String>>>);

impl Process {
    /// Starts a process. Its lines are appended to `output`.
    pub fn start(command: &mut Command, output: &Output) -> Result<Self> {
        Self::spawn(command.stdin(Stdio::null()), output)
    }

    /// Starts it like [`Self::start`], and returns its stdin as well.
    pub fn start_with_input(command: &mut Command, output: &Output) -> Result<(Self, ChildStdin)> {
        let mut process = Self::spawn(command.stdin(Stdio::piped()), output)?;
        let input = process.child.stdin.take().context("its stdin is a pipe")?;
        Ok((process, input))
    }

    fn spawn(command: &mut Command, output: &Output) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        for stream in streams.into_iter().flatten() {
            let output = output.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    output.lines().push(line);
                }
            });
        }
        Ok(Self { child, output: output.clone() })
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the output.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// Waits for a line, from the first one on, in which `find` finds something.
    pub async fn line<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        until(what, async || {
            if let Some(found) = self.output.lines().iter().find_map(|line| find(line)) {
                return Ok(found);
            }
            let ended = self.child.try_wait()?;
            bail!("ended: {ended:?}, said: {:?}", self.output.lines())
        })
        .await
    }

    /// Waits until the process listens at an address.
    pub async fn listens(&mut self, address: SocketAddr) -> Result<()> {
        until(format_args!("somebody to listen at {address}"), async || {
            let Err(error) = TcpStream::connect(address).await else { return Ok(()) };
            let ended = self.child.try_wait()?;
            bail!("{error}; ended: {ended:?}, said: {:?}", self.output.lines())
        })
        .await
    }

    /// Fails if the process has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("ended: {status}, said: {:?}", self.output.lines()),
        }
    }

    /// Kills the process.
    pub fn kill(&mut self) {
        // These fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Output {
    /// Returns the lines so far.
    pub fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
