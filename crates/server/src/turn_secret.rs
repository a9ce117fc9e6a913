//! The secret that a TURN server shares with this server.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use thiserror::Error;

/// The maximum size of a secret. A larger file was named by mistake.
const MAX_SECRET_BYTES: u64 = 1024;

/// The key that signs the names of TURN users: `static-auth-secret` in coturn's configuration. It
/// is never printed, and only the HMAC state derived from it stays in memory.
#[derive(Clone)]
pub struct TurnSecret(Hmac<Sha1>);

/// The reason why there is no secret. It contains neither the secret nor the path of its file,
/// since an operator may have passed the secret as the path.
#[derive(Debug, Error)]
pub enum TurnSecretError {
    /// The file cannot be read.
    #[error("the file cannot be read (expected the path of a file, not the secret)")]
    Unreadable(#[source] io::Error),
    /// Others can read or change the file.
    #[error("others may read or change the file: set its owner, and its mode to 600 or 640")]
    Exposed,
    /// The file contains only whitespace.
    #[error("the file is empty")]
    Empty,
    /// The file has more than one line.
    #[error("the file has more than one line")]
    Lines,
    /// The file is larger than any secret.
    #[error("the file is larger than 1024 bytes")]
    TooLong,
}

impl TurnSecret {
    /// Reads the secret from a file of one line.
    ///
    /// # Errors
    /// If the file does not exist, is not private, or contains no secret.
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

    /// Makes a secret from one line, with or without its newline.
    ///
    /// # Errors
    /// If it is empty or more than one line.
    pub fn new(line: &[u8]) -> Result<Self, TurnSecretError> {
        let secret = line.strip_suffix(b"\n").unwrap_or(line);
        let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
        if secret.trim_ascii().is_empty() {
            return Err(TurnSecretError::Empty);
        }
        if secret.contains(&b'\n') {
            return Err(TurnSecretError::Lines);
        }
        // HMAC accepts keys of any length, so this never fails.
        Hmac::new_from_slice(secret).map(Self).map_err(|_| TurnSecretError::TooLong)
    }

    /// Returns the password of a user.
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

/// Rejects a file that others can read, or that the group or others can write. The group may read:
/// this is how a file is shared with the TURN server, and how the mode of a file with an ACL
/// appears, as systemd creates them.
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
    fn passwords_match_those_of_coturn() {
        for (secret, username, password) in [
            ("north", "1700000000:ada", "ndZ88ryT1whVxdkcRLepT9D1MpM="),
            ("n\u{f6}rd\n", "1700000600:AAECAwQFBgcICQoL", "6ibx93d+/3MTSSRcTrTCBRmyFqM="),
        ] {
            let secret = TurnSecret::new(secret.as_bytes()).unwrap();
            assert_eq!(secret.sign(username), password);
        }
    }

    #[test]
    fn the_newline_is_not_part_of_the_secret() {
        let plain = TurnSecret::new(b" north ").unwrap().sign("user");
        for line in [&b" north \n"[..], b" north \r\n"] {
            assert_eq!(TurnSecret::new(line).unwrap().sign("user"), plain);
        }
    }

    #[test]
    fn texts_other_than_one_line_are_rejected() {
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
