//! Commands that wait until the page has loaded what only a call needs.

use std::cell::RefCell;
use std::rc::Rc;

use tincan_browser::page::load_call;
use tincan_browser::task::Task;
use tincan_call::Command;
use yew::prelude::*;

/// Something that may have to wait.
#[derive(Clone)]
pub(crate) struct WhenLoaded {
    waiting: Rc<RefCell<Option<Task>>>,
    is_waiting: UseStateSetter<bool>,
}

impl WhenLoaded {
    /// Calls `act` now, or as soon as what a call needs is there. It replaces what already waits.
    pub(crate) fn run(&self, act: impl FnOnce() + 'static) {
        let Some(loading) = load_call() else {
            // What waits is about to run, but this was asked for later.
            self.cancel();
            return act();
        };
        self.is_waiting.set(true);
        let is_waiting = self.is_waiting.clone();
        let task = Task::spawn(async move {
            loading.await;
            is_waiting.set(false);
            act();
        });
        self.waiting.replace(Some(task));
    }

    /// Drops what waits.
    pub(crate) fn cancel(&self) {
        if self.waiting.take().is_some() {
            self.is_waiting.set(false);
        }
    }
}

/// Returns what lets something wait until what a call needs is there, and `true` while something
/// waits. It is dropped with the component.
#[hook]
pub(crate) fn use_when_loaded() -> (WhenLoaded, bool) {
    let waiting = use_mut_ref(|| None::<Task>);
    let is_waiting = use_state_eq(|| false);
    (WhenLoaded { waiting, is_waiting: is_waiting.setter() }, *is_waiting)
}

/// Passes commands on. One that may lead into a call waits until what a call needs is there, and
/// one that leads away from it drops what waits. Returns whether a command waits.
#[hook]
pub(crate) fn use_loaded(dispatch: &Callback<Command>) -> (Callback<Command>, bool) {
    let (when_loaded, is_waiting) = use_when_loaded();
    let dispatch = use_callback(dispatch.clone(), move |command: Command, dispatch| {
        match command {
            Command::Join | Command::Call | Command::Accept | Command::AcceptWithoutCamera => {
                let dispatch = dispatch.clone();
                return when_loaded.run(move || dispatch.emit(command));
            }
            Command::Cancel
            | Command::Decline
            | Command::HangUp
            | Command::Leave
            | Command::Suspend => when_loaded.cancel(),
            Command::Enter { .. }
            | Command::Resume
            | Command::SetName(_)
            | Command::SetMicrophone(_)
            | Command::SetCamera(_)
            | Command::RetryDevices
            | Command::Talk(_)
            | Command::SetScreen(_)
            | Command::RetryLink(_)
            | Command::SetPreferences(_)
            | Command::UseOffered
            | Command::Dismiss
            | Command::DismissRing
            | Command::SpeakerRefused(_)
            | Command::Feature(_) => {}
        }
        dispatch.emit(command);
    });
    (dispatch, is_waiting)
}
