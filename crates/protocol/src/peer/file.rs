//! The data channel of a file.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Serialize, Serializer};

use crate::json::{FieldMissing, Fields, Value, read_from_fields};

/// The SHA-256 digest (FIPS 180-4) of a piece of a file, or of the digests of all its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest(pub [u8; 32]);

impl FileDigest {
    fn read(value: Value<'_>) -> Option<Self> {
        let mut bytes = [0; 32];
        match Base64UrlUnpadded::decode(value.text()?, &mut bytes) {
            Ok(decoded) if decoded.len() == 32 => Some(Self(bytes)),
            Ok(_) | Err(_) => None,
        }
    }
}

impl Serialize for FileDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

/// A text message on the data channel of a file. Binary messages carry the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FileMessage {
    /// The receiver wants the file from this piece on. Everything else is void.
    Want {
        /// The number of the piece, from 0.
        piece: u64,
    },
    /// The receiver has stored this many pieces from the start.
    Have {
        /// Their number.
        pieces: u64,
    },
    /// The binary messages that follow are this piece, in order.
    Piece {
        /// The number of the piece, from 0.
        piece: u64,
        /// The digest of the piece.
        digest: FileDigest,
    },
    /// The sender has sent all pieces.
    End {
        /// The digest of the digests of all pieces, one after the other.
        digest: FileDigest,
    },
}

read_from_fields!(FileMessage);

impl FileMessage {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        let piece = || fields.need("piece", Value::number);
        let digest = || fields.need("digest", FileDigest::read);
        Ok(match fields.need("type", Value::text)?.as_str() {
            "want" => Self::Want { piece: piece()? },
            "have" => Self::Have { pieces: fields.need("pieces", Value::number)? },
            "piece" => Self::Piece { piece: piece()?, digest: digest()? },
            "end" => Self::End { digest: digest()? },
            _ => return Err(FieldMissing),
        })
    }
}
