//! Files that are sent and received: their data channels, what is picked, and what is stored.
//!
//! The [call](tincan_call::features::FileCommand) decides what moves, and
//! [`tincan_call::file_pieces`] how; here the bytes move. They stay in buffers of the browser, from
//! the file to the channel and from the channel to the disk, and at most
//! [`FILE_WINDOW_PIECES`](tincan_call::protocol::FILE_WINDOW_PIECES) pieces at a time.

mod channel;
mod digest;
mod disk;
mod picked;
mod progress;
mod receiving;
mod saving;
mod sending;
mod store;

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::features::{FileEffect, FileError, FileEvent, StoredFile};
use tincan_call::protocol::{PeerId, RoomId, TransferId};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, RtcPeerConnection};

use crate::connection::RawChannel;
use crate::lazy;
use crate::object;
use crate::task::Task;
use disk::Disk;
pub(crate) use picked::PickedFiles;
use receiving::Receiving;
use saving::Saving;
use sending::Sending;
pub(crate) use store::may_have_files;

/// Takes what happens to files. It is never called from within a call to [`MoveFiles`].
pub(crate) type OnEvent = Rc<dyn Fn(FileEvent)>;

/// The code that moves files, as the driver sees it.
///
/// A trait object, since its table of functions is the only way to code that is not loaded yet.
pub(crate) trait MoveFiles {
    /// Does what the call asks for. `connection` is that with the peer that the effect names, and
    /// `file` the one that was picked, if they are there.
    fn run(&self, effect: FileEffect, connection: Option<&RtcPeerConnection>, file: Option<File>);

    /// Takes a data channel that a peer has opened. One that nobody waits for is closed.
    fn take_channel(&self, peer: PeerId, channel: RawChannel);
}

/// Makes the object that moves files, for the call in a room.
pub(crate) type NewFiles = fn(RoomId, OnEvent) -> Rc<dyn MoveFiles>;

lazy!(
    files,
    /// Loads the code that moves files.
    pub(crate) fn load_files() -> NewFiles {
        |room, on_event| Rc::new(Files::new(room, on_event))
    }
);

/// The files of a call.
struct Files {
    room: RoomId,
    on_event: OnEvent,
    /// Opened when something is stored or looked for.
    disk: RefCell<Option<Rc<Disk>>>,
    sending: RefCell<Vec<Sending>>,
    receiving: RefCell<Vec<Receiving>>,
    saving: Saving,
    /// The search for what an earlier visit left.
    search: RefCell<Option<Task>>,
}

impl Files {
    fn new(room: RoomId, on_event: OnEvent) -> Self {
        Self {
            room,
            on_event,
            disk: RefCell::default(),
            sending: RefCell::default(),
            receiving: RefCell::default(),
            saving: Saving::default(),
            search: RefCell::default(),
        }
    }

    fn disk(&self) -> Result<Rc<Disk>, FileError> {
        let mut disk = self.disk.borrow_mut();
        if let Some(disk) = &*disk {
            return Ok(Rc::clone(disk));
        }
        let opened = Rc::new(Disk::open()?);
        *disk = Some(Rc::clone(&opened));
        Ok(opened)
    }

    fn find(&self) {
        let Ok(disk) = self.disk() else { return };
        let (room, on_event) = (self.room, Rc::clone(&self.on_event));
        self.search.replace(Some(Task::spawn(async move {
            if let Ok(found) = store::find(&disk, room).await
                && !found.is_empty()
            {
                on_event(FileEvent::Found(found));
            }
        })));
    }

    fn send(
        &self,
        transfer: TransferId,
        size: u64,
        connection: Option<&RtcPeerConnection>,
        file: Option<File>,
    ) {
        let mut sending = self.sending.borrow_mut();
        let at = sending.iter().position(|one| one.transfer == transfer).or_else(|| {
            sending.push(Sending::new(transfer, file?, size, Rc::clone(&self.on_event)));
            Some(sending.len() - 1)
        });
        match (at, connection) {
            (Some(at), Some(connection)) => sending[at].start(connection),
            (None, _) => self.tell(FileEvent::Failed(transfer, FileError::Unreadable)),
            (_, None) => {}
        }
    }

    fn receive(&self, peer: PeerId, file: StoredFile) {
        let mut receiving = self.receiving.borrow_mut();
        let known = receiving.iter_mut().find(|one| one.file().transfer == file.transfer);
        if let Some(known) = known {
            known.move_to(peer);
            return;
        }
        match self.disk() {
            Ok(disk) => {
                let on_event = Rc::clone(&self.on_event);
                receiving.push(Receiving::new(peer, file, self.room, disk, on_event));
            }
            Err(error) => self.tell(FileEvent::Failed(file.transfer, error)),
        }
    }

    /// Tells the call something, once it is free.
    fn tell(&self, event: FileEvent) {
        let on_event = Rc::clone(&self.on_event);
        spawn_local(async move { on_event(event) });
    }

    fn stop(&self, transfer: TransferId) {
        self.sending.borrow_mut().retain(|one| one.transfer != transfer);
        self.receiving.borrow_mut().retain(|one| one.file().transfer != transfer);
    }
}

impl MoveFiles for Files {
    fn run(&self, effect: FileEffect, connection: Option<&RtcPeerConnection>, file: Option<File>) {
        match effect {
            FileEffect::Find => self.find(),
            FileEffect::Send { transfer, size, .. } => self.send(transfer, size, connection, file),
            FileEffect::Receive(peer, file) => self.receive(peer, file),
            FileEffect::Discard(transfer) => {
                self.stop(transfer);
                // What is being saved goes with the next visit.
                if let Some(disk) = &*self.disk.borrow()
                    && !self.saving.has(transfer)
                {
                    store::discard(disk, transfer);
                }
            }
            FileEffect::StopAll => {
                self.sending.take();
                self.receiving.take();
            }
            FileEffect::Release(_) => {}
            FileEffect::Save(transfer, name) => self.saving.save(transfer, name),
        }
    }

    fn take_channel(&self, peer: PeerId, channel: RawChannel) {
        let label = object::text(channel.as_raw(), "label");
        let transfer: Option<TransferId> = label.and_then(|label| label.parse().ok());
        let receiving = self.receiving.borrow();
        let found =
            receiving.iter().find(|one| Some(one.file().transfer) == transfer && one.peer == peer);
        if let Some(receiving) = found {
            receiving.take(channel);
        }
    }
}
