//! The files of a call: those that were picked, and the code that moves files, loaded on demand.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_call::features::{FileCommand, FileEffect, FileError, FileEvent};
use tincan_call::{Command, FeatureCommand, FeatureInput, Input};
use tincan_protocol::{PeerId, TransferId};
use web_sys::File;

use super::{Driver, Shell, tell};
use crate::connection::{ChannelSink, RawChannel};
use crate::files::{MoveFiles, PickedFiles, load_files, may_have_files};
use crate::task::Task;

/// The most data channels that wait for the code. There is one for each file that is accepted.
const MAX_CHANNELS: usize = 100;

/// The files of a call.
#[derive(Default)]
pub(super) struct FileSide {
    picked: PickedFiles,
    code: Rc<RefCell<Code>>,
    loading: RefCell<Option<Task>>,
}

/// The code that moves files.
#[derive(Default)]
enum Code {
    #[default]
    NotLoaded,
    Loading(Early),
    Loaded(Rc<dyn MoveFiles>),
}

/// The effects and channels that wait for the code.
#[derive(Default)]
struct Early {
    effects: Vec<FileEffect>,
    channels: Vec<(PeerId, RawChannel)>,
}

impl FileSide {
    /// Returns the sink of the data channels that a peer opens.
    pub(super) fn sink(&self, peer: PeerId) -> ChannelSink {
        let code = Rc::clone(&self.code);
        Rc::new(move |channel| match &mut *code.borrow_mut() {
            Code::Loaded(files) => files.take_channel(peer, channel),
            Code::Loading(early) if early.channels.len() < MAX_CHANNELS => {
                early.channels.push((peer, channel));
            }
            // Nothing was accepted: it is closed.
            Code::Loading(_) | Code::NotLoaded => drop(channel),
        })
    }
}

impl Driver {
    /// Offers files to peers in the call.
    pub fn send_files(&self, to: Vec<PeerId>, files: &[File]) {
        let files = files.iter().filter_map(|file| self.0.files.picked.add(file)).collect();
        let command = FileCommand::Send { to, files };
        self.command(Command::Feature(FeatureCommand::Files(command)));
    }
}

impl Shell {
    pub(super) fn run_file_effect(&self, effect: FileEffect) {
        match effect {
            FileEffect::Release(file) => return self.files.picked.release(file),
            FileEffect::StopAll => self.files.picked.clear(),
            FileEffect::Find if !may_have_files() => return,
            FileEffect::Find
            | FileEffect::Send { .. }
            | FileEffect::Receive(..)
            | FileEffect::Discard(_)
            | FileEffect::Save(..) => {}
        }
        let loaded = match &mut *self.files.code.borrow_mut() {
            Code::Loaded(files) => Rc::clone(files),
            Code::Loading(early) => return early.effects.push(effect),
            // Nothing was sent, received or stored.
            Code::NotLoaded if matches!(effect, FileEffect::Discard(_) | FileEffect::StopAll) => {
                return;
            }
            code @ Code::NotLoaded => {
                *code = Code::Loading(Early { effects: vec![effect], ..Early::default() });
                return self.load_files();
            }
        };
        self.move_file(&*loaded, effect);
    }

    /// Has something done by the code that moves files.
    fn move_file(&self, files: &dyn MoveFiles, effect: FileEffect) {
        let (peer, file) = match &effect {
            FileEffect::Send { peer, file, .. } => (Some(*peer), self.files.picked.get(*file)),
            FileEffect::Receive(peer, _) => (Some(*peer), None),
            FileEffect::Find
            | FileEffect::Discard(_)
            | FileEffect::StopAll
            | FileEffect::Release(_)
            | FileEffect::Save(..) => (None, None),
        };
        let connections = self.connections.borrow();
        let connection = connections.iter().find(|(other, ..)| Some(*other) == peer);
        files.run(effect, connection.map(|(.., connection)| connection.as_raw()), file);
    }

    fn load_files(&self) {
        let (weak, room) = (self.weak.clone(), self.room);
        self.files.loading.replace(Some(Task::spawn(async move {
            let new = load_files().await;
            let Some(shell) = weak.upgrade() else { return };
            match new {
                Ok(new) => {
                    let files = new(room, {
                        let weak = weak.clone();
                        Rc::new(move |event| {
                            tell(&weak, Input::Feature(FeatureInput::Files(event)));
                        })
                    });
                    let code = Code::Loaded(Rc::clone(&files));
                    let Code::Loading(early) = shell.files.code.replace(code) else { return };
                    for effect in early.effects {
                        shell.move_file(&*files, effect);
                    }
                    for (peer, channel) in early.channels {
                        files.take_channel(peer, channel);
                    }
                }
                Err(_) => shell.files_not_loaded(),
            }
        })));
    }

    /// Fails everything that waits for the code. The next file tries to load it again.
    fn files_not_loaded(&self) {
        let Code::Loading(early) = self.files.code.take() else { return };
        for transfer in early.effects.iter().filter_map(transfer_of) {
            let event = FileEvent::Failed(transfer, FileError::NotLoaded);
            self.input(Input::Feature(FeatureInput::Files(event)));
        }
    }
}

/// Returns the offer that moves by an effect, if one does.
fn transfer_of(effect: &FileEffect) -> Option<TransferId> {
    match effect {
        FileEffect::Send { transfer, .. } => Some(*transfer),
        FileEffect::Receive(_, file) => Some(file.transfer),
        FileEffect::Find
        | FileEffect::Discard(_)
        | FileEffect::StopAll
        | FileEffect::Release(_)
        | FileEffect::Save(..) => None,
    }
}
