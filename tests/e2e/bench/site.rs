//! The contenders of the figures that are measured in a browser: where their pages are, and how a
//! person gets into a call on them.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_http::services::ServeDir;

use crate::delay;
use crate::harness::process::Process;
use crate::harness::{Page, Server, Stage, port, scenes, until};
use crate::{Order, relay};

/// A page with calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    /// Plain JavaScript with perfect negotiation, and a relay.
    Bare,
    /// PeerJS with its own server.
    PeerJs,
    /// Tincan.
    Tincan,
}

impl Contender {
    /// Returns those that are on this machine, the baseline first.
    pub(crate) fn all(order: &Order) -> Vec<Self> {
        let all = [Self::Bare, Self::PeerJs, Self::Tincan];
        let is_there = |it: &Self| *it != Self::PeerJs || (peers().is_some() && !order.is_quick);
        all.into_iter().filter(is_there).collect()
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare page",
            Self::PeerJs => "PeerJS",
            Self::Tincan => "Tincan",
        }
    }
}

/// Returns the folder of the peers' packages.
pub(crate) fn peers() -> Option<PathBuf> {
    env::var_os("TINCAN_PEERS").map(PathBuf::from)
}

/// The page of a contender and its signaling. Everything runs as long as the stage.
pub(crate) struct Site {
    pub(crate) contender: Contender,
    /// The address of the page.
    page: String,
    /// The address of the signaling, as the page needs it.
    signaling: SocketAddr,
}

impl Site {
    /// Starts the page and its signaling, which is so far away.
    pub(crate) async fn start(
        stage: &Stage,
        contender: Contender,
        one_way: Duration,
    ) -> Result<Self> {
        let signaling = match contender {
            Contender::Bare => {
                let (relay, address) = relay::start(stage).await?;
                stage.keep_running(relay);
                address
            }
            Contender::PeerJs => peer_server(stage).await?.1,
            Contender::Tincan => Server::start(stage).await?.address(),
        };
        let signaling = delay::start(stage, signaling, one_way).await?;
        let page = match contender {
            Contender::Bare => format!("http://{}/bare.html", files(stage).await?),
            Contender::PeerJs => format!("http://{}/peerjs.html", files(stage).await?),
            Contender::Tincan => format!("http://{signaling}/"),
        };
        Ok(Self { contender, page, signaling })
    }

    /// Returns the address of the page with which a call begins.
    pub(crate) fn home(&self) -> String {
        format!("{}#{}", self.page, self.fragment("home")).trim_end_matches('#').to_owned()
    }

    fn fragment(&self, room: &str) -> String {
        match self.contender {
            Contender::Bare => format!("ws://{}/{room}", self.signaling),
            Contender::PeerJs => format!("{}:{room}", self.signaling),
            Contender::Tincan => String::new(),
        }
    }

    /// Opens the page as the first person, who joins the call. Returns the link for the second.
    pub(crate) async fn begin(&self, page: &Page, room: &str) -> Result<String> {
        if self.contender == Contender::Tincan {
            return scenes::begin(page, &self.page).await;
        }
        let fragment = self.fragment(room);
        page.open("about:blank").await?;
        page.open(&format!("{}#{fragment}", self.page)).await?;
        page.click("Join").await?;
        until("the first person to wait", async || {
            let joined = page.run("return 'joined' in document.body.dataset").await?;
            ensure!(joined == true, "not yet");
            Ok(())
        })
        .await?;
        Ok(format!("{}?second#{fragment}", self.page))
    }

    /// Opens the link as the second person, who sees their own camera and has not joined yet.
    pub(crate) async fn wait(&self, page: &Page, link: &str) -> Result<()> {
        page.open("about:blank").await?;
        page.open(link).await?;
        page.offers("Join").await?;
        shows(page, 1).await
    }

    /// Has two people meet in a call, and waits until the second one sees both for a second or so.
    pub(crate) async fn meet(&self, first: &Page, second: &Page, room: &str) -> Result<()> {
        let link = self.begin(first, room).await?;
        self.wait(second, &link).await?;
        second.click("Join").await?;
        shows(second, 2).await
    }
}

/// Waits until a page shows so many videos, for a second or so.
async fn shows(page: &Page, count: usize) -> Result<()> {
    until(format_args!("{page:?} to show {count} videos"), async || {
        let frames = "return [...document.querySelectorAll('video')]\
                      .map((video) => video.getVideoPlaybackQuality().totalVideoFrames)";
        let frames: Vec<u64> = serde_json::from_value(page.run(frames).await?)?;
        ensure!(frames.iter().filter(|it| **it > 20).count() >= count, "{frames:?} frames");
        Ok(())
    })
    .await
}

/// Serves the pages of the bench, and the packages of the peers.
async fn files(stage: &Stage) -> Result<SocketAddr> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/pages");
    let router = Router::new()
        .nest_service("/peers", ServeDir::new(peers().unwrap_or_default()))
        .fallback_service(ServeDir::new(pages));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let mut serving = JoinSet::new();
    serving.spawn(async move { drop(axum::serve(listener, router).await) });
    stage.keep_running(serving);
    Ok(address)
}

/// Starts the server of PeerJS. Returns its process id and its address.
pub(crate) async fn peer_server(stage: &Stage) -> Result<(u32, SocketAddr)> {
    let program = peers().unwrap_or_default().join("peer/dist/bin/peerjs.js");
    let address = SocketAddr::from(([127, 0, 0, 1], port::free()?));
    let mut command = Command::new("node");
    command.arg(program).args(["--host", "127.0.0.1", "--concurrent_limit", "100000"]);
    command.args(["--port", &address.port().to_string()]);
    let mut server = Process::start(&mut command, &stage.log("PeerServer"))?;
    server.listens(address).await?;
    let id = server.id();
    stage.keep_running(server);
    Ok((id, address))
}
