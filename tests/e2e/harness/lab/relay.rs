//! coturn as it is, and as the server names it to pages.

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::internet::{OTHER_STUN_PORT, STUN_PORT, address};

/// The port of coturn for TLS.
const TLS_PORT: u16 = 5349;

const NAME: &str = "tincan.test";
const USER: &str = "tincan";
const SECRET: &str = "a-secret-of-the-laboratory";
const OTHER_SECRET: &str = "another-secret-of-the-laboratory";

/// The difference between the clocks of coturn and of a server that is late.
const LATE: Duration = Duration::from_hours(1);

/// The way in which pages authenticate with coturn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// A password that does not expire.
    Password,
    /// Credentials from the server, which expire after this time.
    Minted(Duration),
    /// Credentials from a server with another secret than coturn's.
    OtherSecret,
    /// Credentials from a server whose clock is an hour late, so that they have expired.
    LateClock,
}

/// A transport between a page and coturn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS, with a certificate that no browser trusts.
    Tls,
}

/// The relay of a lab.
#[derive(Debug, Clone, Copy)]
pub struct Relay {
    /// The way to authenticate.
    pub credentials: Credentials,
    /// The transports that pages are told of.
    pub transports: &'static [Transport],
}

impl From<Credentials> for Relay {
    fn from(credentials: Credentials) -> Self {
        Self { credentials, transports: &[Transport::Udp, Transport::Tcp] }
    }
}

impl Relay {
    /// Writes the files that the server and coturn read.
    pub(super) fn write_files(self, folder: &Path) -> Result<()> {
        let secret = folder.join("secret");
        fs::write(&secret, SECRET)?;
        // The server rejects a secret that others can read.
        fs::set_permissions(&secret, Permissions::from_mode(0o600))?;
        if self.has_tls() {
            let made = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
            fs::write(folder.join("cert.pem"), made.cert.pem())?;
            fs::write(folder.join("key.pem"), made.signing_key.serialize_pem())?;
        }
        Ok(())
    }

    /// Adds the arguments of coturn.
    pub(super) fn configure(self, command: &mut Command, folder: &Path) {
        command.args(["-n", "--no-cli", "--no-dtls", "--no-multicast-peers"]);
        command.args(["--log-file=stdout", "--fingerprint", &format!("--realm={NAME}")]);
        command.arg(format!("--listening-port={STUN_PORT}"));
        for is_ipv6 in [false, true] {
            let [first, second] = [0, 1].map(|number| address(number, is_ipv6));
            command.arg(format!("--listening-ip={first}")).arg(format!("--listening-ip={second}"));
            command.arg(format!("--aux-server={}", SocketAddr::from((first, OTHER_STUN_PORT))));
            command.arg(format!("--relay-ip={first}"));
        }
        match self.credentials {
            Credentials::Password => {
                command.args(["--lt-cred-mech", &format!("--user={USER}:{SECRET}")]);
            }
            Credentials::Minted(_) | Credentials::LateClock => {
                command.args(["--use-auth-secret", &format!("--static-auth-secret={SECRET}")]);
            }
            Credentials::OtherSecret => {
                let secret = format!("--static-auth-secret={OTHER_SECRET}");
                command.args(["--use-auth-secret", &secret]);
            }
        }
        if self.has_tls() {
            command.arg(format!("--tls-listening-port={TLS_PORT}"));
            command.arg("--cert").arg(folder.join("cert.pem"));
            command.arg("--pkey").arg(folder.join("key.pem"));
        } else {
            command.arg("--no-tls");
        }
        command.arg("--userdb").arg(folder.join("users"));
        command.arg("--pidfile").arg(folder.join("pid"));
        command.current_dir(folder);
    }

    /// Adds the flags that tell the server about coturn.
    pub(super) fn name(self, command: &mut Command, folder: &Path) -> Result<()> {
        command.args(["--ice-server", &format!("stun:{NAME}:{STUN_PORT}")]);
        let urls = self.transports.iter().map(|transport| match transport {
            Transport::Udp => format!("turn:{NAME}:{STUN_PORT}?transport=udp"),
            Transport::Tcp => format!("turn:{NAME}:{STUN_PORT}?transport=tcp"),
            Transport::Tls => format!("turns:{NAME}:{TLS_PORT}?transport=tcp"),
        });
        let (user, password) = match self.credentials {
            Credentials::Password => (USER.to_owned(), SECRET.to_owned()),
            Credentials::LateClock => late_credentials()?,
            Credentials::Minted(_) | Credentials::OtherSecret => {
                for url in urls {
                    command.args(["--turn", &url]);
                }
                command.arg("--turn-secret").arg(folder.join("secret"));
                if let Credentials::Minted(ttl) = self.credentials {
                    command.args(["--turn-ttl", &format!("{}s", ttl.as_secs())]);
                }
                return Ok(());
            }
        };
        for url in urls {
            command.args(["--ice-server", &format!("{url},{user},{password}")]);
        }
        Ok(())
    }

    fn has_tls(self) -> bool {
        self.transports.contains(&Transport::Tls)
    }
}

/// Returns what a server mints whose clock is late, for ten minutes from its now.
fn late_credentials() -> Result<(String, String)> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let end = (now + Duration::from_mins(10)).saturating_sub(LATE);
    let user = format!("{}:laboratory", end.as_secs());
    let mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes())?.chain_update(&user);
    Ok((user, Base64::encode_string(&mac.finalize().into_bytes())))
}
