use std::collections::VecDeque;

use proptest::prelude::*;
use tincan_protocol::{FILE_PIECE_BYTES, FILE_WINDOW_PIECES, FileDigest, FileMessage};

use super::{
    Digests, FileOutcome, FileReceiver, FileSender, ReceiverStep, SenderStep, piece_count,
    piece_range,
};

fn digest(piece: u64) -> FileDigest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&piece.to_be_bytes());
    FileDigest(bytes)
}

/// What a sender puts into the channel.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Text(FileMessage),
    /// So many bytes, which may be damaged.
    Bytes(u64, bool),
}

/// A file on its way.
struct Way {
    sender: FileSender,
    receiver: FileReceiver,
    size: u64,
    to_receiver: VecDeque<Sent>,
    to_sender: VecDeque<FileMessage>,
    /// Pieces that have arrived and are not stored yet, with whether each is damaged.
    arrived: VecDeque<(u64, FileDigest, bool)>,
    is_damaged: bool,
    /// What the disk holds: the digests of what was stored.
    disk: Vec<FileDigest>,
    sent_pieces: u64,
}

impl Way {
    fn new(size: u64) -> Self {
        let mut way = Self {
            sender: FileSender::new(size),
            receiver: FileReceiver::new(size, Vec::new()),
            size,
            to_receiver: VecDeque::new(),
            to_sender: VecDeque::new(),
            arrived: VecDeque::new(),
            is_damaged: false,
            disk: Vec::new(),
            sent_pieces: 0,
        };
        way.connect();
        way
    }

    /// A new data channel: what was on its way is lost.
    fn connect(&mut self) {
        self.to_receiver.clear();
        self.to_sender.clear();
        self.arrived.clear();
        self.sender.on_channel();
        let want = self.receiver.on_channel();
        self.to_sender.push_back(want);
    }

    /// The receiver's page is another, which knows what is on the disk.
    fn reload(&mut self) {
        self.receiver = FileReceiver::new(self.size, self.disk.clone());
        self.connect();
    }

    /// The sender takes a step. Returns `false` if there is none.
    fn send(&mut self, damages: bool) -> bool {
        if let Some(message) = self.to_sender.pop_front() {
            self.sender.on_message(message);
        }
        match self.sender.step() {
            SenderStep::Send { piece, start, end } => {
                assert_eq!((start, end), piece_range(piece, self.size));
                let message = self.sender.on_piece_sent(piece, digest(piece)).unwrap();
                self.to_receiver.push_back(Sent::Text(message));
                let half = (end - start) / 2;
                self.to_receiver.push_back(Sent::Bytes(half, false));
                self.to_receiver.push_back(Sent::Bytes(end - start - half, damages));
                self.sent_pieces += 1;
                true
            }
            SenderStep::End(message) => {
                self.to_receiver.push_back(Sent::Text(message));
                true
            }
            SenderStep::Wait => !self.to_sender.is_empty(),
        }
    }

    /// The receiver takes what arrives next.
    fn receive(&mut self) -> bool {
        let Some(sent) = self.to_receiver.pop_front() else { return false };
        let step = match sent {
            Sent::Text(message) => {
                self.receiver.on_message(message);
                return true;
            }
            Sent::Bytes(length, is_damaged) => {
                self.is_damaged |= is_damaged;
                self.receiver.on_bytes(length)
            }
        };
        match step {
            ReceiverStep::None | ReceiverStep::Collect => {}
            ReceiverStep::Complete { piece, digest } => {
                let is_damaged = std::mem::take(&mut self.is_damaged);
                self.arrived.push_back((piece, digest, is_damaged));
                assert!(self.arrived.len() as u64 <= FILE_WINDOW_PIECES, "memory is bounded");
            }
        }
        true
    }

    /// The receiver stores the next piece, or refuses it.
    fn store(&mut self) -> bool {
        let Some((piece, digest, is_damaged)) = self.arrived.pop_front() else { return false };
        if is_damaged {
            self.arrived.clear();
            self.to_sender.extend(self.receiver.on_differs(piece));
            return true;
        }
        let at = usize::try_from(piece).unwrap();
        assert!(at <= self.disk.len(), "no gap");
        self.disk.truncate(at);
        self.disk.push(digest);
        let message = self.receiver.on_stored(piece, digest);
        self.to_sender.push_back(message);
        true
    }

    fn finish(&mut self) {
        while self.receiver.outcome().is_none() {
            let is_moving = [self.send(false), self.receive(), self.store()];
            assert!(is_moving.contains(&true), "stuck at {}", self.receiver.stored());
        }
        assert_eq!(self.receiver.outcome(), Some(FileOutcome::Received));
        assert_eq!(self.disk, (0..piece_count(self.size)).map(digest).collect::<Vec<_>>());
        assert_eq!(self.receiver.stored(), self.size);
    }
}

#[test]
fn a_file_has_pieces() {
    const PIECE: u64 = FILE_PIECE_BYTES;
    for (size, count, last) in [
        (0, 0, (0, 0)),
        (1, 1, (0, 1)),
        (PIECE, 1, (0, PIECE)),
        (PIECE + 1, 2, (PIECE, PIECE + 1)),
        (u64::MAX, (u64::MAX / PIECE) + 1, (u64::MAX - PIECE + 1, u64::MAX)),
    ] {
        assert_eq!(piece_count(size), count);
        assert_eq!(piece_range(count.saturating_sub(1), size), last, "{size}");
    }
    assert_eq!(piece_range(u64::MAX, 7), (7, 7));
}

#[test]
fn every_size_arrives() {
    for size in [0, 1, FILE_PIECE_BYTES, FILE_PIECE_BYTES + 1, 40 * FILE_PIECE_BYTES - 1] {
        let mut way = Way::new(size);
        way.finish();
        assert_eq!(way.sent_pieces, piece_count(size));
        assert_eq!(way.sender.step(), SenderStep::Wait);
    }
}

#[test]
fn a_sender_is_not_further_ahead_than_the_window() {
    let mut way = Way::new(100 * FILE_PIECE_BYTES);
    while way.send(false) {}
    assert_eq!(way.sent_pieces, FILE_WINDOW_PIECES);
    way.sender.on_message(FileMessage::Have { pieces: 3 });
    while way.send(false) {}
    assert_eq!(way.sent_pieces, FILE_WINDOW_PIECES + 3);
    assert_eq!(way.sender.stored(), 3 * FILE_PIECE_BYTES);
    // Nobody has what was not sent.
    way.sender.on_message(FileMessage::Have { pieces: 90 });
    assert!(!way.send(false));
}

#[test]
fn nothing_is_sent_by_another_channel_before_it_is_wanted() {
    let mut way = Way::new(10 * FILE_PIECE_BYTES);
    assert!(way.send(false));
    way.sender.on_channel();
    assert_eq!(way.sender.step(), SenderStep::Wait);
}

#[test]
fn a_reload_asks_only_for_what_is_missing() {
    let mut way = Way::new(10 * FILE_PIECE_BYTES);
    for _ in 0..5 {
        while !way.store() {
            way.send(false);
            way.receive();
        }
    }
    way.reload();
    assert_eq!(way.to_sender, [FileMessage::Want { piece: 5 }]);
    assert_eq!(way.receiver.stored(), 5 * FILE_PIECE_BYTES);
    let before = way.sent_pieces;
    way.finish();
    assert_eq!(way.sent_pieces - before, 5);
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let size = 3 * FILE_PIECE_BYTES;
    let mut receiver = FileReceiver::new(size, Vec::new());
    receiver.on_channel();
    let end = FileMessage::End { digest: Digests::default().root() };
    for message in [
        FileMessage::Piece { piece: 1, digest: digest(1) },
        FileMessage::Piece { piece: u64::MAX, digest: digest(1) },
        FileMessage::Have { pieces: 3 },
        FileMessage::Want { piece: 0 },
        end,
    ] {
        receiver.on_message(message);
        assert_eq!(receiver.outcome(), None, "{message:?}");
        assert_eq!(receiver.on_bytes(1000), ReceiverStep::None, "{message:?}");
    }
    // Bytes beyond a piece.
    receiver.on_message(FileMessage::Piece { piece: 0, digest: digest(0) });
    assert_eq!(receiver.on_bytes(FILE_PIECE_BYTES + 1), ReceiverStep::None);
    assert_eq!(receiver.on_bytes(u64::MAX / 2), ReceiverStep::None);
    // More digests than there are pieces.
    let many = FileReceiver::new(size, (0..9).map(digest).collect());
    assert_eq!(many.stored(), size);

    let mut sender = FileSender::new(size);
    assert_eq!(sender.step(), SenderStep::Wait, "nothing is wanted yet");
    sender.on_message(FileMessage::Want { piece: 2 });
    assert_eq!(sender.step(), SenderStep::Wait, "it cannot tell what the pieces before are");
    sender.on_message(FileMessage::Want { piece: 0 });
    assert_eq!(sender.on_piece_sent(1, digest(1)), None);
    assert!(matches!(sender.step(), SenderStep::Send { piece: 0, .. }));
}

#[test]
fn another_whole_is_damaged() {
    let mut receiver = FileReceiver::new(1, vec![digest(0)]);
    receiver.on_channel();
    let end = |pieces| FileMessage::End { digest: Digests(pieces).root() };
    for (digests, expected) in
        [(vec![digest(1)], FileOutcome::Damaged), (vec![digest(0)], FileOutcome::Received)]
    {
        receiver.on_message(end(digests));
        assert_eq!(receiver.outcome(), Some(expected));
    }
}

proptest! {
    #[test]
    fn a_file_arrives_whatever_happens(
        pieces in 0_u64..40,
        rest in 0..FILE_PIECE_BYTES,
        steps in proptest::collection::vec(0_u8..60, 0..400),
    ) {
        let mut way = Way::new(pieces * FILE_PIECE_BYTES + rest);
        for step in steps {
            if way.receiver.outcome().is_some() {
                break;
            }
            match step {
                0 => way.connect(),
                1 => way.reload(),
                2 => drop(way.send(true)),
                3..=20 => drop(way.send(false)),
                21..=45 => drop(way.receive()),
                _ => drop(way.store()),
            }
        }
        way.finish();
    }
}
