//! Expiring TURN credentials, by the convention of `draft-uberti-behave-turn-rest-00`: the user
//! name starts with the expiry time, and the password is the user name signed with a secret that
//! the TURN server has, too. So that server can verify both without knowing the user.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use tincan_protocol::IceServer;

use crate::turn_secret::TurnSecret;
use crate::turn_ttl::TurnTtl;

/// TURN servers that share a secret with this server.
#[derive(Clone)]
pub struct Turn {
    urls: Vec<String>,
    secret: TurnSecret,
    ttl: TurnTtl,
    seed: [u8; 32],
    clock: fn() -> SystemTime,
}

/// The credentials of one connection.
pub(crate) struct Minted {
    pub(crate) server: IceServer,
    /// The seconds for which the credentials are valid, at least.
    pub(crate) expires_in: u32,
    /// The delay until new credentials are generated.
    pub(crate) renew_after: Duration,
}

impl Turn {
    /// Makes a generator of credentials for these URLs. The seed is random and differs per process.
    pub fn new(urls: Vec<String>, secret: TurnSecret, ttl: TurnTtl, seed: [u8; 32]) -> Self {
        Self { urls, secret, ttl, seed, clock: SystemTime::now }
    }

    /// Replaces the system clock.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> SystemTime) -> Self {
        Self { clock, ..self }
    }

    /// Generates credentials that are valid from now on.
    ///
    /// The user id is a hash of the connection's number and the seed: it does not reveal the
    /// person, the room, or other connections of the same person. All credentials of one connection
    /// have the same id, so that a TURN server can limit the resources of one user.
    pub(crate) fn mint(&self, connection: u64) -> Minted {
        let hash = Sha256::new()
            .chain_update(b"tincan turn user v1")
            .chain_update(self.seed)
            .chain_update(connection.to_be_bytes())
            .finalize();
        let id = Base64UrlUnpadded::encode_string(&hash[..12]);
        let username = format!("{}:{id}", self.expiry());
        let credential = self.secret.sign(&username);
        Minted {
            server: IceServer {
                urls: self.urls.clone(),
                username: Some(username),
                credential: Some(credential),
            },
            expires_in: self.ttl.seconds(),
            renew_after: renew_after(self.ttl, u16::from_be_bytes([hash[12], hash[13]])),
        }
    }

    /// Returns the expiry of credentials made now, in Unix time. Rounded up, so that they do not
    /// expire before `expires_in`.
    fn expiry(&self) -> u64 {
        // A clock before 1970 yields expired credentials, which are useless but harmless.
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let second = now.as_secs().saturating_add(u64::from(now.subsec_nanos() > 0));
        second.saturating_add(self.ttl.seconds().into())
    }
}

/// Returns half of the lifetime, less a jitter of up to a quarter of that, so that pages that all
/// reconnected after a restart spread out.
fn renew_after(ttl: TurnTtl, jitter: u16) -> Duration {
    let parts = (4 << 16) - u32::from(jitter);
    Duration::from(ttl) * parts / (8 << 16)
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("urls", &self.urls.len())
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn turn(seed: u8, clock: fn() -> SystemTime) -> Turn {
        let secret = TurnSecret::new(b"north").unwrap();
        let urls = vec!["turn:a.example".to_owned(), "turns:a.example".to_owned()];
        Turn::new(urls, secret, TurnTtl::default(), [seed; 32]).with_clock(clock)
    }

    fn username(turn: &Turn, connection: u64) -> String {
        turn.mint(connection).server.username.unwrap()
    }

    #[test]
    fn one_server_with_all_urls() {
        let minted = turn(7, || UNIX_EPOCH + Duration::from_secs(1_700_000_000)).mint(5);
        assert_eq!(minted.server.urls, ["turn:a.example", "turns:a.example"]);
        assert_eq!(minted.server.username.as_deref(), Some("1700000600:GfuCAC7G1nYDylmT"));
        assert_eq!(minted.server.credential.as_deref(), Some("JgFhUPHchSsn3HE/kKch/mmlCRg="));
        assert_eq!(minted.expires_in, 600);
    }

    #[test]
    fn credentials_never_expire_before_the_announced_time() {
        let cases: [(fn() -> SystemTime, u64); 4] = [
            (|| UNIX_EPOCH + Duration::from_secs(1000), 1600),
            (|| UNIX_EPOCH + Duration::from_nanos(1_000_000_000_001), 1601),
            (|| UNIX_EPOCH + Duration::from_millis(1_000_999), 1601),
            (|| UNIX_EPOCH - Duration::from_secs(1), 600),
        ];
        for (clock, expiry) in cases {
            let name = username(&turn(7, clock), 5);
            assert_eq!(name.split_once(':').unwrap().0, expiry.to_string());
        }
    }

    #[test]
    fn a_user_is_one_connection_of_one_process() {
        let clock = || UNIX_EPOCH;
        let (one, other) = (turn(1, clock), turn(2, clock));
        assert_eq!(username(&one, 5), username(&one, 5));
        let names: BTreeSet<_> =
            (0..100).flat_map(|n| [username(&one, n), username(&other, n)]).collect();
        assert_eq!(names.len(), 200);
        assert!(names.iter().all(|name| name.len() == "600:".len() + 16));
    }

    #[test]
    fn renewals_spread_from_three_eighths_to_a_half() {
        let ttl = TurnTtl::default();
        assert_eq!(renew_after(ttl, 0), Duration::from_mins(5));
        assert_eq!(renew_after(ttl, 1 << 15), Duration::from_millis(262_500));
        assert!(renew_after(ttl, u16::MAX) > Duration::from_secs(225));
        let longest = "24h".parse().unwrap();
        assert!(renew_after(longest, u16::MAX) > Duration::from_hours(9));

        let turn = turn(1, || UNIX_EPOCH);
        let seconds: BTreeSet<_> = (0..100).map(|n| turn.mint(n).renew_after.as_secs()).collect();
        assert!(seconds.len() > 50, "{seconds:?}");
    }

    #[test]
    fn debug_output_contains_no_secret() {
        let text = format!("{:?}", turn(7, || UNIX_EPOCH));
        assert_eq!(text, "Turn { urls: 2, ttl: TurnTtl(600), .. }");
    }
}
