//! The secret that a TURN server shares with this one.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use thiserror::Error;

/// The most bytes of a secret; more is a file that was named by mistake.
const MAX_SECRET_BYTES: u64 = 1024;

/// Signs the names of TURN users: `static-auth-secret` in the configuration of coturn. It is never
/// shown, and only what HMAC makes of it stays in memory.
#[derive(Clone)]
pub struct TurnSecret(Hmac<Sha1>);

/// Why there is no secret. It repeats neither the secret nor the path of its file, for which the
/// secret itself may have been given.
#[derive(Debug, Error)]
pub enum TurnSecretError {
    /// The system does not give the file.
    #[error("the file can not be read (the path of a file is wanted, not the secret)")]
    Unreadable(#[source] io::Error),
    /// The file's mode gives it to everybody, or lets others change it.
    #[error("others may read or change the file: `chmod 600` or 640 and the right owner mend that")]
    Exposed,
    /// Nothing but space.
    #[error("the file is empty")]
    Empty,
    /// More than one line.
    #[error("the file has more than one line")]
    Lines,
    /// Larger than any secret.
    #[error("the file is larger than 1024 bytes")]
    TooLong,
}

impl TurnSecret {
    /// Reads the secret from a file of one line.
    ///
    /// # Errors
    /// If the file is not there, not private, or holds no secret.
    pub fn read(path: &Path) -> Result<Self, TurnSecretError> {
        let file = File::open(path).map_err(TurnSecretError::Unreadable)?;
        check_mode(&file)?;
        let mut bytes = Vec::new();
        file.take(MAX_SECRET_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(TurnSecretError::Unreadable)?;
        if bytes.len() as u64 > MAX_SECRET_BYTES {
            return Err(TurnSecretError::TooLong);
        }
        Self::new(&bytes)
    }

    /// Takes one line, with or without its end.
    ///
    /// # Errors
    /// If that is no line, or an empty one.
    pub fn new(line: &[u8]) -> Result<Self, TurnSecretError> {
        let secret = line.strip_suffix(b"\n").unwrap_or(line);
        let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
        if secret.trim_ascii().is_empty() {
            return Err(TurnSecretError::Empty);
        }
        if secret.contains(&b'\n') {
            return Err(TurnSecretError::Lines);
        }
        // HMAC takes a key of any length, so this is never an error.
        Hmac::new_from_slice(secret).map(Self).map_err(|_| TurnSecretError::TooLong)
    }

    /// The password of a user.
    pub(crate) fn sign(&self, username: &str) -> String {
        let code = self.0.clone().chain_update(username).finalize();
        Base64::encode_string(&code.into_bytes())
    }
}

impl fmt::Debug for TurnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TurnSecret(…)")
    }
}

/// The group may read: that is how a file is shared with the TURN server, and what the mode of a
/// file with an access list looks like, as systemd makes them.
#[cfg(unix)]
fn check_mode(file: &File) -> Result<(), TurnSecretError> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = file.metadata().map_err(TurnSecretError::Unreadable)?.permissions().mode();
    if mode & 0o027 == 0 { Ok(()) } else { Err(TurnSecretError::Exposed) }
}

#[cfg(not(unix))]
fn check_mode(_file: &File) -> Result<(), TurnSecretError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_what_coturn_expects() {
        for (secret, username, password) in [
            ("north", "1700000000:ada", "ndZ88ryT1whVxdkcRLepT9D1MpM="),
            ("n\u{f6}rd\n", "1700000600:AAECAwQFBgcICQoL", "6ibx93d+/3MTSSRcTrTCBRmyFqM="),
        ] {
            let secret = TurnSecret::new(secret.as_bytes()).unwrap();
            assert_eq!(secret.sign(username), password);
        }
    }

    #[test]
    fn the_end_of_the_line_is_no_part_of_it() {
        let plain = TurnSecret::new(b" north ").unwrap().sign("user");
        for line in [&b" north \n"[..], b" north \r\n"] {
            assert_eq!(TurnSecret::new(line).unwrap().sign("user"), plain);
        }
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for line in [&b""[..], b"\n", b"\r\n", b" \t\n"] {
            assert!(matches!(TurnSecret::new(line), Err(TurnSecretError::Empty)));
        }
        for line in [&b"north\n\n"[..], b"north\nsouth", b"\nnorth"] {
            assert!(matches!(TurnSecret::new(line), Err(TurnSecretError::Lines)));
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", TurnSecret::new(b"north").unwrap()), "TurnSecret(…)");
    }
}
