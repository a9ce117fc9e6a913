//! The interface of files: commands of the page, events and requests of the browser's side, and the
//! view.

use std::fmt;
use std::time::Duration;

use tincan_protocol::{FileName, Name, PeerId, TransferId};

/// A file that the person has picked: 16 random bytes that only this page knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileId(pub [u8; 16]);

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The ids of its offers follow from it.
        f.write_str("FileId")
    }
}

/// A file that the person has picked to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickedFile {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: FileName,
    /// In bytes.
    pub size: u64,
}

/// A command of the person about files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileCommand {
    /// Offer files to these peers.
    Send {
        /// The receivers.
        to: Vec<PeerId>,
        /// The files.
        files: Vec<PickedFile>,
    },
    /// Accept the offer of a peer.
    Accept(TransferId),
    /// Decline the offer of a peer.
    Decline(TransferId),
    /// Send or receive a file no further, or take its offer back.
    Cancel(TransferId),
    /// Save a file that has arrived. Must come in a click.
    Save(TransferId),
    /// Show what is over no longer.
    Forget(TransferId),
}

/// An event of the browser's side of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEvent {
    /// Parts of files that an earlier visit of this room left.
    Found(Vec<StoredFile>),
    /// So many bytes from the start have been stored by the receiver.
    Progress(TransferId, u64),
    /// All of a file that this page receives is stored, and is what was sent.
    Received(TransferId),
    /// It cannot go on.
    Failed(TransferId, FileError),
    /// The data channel of the file has closed. The next one may do better.
    Interrupted(TransferId),
}

/// A part of a file that an earlier visit of this room left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The offer.
    pub transfer: TransferId,
    /// The sender.
    pub sender: PeerId,
    /// The name of the sender at that time, which may be empty.
    pub sender_name: Name,
    /// The name of the file.
    pub name: FileName,
    /// The size of the whole file in bytes.
    pub size: u64,
    /// The bytes from the start that are stored.
    pub stored: u64,
}

/// The reason why a file cannot be sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileError {
    /// The file cannot be read: it was changed, moved or removed after it was picked.
    Unreadable,
    /// There is no space left for it.
    NoSpace,
    /// The browser stores no files here, as in a private window.
    NoStorage,
    /// The stored bytes differ from those that were sent.
    Damaged,
    /// Part of Tincan could not be loaded.
    NotLoaded,
    /// Too many files are sent or received already.
    TooMany,
}

/// A request to the browser's side of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileEffect {
    /// Look for parts of files that an earlier visit of this room left, and discard what is too old
    /// to be of use. Answered by `Found`.
    Find,
    /// Send a file by the connection with a peer, in place of what was done for this offer before.
    Send {
        /// The receiver.
        peer: PeerId,
        /// The offer.
        transfer: TransferId,
        /// The file.
        file: FileId,
        /// In bytes.
        size: u64,
    },
    /// Receive a file by the connection with a peer, in place of what was done for this offer
    /// before.
    Receive(PeerId, StoredFile),
    /// Send or receive a file no further, and discard what was stored of it.
    Discard(TransferId),
    /// Stop sending and receiving. Parts of files stay stored.
    StopAll,
    /// Let go of a file that was picked.
    Release(FileId),
    /// Save a file that has arrived under a name.
    Save(TransferId, FileName),
}

/// A file that is sent or received, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTransfer {
    /// Its id.
    pub id: TransferId,
    /// The person at the other end.
    pub peer: PeerId,
    /// Their name at the time of the offer, which may be empty.
    pub peer_name: Name,
    /// The name of the file.
    pub name: FileName,
    /// In bytes.
    pub size: u64,
    /// This page's person sends it.
    pub is_outgoing: bool,
    /// Its state.
    pub state: FileState,
}

/// The state of a file that is sent or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It waits for the receiver to accept it.
    Offered,
    /// It is on its way.
    Moving(FileProgress),
    /// It waits for a connection, with so many bytes on the other side.
    Interrupted(u64),
    /// All of it has arrived.
    Done,
    /// It has not arrived.
    Ended(FileEnd),
}

impl FileState {
    /// Returns `true` if nothing more happens.
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Done | Self::Ended(_) => true,
            Self::Offered | Self::Moving(_) | Self::Interrupted(_) => false,
        }
    }
}

/// The progress of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileProgress {
    /// The bytes that have arrived.
    pub bytes: u64,
    /// In bytes per second, once it is known.
    pub rate: Option<u64>,
    /// The time that is left at this rate.
    pub left: Option<Duration>,
}

/// The reason why a file has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEnd {
    /// The receiver does not want it.
    Declined,
    /// This page's person has cancelled it.
    CancelledHere,
    /// The other person has cancelled it, or their page cannot go on.
    CancelledThere,
    /// The receiver cannot store it.
    FailedThere,
    /// The other person has left.
    Left,
    /// This page cannot go on.
    Failed(FileError),
}
