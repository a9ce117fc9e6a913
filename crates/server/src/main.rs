//! The command-line interface: flags, listener, operating-system signals and logging.

mod embedded;

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;
use tincan_server::{
    Config, IceServerError, Origin, PageSource, Server, Turn, TurnSecret, TurnTtl,
    parse_ice_server, parse_turn_url,
};
use tokio::net::TcpListener;
use tracing::info;
use tracing_subscriber::EnvFilter;

/// The signaling server of Tincan, a private video call in a link.
///
/// It serves `/signal` (the WebSocket of the pages), `/healthz`, and the built page: that in `--dist`,
/// or else that inside the program, if it was compiled with one. The log goes to stderr; `RUST_LOG=tincan_server=debug` also logs every connection, by a
/// number.
#[derive(Debug, Parser)]
#[command(version)]
struct Flags {
    /// The address to listen on; port 0 selects a free port. The bound address is printed to stdout
    /// as `listening on http://ADDRESS`.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// The directory of the built page, in place of the page inside the program.
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,

    /// A STUN or TURN server for the pages. May be repeated. TURN needs a user and a password:
    /// `turn:host:3478?transport=udp,user,password`. The text is split at its first two commas.
    ///
    /// Other users of the machine can see a command line, so pass passwords in the environment,
    /// where several servers are separated by spaces.
    #[arg(
        long = "ice-server",
        value_name = "URL[,USER,PASSWORD]",
        env = "TINCAN_ICE_SERVERS",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    ice_servers: Vec<String>,

    /// A TURN server that shares a secret with this server, like `turn:host:3478?transport=udp`.
    /// May be repeated. Each connection gets its own expiring credentials, and new ones before they
    /// expire.
    ///
    /// This is the convention of coturn's `use-auth-secret`: the user is the expiry time and a
    /// random id, and the password is the user signed with the secret. In the environment, several
    /// servers are separated by spaces.
    #[arg(
        long = "turn",
        value_name = "URL",
        env = "TINCAN_TURN",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    turn_urls: Vec<String>,

    /// The file with the secret of the `--turn` servers, on one line. It must not be
    /// world-readable.
    #[arg(long, value_name = "FILE", env = "TINCAN_TURN_SECRET_FILE", hide_env_values = true)]
    turn_secret: Option<PathBuf>,

    /// The lifetime of TURN credentials, from 10s to 24h; 10m by default.
    #[arg(long, value_name = "TIME", env = "TINCAN_TURN_TTL")]
    turn_ttl: Option<TurnTtl>,

    /// The origin of a page that may open the socket, like `https://call.example`. May be repeated.
    /// The host may be in Unicode. Without this flag any page may: the server uses no cookies, and
    /// a room can be found only by its link.
    #[arg(long = "allowed-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<Origin>,

    /// The maximum number of simultaneous connections; further ones wait.
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
        page: flags.dist.map(PageSource::Folder).or_else(embedded::page),
        ice_servers: parse_all(&flags.ice_servers, "--ice-server", parse_ice_server)?,
        turn,
        allowed_origins: flags.allowed_origins,
        max_connections: flags.max_connections,
        ..Config::default()
    })?;
    let listener = TcpListener::bind(flags.listen)
        .await
        .with_context(|| format!("cannot listen on {}", flags.listen))?;
    let shutdown = shutdown_signal().context("cannot listen for signals")?;
    announce(listener.local_addr().context("the listener has no address")?);

    server.run(listener, shutdown).await;
    info!("stopped");
    Ok(())
}

/// Parses the values of a flag. clap does not do this, since its errors quote the invalid value,
/// which may contain a password.
fn parse_all<T>(
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

/// Evaluates the `--turn` flags. Errors never quote a value, as in `parse_all`.
fn turn(flags: &Flags) -> anyhow::Result<Option<Turn>> {
    let urls = parse_all(&flags.turn_urls, "--turn", parse_turn_url)?;
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
    getrandom::fill(&mut seed).context("the system provides no random bytes")?;
    Ok(Some(Turn::new(urls, secret, flags.turn_ttl.unwrap_or_default(), seed)))
}

/// Prints the bound address to stdout. It does not matter if nobody reads it.
fn announce(address: SocketAddr) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
}

/// Returns a future that completes on Ctrl-C or SIGTERM. From now on these signals no longer kill
/// the process.
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

/// Returns a future that completes on Ctrl-C.
#[cfg(not(unix))]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without Ctrl-C the process can still be killed by other means.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
