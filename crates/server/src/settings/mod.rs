//! The settings of an operator: each is a flag, an environment variable, and a key of a TOML file.
//!
//! A flag overrides the variable, the variable overrides the file, and the file overrides the
//! default. clap parses all of them: values in the file become the defaults of their flags.

mod config;
mod file;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};

use crate::{Config, Origin, TurnTtl};

/// The signaling server of Tincan, a private video call in a link.
///
/// It serves `/signal` (the WebSocket of the pages), `/healthz`, and the built page: that in
/// `--dist`, or else that inside the program, if it was compiled with one. The log goes to stderr;
/// `RUST_LOG=tincan_server=debug` also logs every connection, by a number.
// The first paragraph of each setting is its row in README.md. There is no `Debug`, which would
// show passwords.
#[derive(Parser)]
#[command(name = "tincan-server", version)]
#[non_exhaustive]
pub struct Settings {
    /// A TOML file of settings.
    ///
    /// Its keys are the names of the flags without the dashes. What may be repeated is an array.
    /// Flags and environment variables override it.
    #[arg(long, value_name = "FILE", env = "TINCAN_CONFIG")]
    pub config: Option<PathBuf>,

    /// The address to listen on.
    ///
    /// Port 0 selects a free port. The bound address is printed to stdout as
    /// `listening on http://ADDRESS`, or `https://` with a certificate.
    #[arg(long, value_name = "ADDRESS", env = "TINCAN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// HTTPS with a certificate of its own: `self-signed`.
    ///
    /// It is for a local network: browsers warn about the certificate, once it is accepted they
    /// give the page camera and microphone. The certificate is kept in the state directory. Its
    /// fingerprint, and the address of the page as text and as a QR code, are printed to stdout.
    #[arg(long, value_name = "HOW", env = "TINCAN_TLS")]
    pub tls: Option<TlsMode>,

    /// A certificate for HTTPS, in PEM.
    ///
    /// The file has the certificate of the server first, then its chain. Certificate and key are
    /// read again when they change, and upon SIGHUP. A pair that is not usable is not used.
    #[arg(long, value_name = "FILE", env = "TINCAN_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of that certificate, in PEM.
    #[arg(long, value_name = "FILE", env = "TINCAN_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// A folder for what the server keeps.
    ///
    /// Without this setting it is that which systemd names in `STATE_DIRECTORY`, or else `tincan`
    /// in `XDG_STATE_HOME`, or else `.local/state/tincan` in `HOME`.
    #[arg(long, value_name = "DIR", env = "TINCAN_STATE")]
    pub state: Option<PathBuf>,

    /// A second address, for `/metrics` and `/readyz` (none).
    ///
    /// It serves `/metrics` for Prometheus, `/healthz`, and `/readyz`, which fails once the server
    /// shuts down, by plain HTTP. Let only the operator reach it. The bound address is printed to
    /// stdout as `metrics on http://ADDRESS`.
    #[arg(long, value_name = "ADDRESS", env = "TINCAN_METRICS")]
    pub metrics: Option<SocketAddr>,

    /// A folder with the page, in place of the one inside.
    #[arg(long, value_name = "DIR", env = "TINCAN_DIST")]
    pub dist: Option<PathBuf>,

    /// A STUN or TURN server, repeatable.
    ///
    /// TURN needs a user and a password: `turn:host:3478?transport=udp,user,password`. The text is
    /// split at its first two commas.
    ///
    /// Other users of the machine can see a command line, so pass passwords in the environment,
    /// where several servers are separated by spaces, or in the file.
    #[arg(
        long = "ice-server",
        value_name = "URL[,USER,PASSWORD]",
        env = "TINCAN_ICE_SERVERS",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    pub ice_servers: Vec<String>,

    /// A TURN server with expiring credentials, repeatable.
    ///
    /// It shares a secret with this server, and has a URL like `turn:host:3478?transport=udp`. Each
    /// connection gets its own credentials, and new ones before they expire.
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
    pub turn_urls: Vec<String>,

    /// The secret shared with those servers.
    ///
    /// The file has one line. It must not be world-readable.
    #[arg(long, value_name = "FILE", env = "TINCAN_TURN_SECRET_FILE", hide_env_values = true)]
    pub turn_secret: Option<PathBuf>,

    /// The lifetime of such credentials, `10s` to `24h` (`10m`).
    #[arg(long, value_name = "TIME", env = "TINCAN_TURN_TTL")]
    pub turn_ttl: Option<TurnTtl>,

    /// A page that may call, repeatable (any).
    ///
    /// It is the origin of a page that may open the socket, like `https://call.example`. The host
    /// may be in Unicode. Without this setting any page may: the server uses no cookies, and a room
    /// can be found only by its link. In the environment, several are separated by spaces.
    #[arg(
        long = "allowed-origin",
        value_name = "ORIGIN",
        env = "TINCAN_ALLOWED_ORIGINS",
        value_delimiter = ' '
    )]
    pub allowed_origins: Vec<Origin>,

    /// The most connections at once.
    ///
    /// Further ones wait.
    #[arg(
        long,
        value_name = "COUNT",
        env = "TINCAN_MAX_CONNECTIONS",
        default_value_t = Config::MAX_CONNECTIONS
    )]
    pub max_connections: NonZeroU32,
}

impl Settings {
    /// Parses a command line, and reads the environment and the file that they name.
    ///
    /// # Errors
    /// If a setting is unknown or invalid, with a sentence that says so and quotes no password.
    /// This includes the texts of `--help` and `--version`: see [`clap::Error::exit`].
    pub fn parse_from<T: Into<OsString> + Clone>(
        args: impl IntoIterator<Item = T> + Clone,
    ) -> anyhow::Result<Self> {
        let mut command = Self::command();
        let matches = command.clone().try_get_matches_from(args.clone())?;
        let Some(path) = matches.get_one::<PathBuf>("config") else {
            return Ok(Self::from_arg_matches(&matches)?);
        };
        command =
            file::as_defaults(command, path).with_context(|| format!("in {}", path.display()))?;
        Ok(Self::from_arg_matches(&command.try_get_matches_from(args)?)?)
    }
}

/// The ways to HTTPS without certificate files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum TlsMode {
    /// A self-signed certificate for the local network.
    SelfSigned,
}
