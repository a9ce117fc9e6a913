//! The command: flags, the listener, signals of the system, the log.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;
use tincan_server::{
    Config, IceServerError, Origin, Server, Turn, TurnSecret, TurnTtl, parse_ice_server,
    parse_turn_url,
};
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

    /// A TURN server that shares a secret with this one, like `turn:host:3478?transport=udp`; as
    /// often as needed. Each connection gets credentials of its own for it, which end, and new ones
    /// before that.
    ///
    /// This is the convention of coturn's `use-auth-secret`: the user is the time of the end and a
    /// random id, the password is the user signed with the secret. In the environment, several
    /// servers have spaces between them.
    #[arg(
        long = "turn",
        value_name = "URL",
        env = "TINCAN_TURN",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    turn_urls: Vec<String>,

    /// The file with the secret of the `--turn` servers, in one line. Others may not read it.
    #[arg(long, value_name = "FILE", env = "TINCAN_TURN_SECRET_FILE", hide_env_values = true)]
    turn_secret: Option<PathBuf>,

    /// How long TURN credentials last, from 10s to 24h; 10m if not given.
    #[arg(long, value_name = "TIME", env = "TINCAN_TURN_TTL")]
    turn_ttl: Option<TurnTtl>,

    /// The origin of a page that may open the socket, like `https://call.example`; as often as
    /// needed. A name may be in Unicode. Without the flag any page may: the server knows no
    /// cookies, and a room is found only by its link.
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

    let turn = turn(&flags)?;
    let server = Server::new(Config {
        dist: flags.dist,
        ice_servers: read_all(&flags.ice_servers, "--ice-server", parse_ice_server)?,
        turn,
        allowed_origins: flags.allowed_origins,
        max_connections: flags.max_connections,
        ..Config::default()
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

/// Reads the texts of a flag after clap is done, since clap's errors repeat what they could not read,
/// and this may hold a password.
fn read_all<T>(
    texts: &[String],
    flag: &str,
    read: impl Fn(&str) -> Result<T, IceServerError>,
) -> anyhow::Result<Vec<T>> {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .enumerate()
        .map(|(index, text)| read(text).with_context(|| format!("in {flag} number {}", index + 1)))
        .collect()
}

/// Reads what belongs to `--turn`. As above, no text is repeated.
fn turn(flags: &Flags) -> anyhow::Result<Option<Turn>> {
    let urls = read_all(&flags.turn_urls, "--turn", parse_turn_url)?;
    let secret = match (&flags.turn_secret, urls.is_empty()) {
        (Some(path), false) => TurnSecret::read(path).context("in --turn-secret")?,
        (None, false) => bail!("--turn needs the secret of its servers: --turn-secret FILE"),
        (Some(_), true) => bail!("--turn-secret needs the servers that it is for: --turn URL"),
        (None, true) if flags.turn_ttl.is_some() => {
            bail!("--turn-ttl needs the servers that it is for: --turn URL")
        }
        (None, true) => return Ok(None),
    };
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("the system gives no random bytes")?;
    Ok(Some(Turn::new(urls, secret, flags.turn_ttl.unwrap_or_default(), seed)))
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
