//! The data channel of one file: what to send, what to store, and where to go on. Pure, as all of
//! this crate; the bytes themselves stay with the browser.
//!
//! The receiver wants the file from a piece on. The sender sends each piece with its digest, a
//! window of pieces ahead of what the receiver has: see
//! [`FileMessage`](tincan_protocol::FileMessage).

mod receiving;
mod sending;
#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};
use tincan_protocol::{FILE_PIECE_BYTES, FileDigest};

pub use receiving::{FileOutcome, FileReceiver, ReceiverStep};
pub use sending::{FileSender, SenderStep};

/// Returns the number of pieces of a file of this size in bytes.
pub const fn piece_count(size: u64) -> u64 {
    size.div_ceil(FILE_PIECE_BYTES)
}

/// Returns where a piece begins and ends in a file of this size, in bytes from its start.
pub fn piece_range(piece: u64, size: u64) -> (u64, u64) {
    let start = piece.saturating_mul(FILE_PIECE_BYTES).min(size);
    (start, start.saturating_add(FILE_PIECE_BYTES).min(size))
}

/// The digests of the pieces of a file from its start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Digests(Vec<FileDigest>);

impl Digests {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Returns the digest of all of them.
    fn root(&self) -> FileDigest {
        let mut hasher = Sha256::new();
        for digest in &self.0 {
            hasher.update(digest.0);
        }
        FileDigest(hasher.finalize().into())
    }
}
