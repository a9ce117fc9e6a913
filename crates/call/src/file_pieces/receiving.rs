//! The receiver of a file.

use tincan_protocol::{FILE_WINDOW_PIECES, FileDigest, FileMessage};

use super::{Digests, piece_count, piece_range};

/// The step that follows bytes that have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiverStep {
    /// Nothing is to be done.
    None,
    /// The bytes are part of the piece that is collected.
    Collect,
    /// The bytes complete a piece: compare its digest, and store it, or tell that it
    /// [differs](FileReceiver::on_differs).
    Complete {
        /// The number of the piece.
        piece: u64,
        /// The digest that it must have.
        digest: FileDigest,
    },
}

/// The end of a file of which all pieces are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOutcome {
    /// It is the file that was sent.
    Received,
    /// It is another one.
    Damaged,
}

/// A piece that is collected.
#[derive(Debug, Clone, Copy)]
struct Collected {
    piece: u64,
    digest: FileDigest,
    /// The bytes of it that have arrived.
    bytes: u64,
}

/// The receiver of one file. It outlives the data channels of the file.
#[derive(Debug)]
pub struct FileReceiver {
    size: u64,
    /// The digests of the pieces that are stored.
    stored: Digests,
    /// The pieces that have arrived completely, and are stored or about to be.
    arrived: u64,
    collected: Option<Collected>,
    /// The digest that the sender told at the end.
    end: Option<FileDigest>,
}

impl FileReceiver {
    /// Creates the receiver of a file of this size in bytes, of which the pieces with these digests
    /// are stored.
    pub fn new(size: u64, mut digests: Vec<FileDigest>) -> Self {
        digests.truncate(usize::try_from(piece_count(size)).unwrap_or(usize::MAX));
        let stored = Digests(digests);
        Self { size, arrived: stored.count(), stored, collected: None, end: None }
    }

    /// The data channel is another. Returns the message that begins.
    pub fn on_channel(&mut self) -> FileMessage {
        self.restart(self.stored.count())
    }

    /// Takes a text message of the sender. One that makes no sense is ignored. There may be an
    /// [outcome](Self::outcome) now.
    pub fn on_message(&mut self, message: FileMessage) {
        match message {
            FileMessage::Piece { piece, digest } => {
                let is_next = piece == self.arrived && piece < piece_count(self.size);
                // A sender within its window has no more pieces under way.
                let is_within = self.arrived < self.stored.count() + FILE_WINDOW_PIECES;
                self.collected =
                    (is_next && is_within).then_some(Collected { piece, digest, bytes: 0 });
            }
            FileMessage::End { digest } => {
                if self.arrived == piece_count(self.size) {
                    self.end = Some(digest);
                }
            }
            FileMessage::Want { .. } | FileMessage::Have { .. } => {}
        }
    }

    /// Takes the length of a binary message. Bytes that belong to no piece are ignored.
    pub fn on_bytes(&mut self, length: u64) -> ReceiverStep {
        let Some(Collected { piece, digest, bytes }) = &mut self.collected else {
            return ReceiverStep::None;
        };
        let (piece, digest) = (*piece, *digest);
        let (start, end) = piece_range(piece, self.size);
        *bytes += length;
        if *bytes < end - start {
            return ReceiverStep::Collect;
        }
        let is_exact = *bytes == end - start;
        self.collected = None;
        if !is_exact {
            return ReceiverStep::None;
        }
        self.arrived += 1;
        ReceiverStep::Complete { piece, digest }
    }

    /// A piece is stored. Returns the message to send. There may be an [outcome](Self::outcome)
    /// now.
    pub fn on_stored(&mut self, piece: u64, digest: FileDigest) -> FileMessage {
        if piece == self.stored.count() {
            self.stored.0.push(digest);
        }
        FileMessage::Have { pieces: self.stored.count() }
    }

    /// A piece is not what its digest says. Returns the message to send, unless a piece before it
    /// was wrong as well.
    pub fn on_differs(&mut self, piece: u64) -> Option<FileMessage> {
        (piece < self.arrived).then(|| self.restart(piece))
    }

    /// Returns the bytes of the piece that is collected; none if there is no such piece.
    pub fn collecting(&self) -> Option<u64> {
        let (start, end) = piece_range(self.collected?.piece, self.size);
        Some(end - start)
    }

    /// Returns the outcome, once all pieces are stored and the sender has told the end.
    pub fn outcome(&self) -> Option<FileOutcome> {
        let digest = self.end.filter(|_| self.stored.count() == piece_count(self.size))?;
        Some(if digest == self.stored.root() {
            FileOutcome::Received
        } else {
            FileOutcome::Damaged
        })
    }

    /// Returns the bytes that are stored.
    pub fn stored(&self) -> u64 {
        piece_range(self.stored.count(), self.size).0
    }

    /// Goes on at a piece.
    fn restart(&mut self, piece: u64) -> FileMessage {
        (self.arrived, self.collected, self.end) = (piece, None, None);
        FileMessage::Want { piece }
    }
}
