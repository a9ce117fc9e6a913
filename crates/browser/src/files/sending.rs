//! A file on its way to a peer.

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc;
use js_sys::ArrayBuffer;
use tincan_call::features::{FileError, FileEvent};
use tincan_call::file_pieces::{FileSender, SenderStep};
use tincan_call::protocol::TransferId;
use wasm_bindgen::JsCast;
use web_sys::{File, RtcPeerConnection};

use super::OnEvent;
use super::channel::{Arrived, ChannelClosed, FileChannel};
use super::digest::sha_256;
use super::progress::Progress;
use crate::object;
use crate::task::Task;

/// A file on its way to a peer. Dropping it stops it.
pub(super) struct Sending {
    pub(super) transfer: TransferId,
    file: File,
    sender: Rc<RefCell<FileSender>>,
    progress: Rc<Progress>,
    on_event: OnEvent,
    /// The work on the current data channel, which it owns.
    way: Option<Task>,
}

impl Sending {
    pub(super) fn new(transfer: TransferId, file: File, size: u64, on_event: OnEvent) -> Self {
        let progress = Rc::new(Progress::new(transfer, Rc::clone(&on_event)));
        let sender = Rc::new(RefCell::new(FileSender::new(size)));
        Self { transfer, file, sender, progress, on_event, way: None }
    }

    /// Goes on by a new data channel of this connection.
    pub(super) fn start(&mut self, connection: &RtcPeerConnection) {
        self.way = None;
        self.sender.borrow_mut().on_channel();
        // What the receiver says wakes the work.
        let (wake, woken) = mpsc::channel(1);
        let opened = FileChannel::open(connection, self.transfer, {
            let (sender, progress) = (Rc::clone(&self.sender), Rc::clone(&self.progress));
            let wake = RefCell::new(wake);
            move |arrived| match arrived {
                Arrived::Message(message) => {
                    sender.borrow_mut().on_message(message);
                    progress.report(sender.borrow().stored());
                    // A full queue says the same.
                    let _ = wake.borrow_mut().try_send(());
                }
                Arrived::Bytes(_) => {}
                Arrived::Closed => wake.borrow_mut().close_channel(),
            }
        });
        let on_event = Rc::clone(&self.on_event);
        let Ok(channel) = opened else {
            on_event(FileEvent::Interrupted(self.transfer));
            return;
        };
        let work = Work { file: self.file.clone(), sender: Rc::clone(&self.sender), channel };
        let transfer = self.transfer;
        self.way = Some(Task::spawn(async move {
            on_event(match work.run(woken).await {
                Stopped::Unreadable => FileEvent::Failed(transfer, FileError::Unreadable),
                Stopped::Closed => FileEvent::Interrupted(transfer),
            });
        }));
    }
}

/// The work on one data channel.
struct Work {
    file: File,
    sender: Rc<RefCell<FileSender>>,
    channel: FileChannel,
}

/// The reason why the work has stopped.
enum Stopped {
    /// The file cannot be read.
    Unreadable,
    /// The channel is closed.
    Closed,
}

impl From<ChannelClosed> for Stopped {
    fn from(_: ChannelClosed) -> Self {
        Self::Closed
    }
}

impl Work {
    /// Sends what the receiver wants, until that is no longer possible.
    async fn run(&self, mut woken: mpsc::Receiver<()>) -> Stopped {
        loop {
            // Not within `match`: what it borrows would stay borrowed.
            let step = self.sender.borrow_mut().step();
            let done = match step {
                SenderStep::Send { piece, start, end } => self.send(piece, start, end).await,
                SenderStep::End(message) => self.channel.send(&message).map_err(Stopped::from),
                SenderStep::Wait => woken.next().await.ok_or(Stopped::Closed),
            };
            if let Err(stopped) = done {
                return stopped;
            }
        }
    }

    async fn send(&self, piece: u64, start: u64, end: u64) -> Result<(), Stopped> {
        // Whole numbers up to 2^53.
        #[allow(clippy::cast_precision_loss)]
        let slice = self.file.slice_with_f64_and_f64(start as f64, end as f64);
        let slice = slice.map_err(|_| Stopped::Unreadable)?;
        let bytes = object::ask(&slice, "arrayBuffer", &[]).await;
        let bytes: ArrayBuffer =
            bytes.and_then(JsCast::dyn_into).map_err(|_| Stopped::Unreadable)?;
        // A file that has become shorter would never end.
        if u64::from(bytes.byte_length()) != end - start {
            return Err(Stopped::Unreadable);
        }
        let digest = sha_256(&bytes).await.map_err(|_| Stopped::Unreadable)?;
        let header = self.sender.borrow_mut().on_piece_sent(piece, digest);
        if let Some(header) = header {
            self.channel.send(&header)?;
            self.channel.send_piece(&bytes).await?;
        }
        Ok(())
    }
}
