//! TURN credentials that end, by the convention of `draft-uberti-behave-turn-rest-00`: the user's
//! name begins with the time of the end, and the password is the name signed with a secret that
//! the TURN server has, too. So it can check both without having heard of the user.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use tincan_protocol::IceServer;

use crate::turn_secret::TurnSecret;
use crate::turn_ttl::TurnTtl;

/// TURN servers that share a secret with this one.
#[derive(Clone)]
pub struct Turn {
    urls: Vec<String>,
    secret: TurnSecret,
    ttl: TurnTtl,
    seed: [u8; 32],
    clock: fn() -> SystemTime,
}

/// Credentials of one connection.
pub(crate) struct Minted {
    pub(crate) server: IceServer,
    /// The seconds for which they are good, at least.
    pub(crate) expires_in: u32,
    /// How long to wait until the next ones are made.
    pub(crate) renew_after: Duration,
}

impl Turn {
    /// Makes credentials for these URLs. The seed is random, and another one in each process.
    pub fn new(urls: Vec<String>, secret: TurnSecret, ttl: TurnTtl, seed: [u8; 32]) -> Self {
        Self { urls, secret, ttl, seed, clock: SystemTime::now }
    }

    /// Reads the time of day from another clock than the system's.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> SystemTime) -> Self {
        Self { clock, ..self }
    }

    /// Makes credentials that begin now.
    ///
    /// The user has a hash of the connection's number and the seed for its id: nobody can tell from
    /// it the person, the room, or what other connection belongs to them. All credentials of one
    /// connection have the same id, so that a TURN server can limit what one user takes.
    pub(crate) fn mint(&self, connection: u64) -> Minted {
        let hash = Sha256::new()
            .chain_update(b"tincan turn user v1")
            .chain_update(self.seed)
            .chain_update(connection.to_be_bytes())
            .finalize();
        let id = Base64UrlUnpadded::encode_string(&hash[..12]);
        let username = format!("{}:{id}", self.end());
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

    /// When credentials of now end, in Unix time. Rounded up, or they would end before they say.
    fn end(&self) -> u64 {
        // A clock that stands before 1970 makes credentials that are of no use, and no other harm.
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let second = now.as_secs().saturating_add(u64::from(now.subsec_nanos() > 0));
        second.saturating_add(self.ttl.seconds().into())
    }
}

/// Half of the time, less up to a quarter of that: pages that all came back at once, after
/// a restart, spread out.
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
    fn the_end_is_never_before_it_is_said_to_be() {
        let cases: [(fn() -> SystemTime, u64); 4] = [
            (|| UNIX_EPOCH + Duration::from_secs(1000), 1600),
            (|| UNIX_EPOCH + Duration::from_nanos(1_000_000_000_001), 1601),
            (|| UNIX_EPOCH + Duration::from_millis(1_000_999), 1601),
            (|| UNIX_EPOCH - Duration::from_secs(1), 600),
        ];
        for (clock, end) in cases {
            let name = username(&turn(7, clock), 5);
            assert_eq!(name.split_once(':').unwrap().0, end.to_string());
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
    fn nothing_secret_is_printed() {
        let text = format!("{:?}", turn(7, || UNIX_EPOCH));
        assert_eq!(text, "Turn { urls: 2, ttl: TurnTtl(600), .. }");
    }
}
