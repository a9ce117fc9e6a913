//! The client in Python, driven by commands and asked for its status.

use std::cell::RefCell;
use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{ChildStdin, Command};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::harness::process::{Output, Process};
use crate::harness::{Colour, Page, Server, Stage, programs, until};

/// The name of its person. It is more than ASCII, and its encoders write it in several ways.
pub(crate) const NAME: &str = "Zo\u{eb} \u{1f98a}";

/// The energy of a beep is far above, that of silence far below.
const AUDIBLE: f64 = 1e-4;

/// The video moves if it has changed so often.
const CHANGES: u64 = 4;

/// What the client is in the negotiation with every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Polite,
    Impolite,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Polite => "polite",
            Self::Impolite => "impolite",
        })
    }
}

/// Everything that the client tells of itself.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Status {
    pub(crate) online: bool,
    /// The number of times that it was let into the room.
    pub(crate) joined: u32,
    pub(crate) refusals: Vec<String>,
    pub(crate) in_call: bool,
    pub(crate) rung_by: Vec<String>,
    pub(crate) ring: Ring,
    pub(crate) peers: Vec<Peer>,
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ring {
    pub(crate) rings: bool,
    pub(crate) results: Vec<String>,
}

/// What it knows of a page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Peer {
    pub(crate) state: Option<PeerState>,
    pub(crate) connection: Option<String>,
    pub(crate) polite: Option<bool>,
    pub(crate) counts: Option<Counts>,
    pub(crate) received: Sources<Received>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PeerState {
    pub(crate) in_call: bool,
    pub(crate) sources: Sources<String>,
}

/// Something of each source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sources<T> {
    pub(crate) microphone: T,
    pub(crate) camera: T,
    pub(crate) screen: T,
}

/// What happened in the negotiation.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counts {
    pub(crate) connections: u32,
    /// The ICE restarts that the page asked for.
    pub(crate) restarts: u32,
    pub(crate) offers: u32,
    pub(crate) answers: u32,
}

/// What has arrived of a source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Received {
    pub(crate) frames: u64,
    pub(crate) changes: u64,
    pub(crate) energy: f64,
    /// The colours of both halves of the last frame.
    pub(crate) halves: Option<[[u8; 3]; 2]>,
}

impl Status {
    /// The page, once the client knows it.
    pub(crate) fn page(&self) -> Result<&Peer> {
        self.peers.first().context("it knows nobody")
    }

    /// The negotiation with the page.
    pub(crate) fn counts(&self) -> Result<Counts> {
        self.page()?.counts.context("it has no connection")
    }
}

/// The client.
pub(crate) struct NativeClient {
    process: RefCell<Process>,
    input: RefCell<ChildStdin>,
    output: Output,
}

impl NativeClient {
    /// Starts it in the lobby of the room of a link.
    pub(crate) async fn start(
        stage: &Stage,
        server: &Server,
        link: &str,
        role: Role,
    ) -> Result<Self> {
        let fragment = link.rsplit('#').next().context("a link has a secret")?;
        let address = format!("ws://{}/signal", server.address());
        let mut command = python()?;
        command.args(["-m", "peer", &address, fragment, NAME, &role.to_string()]);
        let output = stage.log("native client");
        let (process, input) = Process::start_with_input(&mut command, &output)?;
        let (process, input) = (RefCell::new(process), RefCell::new(input));
        let client = Self { process, input, output };
        client.comes_to("be in the room", |status| Ok(status.online)).await?;
        Ok(client)
    }

    /// Tells it to do something; returns how it stands then.
    pub(crate) async fn command(&self, command: &str) -> Result<Status> {
        let before = self.replies().len();
        let written = writeln!(self.input.borrow_mut(), "{command}");
        until(format_args!("{NAME} to `{command}`"), async || {
            self.process.borrow_mut().check()?;
            let replies = self.replies();
            let reply = replies.get(before).context("no reply")?;
            Ok(serde_json::from_str(reply)?)
        })
        .await
        .and_then(|status| written.map(|()| status).map_err(Into::into))
    }

    /// Waits until it stands as `check` wants it.
    pub(crate) async fn comes_to(
        &self,
        what: &str,
        check: impl Fn(&Status) -> Result<bool>,
    ) -> Result<Status> {
        until(format_args!("{NAME} to {what}"), async || {
            let status = self.command("status").await?;
            let holds = check(&status).with_context(|| format!("{status:?}"))?;
            ensure!(holds, "{status:?}");
            Ok(status)
        })
        .await
    }

    /// Waits until new video and new audio of the page have arrived.
    pub(crate) async fn sees_and_hears(&self) -> Result<()> {
        let start = self.command("status").await?.page()?.received.clone();
        self.comes_to("see and hear the page", |status| {
            let now = &status.page()?.received;
            let moves = now.camera.changes >= start.camera.changes + CHANGES;
            let is_audible = now.microphone.energy > start.microphone.energy + AUDIBLE;
            Ok(moves && is_audible && now.camera.frames > start.camera.frames)
        })
        .await
        .map(drop)
    }

    /// Waits until both halves of the page's screen have these colours.
    pub(crate) async fn sees_screen(&self, left: Colour, right: Colour) -> Result<()> {
        self.comes_to(&format!("see {left:?} beside {right:?}"), |status| {
            let halves = status.page()?.received.screen.halves.context("there is no screen")?;
            Ok(halves.map(Colour::of) == [Some(left), Some(right)])
        })
        .await
        .map(drop)
    }

    fn replies(&self) -> Vec<String> {
        let lines = self.output.lines();
        lines.iter().filter(|line| line.starts_with("{\"online\"")).cloned().collect()
    }
}

/// Python, where the client lies.
pub(crate) fn python() -> Result<Command> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../native");
    let mut command = Command::new(programs::python()?);
    // No folder of compiled files in the checkout.
    command.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// The page and the client see and hear each other.
pub(crate) async fn talk(page: &Page, client: &NativeClient) -> Result<()> {
    page.camera_of(NAME).moves().await?;
    page.camera_of(NAME).is_heard().await?;
    client.sees_and_hears().await
}

/// A page that is in the call, and a client that has joined it.
pub(crate) async fn call(
    stage: &Stage,
    server: &Server,
    role: Role,
) -> Result<(Page, NativeClient)> {
    let ada = stage.person("Ada").await?;
    let link = crate::scenes::begin(&ada, &server.page()).await?;
    let client = NativeClient::start(stage, server, &link, role).await?;
    client.command("join").await?;
    Ok((ada, client))
}
