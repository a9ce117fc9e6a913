//! One file that is sent to a peer, or received from one.
//!
//! ```text
//!            accepted             all has arrived
//!   Offered ----------> Accepted ----------------> Done
//!      |                   |
//!      +-------------------+---> Ended    declined, cancelled, failed, or somebody has left
//! ```

use std::time::Duration;

use tincan_protocol::{FeatureMessage, FileAnswer, FileName, Name, PeerId, TransferId};

use super::api::{
    FileEffect, FileEnd, FileError, FileId, FileState, FileTransfer, PickedFile, StoredFile,
};
use super::pace::Pace;
use super::{FeatureContext, FeatureEffect, FilePolicy};

/// The end of a transfer at which this page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// This page sends the file.
    Sender(FileId),
    /// This page receives it.
    Receiver,
}

/// The stage of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It waits for the receiver to accept it.
    Offered,
    /// It moves, as long as there is a connection.
    Accepted,
    /// All of it has arrived.
    Done,
    /// It has not arrived, and does not move.
    Ended(FileEnd),
}

impl Stage {
    pub(super) const fn is_over(self) -> bool {
        match self {
            Self::Offered | Self::Accepted => false,
            Self::Done | Self::Ended(_) => true,
        }
    }
}

/// One file that is sent to a peer, or received from one.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) id: TransferId,
    pub(super) peer: PeerId,
    pub(super) side: Side,
    pub(super) stage: Stage,
    peer_name: Name,
    name: FileName,
    size: u64,
    pace: Pace,
    /// The peer has not been in the call since.
    lost_at: Option<Duration>,
    /// The time at which to try the next data channel.
    retry_at: Option<Duration>,
}

impl Transfer {
    /// A file of this page for a peer.
    pub(super) fn outgoing(
        id: TransferId,
        peer: PeerId,
        peer_name: Name,
        file: PickedFile,
    ) -> Self {
        let (side, stage) = (Side::Sender(file.id), Stage::Offered);
        Self::new(id, peer, side, stage, peer_name, (file.name, file.size))
    }

    /// A file that a peer offers.
    pub(super) fn incoming(
        id: TransferId,
        peer: PeerId,
        peer_name: Name,
        name: FileName,
        size: u64,
    ) -> Self {
        Self::new(id, peer, Side::Receiver, Stage::Offered, peer_name, (name, size))
    }

    /// A file that an earlier visit has accepted and received in part.
    pub(super) fn found(file: StoredFile) -> Self {
        let StoredFile { transfer, sender, sender_name, name, size, stored } = file;
        let (side, stage) = (Side::Receiver, Stage::Accepted);
        let mut found = Self::new(transfer, sender, side, stage, sender_name, (name, size));
        found.pace = Pace::starting_with(stored);
        found
    }

    fn new(
        id: TransferId,
        peer: PeerId,
        side: Side,
        stage: Stage,
        peer_name: Name,
        file: (FileName, u64),
    ) -> Self {
        Self {
            id,
            peer,
            side,
            stage,
            peer_name,
            name: file.0,
            size: file.1,
            pace: Pace::default(),
            lost_at: None,
            retry_at: None,
        }
    }

    /// Returns the message about it that the other side may have missed.
    pub(super) fn message(&self) -> Option<FeatureMessage> {
        let transfer = self.id;
        match (self.side, self.stage) {
            (Side::Sender(_), Stage::Offered | Stage::Accepted) => {
                let (name, size) = (self.name.clone(), self.size);
                Some(FeatureMessage::FileOffer { transfer, name, size })
            }
            (Side::Sender(_), Stage::Ended(FileEnd::CancelledHere | FileEnd::Failed(_))) => {
                Some(FeatureMessage::FileWithdrawn { transfer })
            }
            (Side::Receiver, stage) => {
                let answer = answer(stage)?;
                Some(FeatureMessage::FileAnswer { transfer, answer })
            }
            (Side::Sender(_), Stage::Done | Stage::Ended(_)) => None,
        }
    }

    /// The person accepts it.
    pub(super) fn accept(&mut self, context: &mut FeatureContext<'_>) {
        if self.side == Side::Receiver && self.stage == Stage::Offered {
            self.stage = Stage::Accepted;
            self.start(context);
        }
    }

    /// Ends it for a reason on this side, and tells the peer.
    pub(super) fn end_here(&mut self, end: FileEnd, context: &mut FeatureContext<'_>) {
        if self.end(end, context) {
            self.tell(context);
        }
    }

    /// Ends it for a reason that the peer knows. Returns `false` if it was over.
    pub(super) fn end(&mut self, end: FileEnd, context: &mut FeatureContext<'_>) -> bool {
        if self.stage.is_over() {
            return false;
        }
        self.stage = Stage::Ended(end);
        self.retry_at = None;
        self.discard(context);
        true
    }

    /// Has the browser's side stop, and discard what it stored.
    pub(super) fn discard(&self, context: &mut FeatureContext<'_>) {
        context.effects.push(FeatureEffect::Files(FileEffect::Discard(self.id)));
    }

    /// Takes an answer of the receiver.
    pub(super) fn on_answer(&mut self, answer: FileAnswer, context: &mut FeatureContext<'_>) {
        match answer {
            FileAnswer::Accepted => {
                if self.stage == Stage::Offered {
                    self.stage = Stage::Accepted;
                    self.start(context);
                }
            }
            FileAnswer::Declined => drop(self.end(FileEnd::Declined, context)),
            FileAnswer::Cancelled => drop(self.end(FileEnd::CancelledThere, context)),
            FileAnswer::Failed => drop(self.end(FileEnd::FailedThere, context)),
            FileAnswer::Received => {
                if self.stage == Stage::Accepted {
                    self.finish();
                    self.discard(context);
                }
            }
        }
    }

    /// The receiver has come back as another page.
    pub(super) fn move_to(&mut self, peer: PeerId, context: &mut FeatureContext<'_>) {
        self.peer = peer;
        self.lost_at = None;
        self.tell(context);
        self.start(context);
    }

    /// All of it is stored on this side.
    pub(super) fn on_received(&mut self, context: &mut FeatureContext<'_>) {
        if self.side == Side::Receiver && self.stage == Stage::Accepted {
            self.finish();
            self.tell(context);
            self.save(context);
        }
    }

    /// Saves it, if it has arrived here.
    pub(super) fn save(&self, context: &mut FeatureContext<'_>) {
        if self.side == Side::Receiver && self.stage == Stage::Done {
            let save = FileEffect::Save(self.id, self.name.clone());
            context.effects.push(FeatureEffect::Files(save));
        }
    }

    pub(super) fn on_progress(&mut self, bytes: u64, context: &FeatureContext<'_>) {
        if self.stage == Stage::Accepted {
            self.pace.on_progress(context.now, bytes, &context.policy.features.files);
        }
    }

    /// The data channel of the file has closed, and the connection may go on.
    pub(super) fn on_interrupted(&mut self, context: &FeatureContext<'_>) {
        if self.stage == Stage::Accepted {
            self.pace.interrupt();
            self.retry_at = Some(context.now + context.policy.features.files.retry_after);
        }
    }

    /// The peer is there again, or messages take another way to it.
    pub(super) fn on_route_changed(&mut self, context: &mut FeatureContext<'_>) {
        if context.has_channel(self.peer) {
            match (self.side, self.stage) {
                // It begins with an answer.
                (Side::Receiver, Stage::Accepted) => {}
                _ => self.tell(context),
            }
            self.start(context);
        } else {
            self.pace.interrupt();
        }
    }

    /// Tells the peer about it.
    pub(super) fn tell(&self, context: &mut FeatureContext<'_>) {
        if let Some(message) = self.message() {
            context.send(self.peer, message);
        }
    }

    /// Brings it to what is possible now.
    pub(super) fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        if self.stage.is_over() {
            return;
        }
        if context.is_in_call_with(self.peer) {
            self.lost_at = None;
        } else {
            self.lost_at = self.lost_at.or(Some(context.now));
            self.pace.interrupt();
        }
        let policy = &context.policy.features.files;
        let is_given_up = self.give_up_at(policy).is_some_and(|at| context.now >= at);
        if is_given_up {
            self.end(FileEnd::Left, context);
        } else if self.retry_at.is_some_and(|at| context.now >= at) {
            self.start(context);
        }
    }

    /// Returns when [`reconcile`](Self::reconcile) has something to do by the clock.
    pub(super) fn deadline(&self, policy: &FilePolicy) -> Option<Duration> {
        self.give_up_at(policy).into_iter().chain(self.retry_at).min()
    }

    pub(super) fn view(&self, context: &FeatureContext<'_>) -> FileTransfer {
        let policy = &context.policy.features.files;
        let state = match self.stage {
            Stage::Offered => FileState::Offered,
            Stage::Accepted if self.is_moving(context) => {
                FileState::Moving(self.pace.progress(self.size, policy))
            }
            Stage::Accepted => FileState::Interrupted(self.pace.bytes()),
            Stage::Done => FileState::Done,
            Stage::Ended(end) => FileState::Ended(end),
        };
        FileTransfer {
            id: self.id,
            peer: self.peer,
            peer_name: self.peer_name.clone(),
            name: self.name.clone(),
            size: self.size,
            is_outgoing: self.side != Side::Receiver,
            state,
        }
    }

    /// Has the browser's side send or receive by the connection that there is now. The receiver
    /// waits for the data channel of the file before the sender hears that it may open one.
    pub(super) fn start(&mut self, context: &mut FeatureContext<'_>) {
        self.retry_at = None;
        if self.stage != Stage::Accepted || !context.has_channel(self.peer) {
            return;
        }
        let (peer, transfer, size) = (self.peer, self.id, self.size);
        let effect = match self.side {
            Side::Sender(file) => FileEffect::Send { peer, transfer, file, size },
            Side::Receiver => FileEffect::Receive(peer, self.stored()),
        };
        context.effects.push(FeatureEffect::Files(effect));
        if self.side == Side::Receiver {
            self.tell(context);
        }
    }

    fn stored(&self) -> StoredFile {
        StoredFile {
            transfer: self.id,
            sender: self.peer,
            sender_name: self.peer_name.clone(),
            name: self.name.clone(),
            size: self.size,
            stored: self.pace.bytes(),
        }
    }

    fn finish(&mut self) {
        self.stage = Stage::Done;
        self.retry_at = None;
    }

    fn is_moving(&self, context: &FeatureContext<'_>) -> bool {
        self.retry_at.is_none()
            && context.is_in_call_with(self.peer)
            && context.has_channel(self.peer)
    }

    /// Returns when it ends if the peer does not come back.
    fn give_up_at(&self, policy: &FilePolicy) -> Option<Duration> {
        let lost_at = self.lost_at.filter(|_| !self.stage.is_over())?;
        Some(match self.stage {
            Stage::Accepted => lost_at + policy.give_up_after,
            Stage::Offered | Stage::Done | Stage::Ended(_) => lost_at,
        })
    }
}

/// Returns the answer that tells a stage to the sender.
fn answer(stage: Stage) -> Option<FileAnswer> {
    match stage {
        Stage::Accepted => Some(FileAnswer::Accepted),
        Stage::Done => Some(FileAnswer::Received),
        Stage::Ended(FileEnd::Declined) => Some(FileAnswer::Declined),
        Stage::Ended(FileEnd::CancelledHere) => Some(FileAnswer::Cancelled),
        Stage::Ended(FileEnd::Failed(_)) => Some(FileAnswer::Failed),
        Stage::Offered
        | Stage::Ended(FileEnd::CancelledThere | FileEnd::FailedThere | FileEnd::Left) => None,
    }
}

/// Returns an end for too many files.
pub(super) const fn too_many() -> Stage {
    Stage::Ended(FileEnd::Failed(FileError::TooMany))
}
