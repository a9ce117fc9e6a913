//! The sender of a file.

use tincan_protocol::{FILE_WINDOW_PIECES, FileDigest, FileMessage};

use super::{Digests, piece_count, piece_range};

/// The next thing that a sender does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderStep {
    /// Read this piece, and [send](FileSender::on_piece_sent) it with its digest.
    Send {
        /// The number of the piece.
        piece: u64,
        /// Where it begins, in bytes from the start of the file.
        start: u64,
        /// Where it ends.
        end: u64,
    },
    /// Send this: all pieces are sent.
    End(FileMessage),
    /// Wait for the receiver.
    Wait,
}

/// The sender of one file. It outlives the data channels of the file.
#[derive(Debug)]
pub struct FileSender {
    size: u64,
    /// The digests of the pieces that were sent at some time.
    digests: Digests,
    /// The next piece to send; none before the receiver has said where to begin.
    next: Option<u64>,
    /// The pieces that the receiver has.
    stored: u64,
    is_end_sent: bool,
}

impl FileSender {
    /// Creates the sender of a file of this size in bytes.
    pub fn new(size: u64) -> Self {
        Self { size, digests: Digests::default(), next: None, stored: 0, is_end_sent: false }
    }

    /// The data channel is another. Nothing is sent before the receiver wants something.
    pub fn on_channel(&mut self) {
        self.next = None;
        self.is_end_sent = false;
    }

    /// Takes a message of the receiver. What makes no sense is ignored.
    pub fn on_message(&mut self, message: FileMessage) {
        match message {
            FileMessage::Want { piece } => {
                // A page that knows no digests of pieces before cannot tell whether the whole is
                // right; it does, since it does not forget what it has sent.
                if piece <= self.digests.count() {
                    self.next = Some(piece);
                    self.stored = piece;
                    self.is_end_sent = false;
                }
            }
            FileMessage::Have { pieces } => {
                if self.next.is_some_and(|next| pieces <= next) {
                    self.stored = self.stored.max(pieces);
                }
            }
            FileMessage::Piece { .. } | FileMessage::End { .. } => {}
        }
    }

    /// Returns what to do now.
    pub fn step(&mut self) -> SenderStep {
        let Some(piece) = self.next else { return SenderStep::Wait };
        if piece >= piece_count(self.size) {
            if std::mem::replace(&mut self.is_end_sent, true) {
                return SenderStep::Wait;
            }
            return SenderStep::End(FileMessage::End { digest: self.digests.root() });
        }
        if piece >= self.stored + FILE_WINDOW_PIECES {
            return SenderStep::Wait;
        }
        let (start, end) = piece_range(piece, self.size);
        SenderStep::Send { piece, start, end }
    }

    /// A piece is about to be sent. Returns the message that goes before it; none if the receiver
    /// wants another one meanwhile.
    pub fn on_piece_sent(&mut self, piece: u64, digest: FileDigest) -> Option<FileMessage> {
        if self.next != Some(piece) {
            return None;
        }
        self.next = Some(piece + 1);
        if piece == self.digests.count() {
            self.digests.0.push(digest);
        }
        Some(FileMessage::Piece { piece, digest })
    }

    /// Returns the bytes that the receiver has.
    pub fn stored(&self) -> u64 {
        piece_range(self.stored, self.size).0
    }
}
