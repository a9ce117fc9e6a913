//! A file on its way from a peer.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc;
use js_sys::Uint8Array;
use tincan_call::features::{FileError, FileEvent, StoredFile};
use tincan_call::file_pieces::{FileOutcome, FileReceiver, ReceiverStep};
use tincan_call::protocol::{FileDigest, FileMessage, PeerId, RoomId};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::OnEvent;
use super::channel::{Arrived, FileChannel};
use super::digest::sha_256;
use super::disk::Disk;
use super::progress::Progress;
use super::store;
use crate::connection::RawChannel;
use crate::task::Task;

/// A file on its way from a peer. Dropping it stops it, and keeps what is stored.
pub(super) struct Receiving {
    pub(super) peer: PeerId,
    inner: Rc<Inner>,
    _work: Task,
}

/// The state that the events of the channel and the work share.
struct Inner {
    file: StoredFile,
    disk: Rc<Disk>,
    /// None until the store is open.
    receiver: RefCell<Option<FileReceiver>>,
    channel: RefCell<Option<FileChannel>>,
    collected: RefCell<Collected>,
    /// The pieces that have arrived, and are not stored yet.
    arrived: RefCell<VecDeque<Piece>>,
    wake: RefCell<mpsc::Sender<()>>,
    on_event: OnEvent,
}

/// The bytes of the piece that arrives.
#[derive(Default)]
struct Collected {
    bytes: Option<Uint8Array>,
    length: u32,
}

/// A piece that has arrived.
struct Piece {
    number: u64,
    digest: FileDigest,
    bytes: Uint8Array,
}

impl Receiving {
    pub(super) fn new(
        peer: PeerId,
        file: StoredFile,
        room: RoomId,
        disk: Rc<Disk>,
        on_event: OnEvent,
    ) -> Self {
        let (wake, woken) = mpsc::channel(1);
        let inner = Rc::new(Inner {
            file,
            disk,
            receiver: RefCell::default(),
            channel: RefCell::default(),
            collected: RefCell::default(),
            arrived: RefCell::default(),
            wake: RefCell::new(wake),
            on_event,
        });
        let work = Task::spawn({
            let inner = Rc::clone(&inner);
            async move {
                let event = match inner.run(room, woken).await {
                    Ok(()) => FileEvent::Received(inner.file.transfer),
                    Err(error) => FileEvent::Failed(inner.file.transfer, error),
                };
                (inner.on_event)(event);
            }
        });
        Self { peer, inner, _work: work }
    }

    pub(super) fn file(&self) -> &StoredFile {
        &self.inner.file
    }

    /// The file comes by this channel from now on, and from this peer.
    pub(super) fn take(&self, channel: RawChannel) {
        let inner = &self.inner;
        let weak = Rc::downgrade(inner);
        let channel = FileChannel::new(channel, move |arrived| {
            if let Some(inner) = weak.upgrade() {
                inner.on_arrived(arrived);
            }
        });
        // The one before closes, and reports nothing.
        inner.channel.replace(Some(channel));
        inner.begin();
    }

    /// The connection is another: the channel of the one before is gone.
    pub(super) fn move_to(&mut self, peer: PeerId) {
        self.peer = peer;
        self.inner.channel.take();
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        store::close(&self.inner.disk, self.inner.file.transfer);
    }
}

impl Inner {
    /// Asks for what is missing, once there is a channel and the store is open.
    fn begin(&self) {
        if let (Some(receiver), Some(channel)) =
            (&mut *self.receiver.borrow_mut(), &*self.channel.borrow())
        {
            self.arrived.borrow_mut().clear();
            if channel.send(&receiver.on_channel()).is_err() {
                // It was closed before anybody listened.
                let (on_event, transfer) = (Rc::clone(&self.on_event), self.file.transfer);
                spawn_local(async move { on_event(FileEvent::Interrupted(transfer)) });
            }
        }
    }

    fn send(&self, message: &FileMessage) {
        if let Some(channel) = &*self.channel.borrow() {
            // A channel that is closed already says so by an event.
            let _ = channel.send(message);
        }
    }

    fn on_arrived(&self, arrived: Arrived) {
        match arrived {
            Arrived::Message(message) => {
                self.collected.take();
                if let Some(receiver) = &mut *self.receiver.borrow_mut() {
                    receiver.on_message(message);
                }
                // It may be over.
                self.wake();
            }
            Arrived::Bytes(bytes) => self.collect(&bytes),
            Arrived::Closed => {
                // Not dropped within its own event.
                (self.on_event)(FileEvent::Interrupted(self.file.transfer));
            }
        }
    }

    fn collect(&self, bytes: &Uint8Array) {
        let mut receiver = self.receiver.borrow_mut();
        let Some(receiver) = &mut *receiver else { return };
        let size = receiver.collecting();
        let step = receiver.on_bytes(u64::from(bytes.length()));
        let is_part = match step {
            ReceiverStep::Collect | ReceiverStep::Complete { .. } => true,
            ReceiverStep::None => false,
        };
        // A piece has at most 1 MiB.
        let size = size.and_then(|size| u32::try_from(size).ok()).filter(|_| is_part);
        let Some(size) = size else { return };
        let mut collected = self.collected.borrow_mut();
        let Collected { bytes: piece, length } = &mut *collected;
        let piece = piece.get_or_insert_with(|| Uint8Array::new_with_length(size));
        piece.set(bytes, *length);
        *length += bytes.length();
        if let ReceiverStep::Complete { piece: number, digest } = step {
            let bytes = piece.clone();
            *collected = Collected::default();
            self.arrived.borrow_mut().push_back(Piece { number, digest, bytes });
            self.wake();
        }
    }

    fn wake(&self) {
        // A full queue says the same.
        let _ = self.wake.borrow_mut().try_send(());
    }

    /// Stores what arrives, until all of it is stored.
    async fn run(&self, room: RoomId, mut woken: mpsc::Receiver<()>) -> Result<(), FileError> {
        let progress = Progress::new(self.file.transfer, Rc::clone(&self.on_event));
        let digests = store::open(&self.disk, room, &self.file).await?;
        *self.receiver.borrow_mut() = Some(FileReceiver::new(self.file.size, digests));
        self.begin();
        loop {
            // Not within `if`: what it borrows would stay borrowed.
            let piece = self.arrived.borrow_mut().pop_front();
            if let Some(piece) = piece {
                self.store(piece).await?;
                progress.report(self.stored());
                continue;
            }
            match self.outcome() {
                None => drop(woken.next().await),
                Some(FileOutcome::Received) => {
                    return store::finish(&self.disk, &self.file).await;
                }
                Some(FileOutcome::Damaged) => return Err(FileError::Damaged),
            }
        }
    }

    fn outcome(&self) -> Option<FileOutcome> {
        self.receiver.borrow().as_ref().and_then(FileReceiver::outcome)
    }

    fn stored(&self) -> u64 {
        self.receiver.borrow().as_ref().map_or(0, FileReceiver::stored)
    }

    /// Compares the digest of a piece, and stores the piece if it is right.
    async fn store(&self, piece: Piece) -> Result<(), FileError> {
        let Piece { number, digest, bytes } = piece;
        let found = sha_256(&JsValue::from(&bytes)).await.map_err(|_| FileError::NoStorage)?;
        if found != digest {
            self.arrived.borrow_mut().clear();
            let want = self.receiver.borrow_mut().as_mut().and_then(|one| one.on_differs(number));
            if let Some(want) = want {
                self.send(&want);
            }
            return Ok(());
        }
        store::write_piece(&self.disk, self.file.transfer, number, &bytes, digest).await?;
        let have = self.receiver.borrow_mut().as_mut().map(|one| one.on_stored(number, digest));
        if let Some(have) = have {
            self.send(&have);
        }
        Ok(())
    }
}
