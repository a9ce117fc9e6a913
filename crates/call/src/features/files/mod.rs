//! Files: from one page to another, after the receiver has accepted.
//!
//! Offers, answers and ends are decided here and told by data channels. The bytes move
//! beside the call, by a data channel for each file (see [`crate::file_pieces`]), and never touch
//! the server. The two sides of a file agree again whenever a channel carries messages anew: the
//! sender repeats its offer, and the receiver its answer.
//!
//! To come back after a reload, the receiver needs nothing but what it stored, and the sender
//! nothing but the id of the offer, which nobody else knows.

mod api;
mod pace;
mod transfer;

use std::rc::Rc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tincan_protocol::{FeatureMessage, FileAnswer, FileName, PeerId, TransferId};

use super::{Feature, FeatureCommand, FeatureContext, FeatureEffect, FeatureInput};
use crate::api::view::View;
use crate::room::Member;
pub use api::{
    FileCommand, FileEffect, FileEnd, FileError, FileEvent, FileId, FileProgress, FileState,
    FileTransfer, PickedFile, StoredFile,
};
use transfer::{Side, Stage, Transfer, too_many};

/// The times and limits of files.
#[derive(Debug, Clone, Copy)]
pub struct FilePolicy {
    /// The most files that are not over, of this page and of all others together.
    pub max_files: usize,
    /// The most of these that one peer may offer. Further offers of it are declined.
    pub max_offers: usize,
    /// The most that are over and shown. The oldest go.
    pub max_over: usize,
    /// The time for which a peer that is gone may come back to a file that has begun.
    pub give_up_after: Duration,
    /// The time until another data channel is tried after one has closed by itself.
    pub retry_after: Duration,
    /// The time over which the rate is measured.
    pub rate_over: Duration,
    /// The time from which on there is a rate.
    pub rate_from: Duration,
}

impl Default for FilePolicy {
    fn default() -> Self {
        Self {
            max_files: 100,
            max_offers: 20,
            max_over: 50,
            give_up_after: Duration::from_mins(10),
            retry_after: Duration::from_secs(2),
            rate_over: Duration::from_secs(5),
            rate_from: Duration::from_secs(1),
        }
    }
}

/// The files of this page and of all others, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Files {
    transfers: Vec<Transfer>,
    /// Parts of files of an earlier visit were looked for in this call.
    has_looked: bool,
    shown: Rc<Vec<FileTransfer>>,
}

impl Files {
    fn find(&mut self, id: TransferId) -> Option<&mut Transfer> {
        self.transfers.iter_mut().find(|transfer| transfer.id == id)
    }

    /// Returns the number of files that are not over, and which this is true of.
    fn count(&self, is_so: impl Fn(&Transfer) -> bool) -> usize {
        self.transfers.iter().filter(|one| !one.stage.is_over() && is_so(one)).count()
    }

    fn send(&mut self, to: &[PeerId], files: &[PickedFile], context: &mut FeatureContext<'_>) {
        let policy = &context.policy.features.files;
        let members: Vec<_> = to.iter().filter(|peer| context.is_in_call_with(**peer)).collect();
        for file in files {
            for peer in &members {
                let id = transfer_id(file.id, **peer);
                if self.find(id).is_some() {
                    continue;
                }
                let name = context.roster.get(**peer).map(Member::name).unwrap_or_default();
                let mut transfer = Transfer::outgoing(id, **peer, name, file.clone());
                if self.count(|_| true) >= policy.max_files {
                    transfer.stage = too_many();
                } else {
                    transfer.tell(context);
                }
                self.transfers.push(transfer);
            }
            self.release(file.id, context);
        }
    }

    /// Releases a picked file once all its transfers are over.
    fn release(&self, file: FileId, context: &mut FeatureContext<'_>) {
        if self.count(|one| one.side == Side::Sender(file)) == 0 {
            context.effects.push(FeatureEffect::Files(FileEffect::Release(file)));
        }
    }

    /// Changes one transfer, and lets go of its file if it is over then.
    fn change(
        &mut self,
        id: TransferId,
        context: &mut FeatureContext<'_>,
        change: impl FnOnce(&mut Transfer, &mut FeatureContext<'_>),
    ) {
        let Some(transfer) = self.find(id) else { return };
        let was_over = transfer.stage.is_over();
        change(transfer, context);
        let (side, is_over) = (transfer.side, transfer.stage.is_over());
        if let Side::Sender(file) = side
            && is_over
            && !was_over
        {
            self.release(file, context);
        }
    }

    fn on_offer(
        &mut self,
        peer: PeerId,
        transfer: TransferId,
        name: &FileName,
        size: u64,
        context: &mut FeatureContext<'_>,
    ) {
        if let Some(known) = self.find(transfer) {
            if known.side == Side::Receiver && known.peer == peer {
                known.tell(context);
            }
            return;
        }
        let policy = &context.policy.features.files;
        let offers = self.count(|one| one.side == Side::Receiver && one.peer == peer);
        if offers >= policy.max_offers || self.count(|_| true) >= policy.max_files {
            let answer = FileAnswer::Declined;
            context.send(peer, FeatureMessage::FileAnswer { transfer, answer });
            return;
        }
        let sender = context.roster.get(peer).map(Member::name).unwrap_or_default();
        self.transfers.push(Transfer::incoming(transfer, peer, sender, name.clone(), size));
    }

    fn on_answer(
        &mut self,
        peer: PeerId,
        id: TransferId,
        answer: FileAnswer,
        context: &mut FeatureContext<'_>,
    ) {
        self.change(id, context, |transfer, context| {
            if transfer.side == Side::Receiver {
                return;
            }
            if transfer.peer == peer {
                transfer.on_answer(answer, context);
            } else if transfer.stage == Stage::Accepted
                && answer == FileAnswer::Accepted
                && !context.is_in_call_with(transfer.peer)
            {
                transfer.move_to(peer, context);
            }
        });
    }

    fn on_found(&mut self, found: &[StoredFile], context: &mut FeatureContext<'_>) {
        for file in found {
            if self.find(file.transfer).is_none() {
                let mut transfer = Transfer::found(file.clone());
                transfer.start(context);
                self.transfers.push(transfer);
            }
        }
    }

    /// Forgets what is over, the oldest first, beyond a number.
    fn forget(&mut self, kept: usize, context: &mut FeatureContext<'_>) {
        let over = self.transfers.iter().filter(|one| one.stage.is_over()).count();
        let mut dropped = over.saturating_sub(kept);
        self.transfers.retain(|one| {
            let is_dropped = dropped > 0 && one.stage.is_over();
            if is_dropped {
                dropped -= 1;
                one.discard(context);
            }
            !is_dropped
        });
    }
}

impl Feature for Files {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        let FeatureCommand::Files(command) = command else { return };
        match command {
            FileCommand::Send { to, files } => self.send(to, files, context),
            FileCommand::Accept(id) => {
                self.change(*id, context, Transfer::accept);
            }
            FileCommand::Decline(id) => self.change(*id, context, |one, context| {
                if one.side == Side::Receiver && one.stage == Stage::Offered {
                    one.end_here(FileEnd::Declined, context);
                }
            }),
            FileCommand::Cancel(id) => self.change(*id, context, |one, context| {
                one.end_here(FileEnd::CancelledHere, context);
            }),
            FileCommand::Save(id) => self.change(*id, context, |one, context| one.save(context)),
            FileCommand::Forget(id) => {
                let found = self.transfers.iter().position(|one| one.id == *id);
                if let Some(at) = found.filter(|at| self.transfers[*at].stage.is_over()) {
                    self.transfers.remove(at).discard(context);
                }
            }
        }
    }

    fn on_input(&mut self, input: &FeatureInput, context: &mut FeatureContext<'_>) {
        let FeatureInput::Files(event) = input;
        match event {
            FileEvent::Found(files) => self.on_found(files, context),
            FileEvent::Progress(id, bytes) => {
                self.change(*id, context, |one, context| one.on_progress(*bytes, context));
            }
            FileEvent::Received(id) => {
                self.change(*id, context, Transfer::on_received);
            }
            FileEvent::Failed(id, error) => self.change(*id, context, |one, context| {
                one.end_here(FileEnd::Failed(*error), context);
            }),
            FileEvent::Interrupted(id) => {
                self.change(*id, context, |one, context| one.on_interrupted(context));
            }
        }
    }

    fn on_peer_message(
        &mut self,
        peer: PeerId,
        message: &FeatureMessage,
        context: &mut FeatureContext<'_>,
    ) {
        if !context.is_in_call_with(peer) {
            return;
        }
        match message {
            FeatureMessage::FileOffer { transfer, name, size } => {
                self.on_offer(peer, *transfer, name, *size, context);
            }
            FeatureMessage::FileWithdrawn { transfer } => {
                self.change(*transfer, context, |one, context| {
                    if one.side == Side::Receiver && one.peer == peer {
                        one.end(FileEnd::CancelledThere, context);
                    }
                });
            }
            FeatureMessage::FileAnswer { transfer, answer } => {
                self.on_answer(peer, *transfer, *answer, context);
            }
            FeatureMessage::Viewport { .. }
            | FeatureMessage::Hand { .. }
            | FeatureMessage::Reaction { .. }
            | FeatureMessage::Chat { .. } => {}
        }
    }

    fn on_peer_present(&mut self, peer: PeerId, context: &mut FeatureContext<'_>) {
        for transfer in self.transfers.iter_mut().filter(|one| one.peer == peer) {
            transfer.on_route_changed(context);
        }
    }

    /// The next `reconcile` ends them, since that has effects.
    fn on_left_room(&mut self) {}

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        if !context.is_in_call {
            if self.has_looked || !self.transfers.is_empty() {
                *self = Self::default();
                // Parts of files are kept for the next visit.
                context.effects.push(FeatureEffect::Files(FileEffect::StopAll));
            }
            return;
        }
        if !std::mem::replace(&mut self.has_looked, true) {
            context.effects.push(FeatureEffect::Files(FileEffect::Find));
        }
        let due: Vec<_> = self.transfers.iter().map(|one| one.id).collect();
        for id in due {
            self.change(id, context, Transfer::reconcile);
        }
        self.forget(context.policy.features.files.max_over, context);
        let shown: Vec<_> = self.transfers.iter().map(|one| one.view(context)).collect();
        if *self.shown != shown {
            self.shown = Rc::new(shown);
        }
    }

    fn deadline(&self, context: &FeatureContext<'_>) -> Option<Duration> {
        let policy = &context.policy.features.files;
        self.transfers.iter().filter_map(|one| one.deadline(policy)).min()
    }

    fn present(&self, view: &mut View, _: &FeatureContext<'_>) {
        view.features.files = Rc::clone(&self.shown);
    }
}

/// Returns the id of the offer of a file to a peer. Whoever does not know the id of the file cannot
/// find it.
fn transfer_id(file: FileId, peer: PeerId) -> TransferId {
    let digest = Sha256::new().chain_update(file.0).chain_update(peer.as_bytes()).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    TransferId::from_bytes(id)
}
