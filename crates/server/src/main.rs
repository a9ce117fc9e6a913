//! The command: flags, the listener, signals of the system, the log.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use tincan_protocol::IceServer;
use tincan_server::{Config, Origin, Server, parse_ice_server};
use tokio::net::TcpListener;
use tracing::info;
use tracing_subscriber::EnvFilter;

/// The signaling server of Tincan, a private video call in a link.
///
/// It serves `/signal` (the WebSocket of the pages), `/healthz`, and the built page if `--dist` is
/// given. The log goes to stderr; `RUST_LOG=tincan_server=debug` shows every connection, by a
/// number.
#[derive(Debug, Parser)]
#[command(version)]
struct Flags {
    /// The address to listen on; port 0 takes a free one. What was bound is printed to stdout as
    /// `listening on http://ADDRESS`.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// The directory of the built page.
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,

    /// A STUN or TURN server for the pages; as often as needed. TURN needs a user and a password:
    /// `turn:host:3478?transport=udp,user,password`. The text is split at its first two commas.
    ///
    /// Other users of the machine can read a command line: better give passwords by the
    /// environment, several servers with spaces between them.
    #[arg(
        long = "ice-server",
        value_name = "URL[,USER,PASSWORD]",
        env = "TINCAN_ICE_SERVERS",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    ice_servers: Vec<String>,

    /// The origin of a page that may open the socket, like `https://call.example`; as often as
    /// needed. Without it any page may: the server knows no cookies, and a room is found only by
    /// its link.
    #[arg(long = "allowed-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<Origin>,

    /// The most connections at one time; further ones wait.
    #[arg(long, value_name = "COUNT", default_value_t = Config::MAX_CONNECTIONS)]
    max_connections: NonZeroU32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();

    let server = Server::new(Config {
        dist: flags.dist,
        ice_servers: ice_servers(&flags.ice_servers)?,
        allowed_origins: flags.allowed_origins,
        max_connections: flags.max_connections,
    })?;
    let listener = TcpListener::bind(flags.listen)
        .await
        .with_context(|| format!("can not listen on {}", flags.listen))?;
    let shutdown = shutdown_signal().context("can not listen for signals")?;
    announce(listener.local_addr().context("the listener has no address")?);

    server.run(listener, shutdown).await;
    info!("stopped");
    Ok(())
}

/// Reads the servers after clap is done, since clap's errors repeat what they could not read, and
/// this may hold a password.
fn ice_servers(texts: &[String]) -> anyhow::Result<Vec<IceServer>> {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .enumerate()
        .map(|(index, text)| {
            parse_ice_server(text).with_context(|| format!("in --ice-server number {}", index + 1))
        })
        .collect()
}

/// Tells whoever started this process where it listens. If nobody reads it, so be it.
fn announce(address: SocketAddr) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
}

/// Ready at Ctrl-C or SIGTERM. From the call on the signals no longer kill the process.
#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at Ctrl-C.
#[cfg(not(unix))]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without Ctrl-C there is still the system's own way to end a process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
