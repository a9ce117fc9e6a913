//! The Python client, which is controlled by commands and reports its status.

use std::cell::RefCell;
use std::fmt;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::{ChildStdin, Command};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::harness::process::{Output, Process};
use crate::harness::{Colour, Page, Server, Stage, programs, until};

/// The name of the client's person. It is not ASCII, and the client's encoders write it in several
/// ways.
pub(crate) const NAME: &str = "Zo\u{eb} \u{1f98a}";

/// An energy far below that of a beep and far above that of silence.
const AUDIBLE: f64 = 1e-4;

/// The number of changes after which a video counts as moving.
const CHANGES: u64 = 4;

/// The client's role in the negotiation with every page.
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

/// The status of the client.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Status {
    pub(crate) online: bool,
    /// The number of times that it joined the room.
    pub(crate) joined: u32,
    pub(crate) refusals: Vec<String>,
    pub(crate) in_call: bool,
    pub(crate) rung_by: Vec<String>,
    pub(crate) ring: Ring,
    /// The number of messages of features that it sent each way.
    pub(crate) sent: Sent,
    pub(crate) files: Files,
    pub(crate) peers: Vec<Peer>,
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ring {
    pub(crate) rings: bool,
    pub(crate) results: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Sent {
    pub(crate) channel: u32,
    pub(crate) server: u32,
}

/// The files of the client.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Files {
    pub(crate) sent: Vec<File>,
    pub(crate) received: Vec<File>,
}

/// A file that the client has offered, or that it receives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct File {
    pub(crate) name: String,
    /// The receiver's answer, once there is one.
    pub(crate) answer: Option<String>,
    /// The SHA-256 digest of its bytes, in base64url.
    pub(crate) digest: String,
}

/// The heights at which a page shows the client's videos, and the route of that message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Viewport {
    pub(crate) camera: u32,
    pub(crate) way: String,
}

/// The client's knowledge of a page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Peer {
    pub(crate) state: Option<PeerState>,
    pub(crate) connection: Option<String>,
    pub(crate) polite: Option<bool>,
    pub(crate) counts: Option<Counts>,
    pub(crate) viewport: Option<Viewport>,
    pub(crate) received: Sources<Received>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PeerState {
    pub(crate) in_call: bool,
    pub(crate) sources: Sources<String>,
}

/// A value for each source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sources<T> {
    pub(crate) microphone: T,
    pub(crate) camera: T,
    pub(crate) screen: T,
}

/// The counters of the negotiation.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counts {
    pub(crate) connections: u32,
    /// The number of ICE restarts by the page.
    pub(crate) restarts: u32,
    pub(crate) offers: u32,
    pub(crate) answers: u32,
}

/// The received media of a source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Received {
    pub(crate) frames: u64,
    pub(crate) changes: u64,
    pub(crate) energy: f64,
    /// The colours of both halves of the last frame.
    pub(crate) halves: Option<[[u8; 3]; 2]>,
    /// The height of the last frame.
    pub(crate) height: Option<u32>,
}

impl Status {
    /// Returns the page, once the client knows it.
    pub(crate) fn page(&self) -> Result<&Peer> {
        self.peers.first().context("it knows nobody")
    }

    /// Returns the counters of the negotiation with the page.
    pub(crate) fn counts(&self) -> Result<Counts> {
        self.page()?.counts.context("it has no connection")
    }
}

/// A running client.
pub(crate) struct NativeClient {
    process: RefCell<Process>,
    input: RefCell<ChildStdin>,
    output: Output,
}

impl NativeClient {
    /// Starts the client in the lobby of a link's room.
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

    /// Sends a command. Returns the status after it.
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

    /// Waits until the status satisfies `check`.
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

    /// Waits until the page's camera is at most, or at least, so tall.
    pub(crate) async fn sees_camera(&self, heights: RangeInclusive<u32>) -> Result<Status> {
        self.comes_to(&format!("see a camera of {heights:?} lines"), |status| {
            let height = status.page()?.received.camera.height.context("there is no camera")?;
            Ok(heights.contains(&height))
        })
        .await
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

/// Returns Python, in the folder of the client.
pub(crate) fn python() -> Result<Command> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../native");
    let mut command = Command::new(programs::python()?);
    // No folder of compiled files in the checkout.
    command.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// Waits until the page and the client see and hear each other.
pub(crate) async fn talk(page: &Page, client: &NativeClient) -> Result<()> {
    page.camera_of(NAME).moves().await?;
    page.camera_of(NAME).is_heard().await?;
    client.sees_and_hears().await
}

/// Starts a call between a page and a client, in this order.
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
