//! Commands that wait for the code of a call.

use tincan_call::Command;
use yew::prelude::*;

use super::{Lazy, use_effect_with};

/// The reason why a click has not led into the call yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Waiting {
    /// No click is waiting.
    No,
    /// The code is being loaded.
    Loading,
    /// It could not be loaded; the callback tries again.
    Failed(Callback<()>),
}

/// Holds one command until the code is there.
#[derive(Default)]
struct Gate {
    is_open: bool,
    held: Option<Command>,
}

impl Gate {
    /// Returns a command that need not wait, and holds one that must. One that leads away from the
    /// call drops what is held.
    fn pass(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::Join | Command::Call | Command::Accept | Command::AcceptWithoutCamera => {
                if !self.is_open {
                    self.held = Some(command);
                    return None;
                }
                // What is held is about to pass, but this was asked for later.
                self.held = None;
            }
            Command::Cancel
            | Command::Decline
            | Command::HangUp
            | Command::Leave
            | Command::Suspend => self.held = None,
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
            | Command::DismissNotice
            | Command::DismissRing
            | Command::SpeakerRefused(_)
            | Command::Feature(_) => {}
        }
        Some(command)
    }
}

/// Passes commands on. One that leads into a call waits until its code is there, and one that leads
/// away from it drops what waits. Returns what the person waits for, too.
#[hook]
pub(crate) fn use_loaded<T>(
    dispatch: &Callback<Command>,
    code: &Lazy<T>,
    on_retry: &Callback<()>,
) -> (Callback<Command>, Waiting) {
    let gate = use_mut_ref(Gate::default);
    let is_waiting = use_state_eq(|| false);
    let is_open = matches!(code, Lazy::Ready(_));
    gate.borrow_mut().is_open = is_open;
    use_effect_with(is_open, {
        let (gate, is_waiting) = (gate.clone(), is_waiting.setter());
        let dispatch = dispatch.clone();
        move |is_open| {
            let held = if *is_open { gate.borrow_mut().held.take() } else { None };
            if let Some(command) = held {
                is_waiting.set(false);
                dispatch.emit(command);
            }
        }
    });
    let dispatch = use_callback(dispatch.clone(), {
        let is_waiting = is_waiting.setter();
        move |command: Command, dispatch| {
            let passed = gate.borrow_mut().pass(command);
            is_waiting.set(gate.borrow().held.is_some());
            if let Some(command) = passed {
                dispatch.emit(command);
            }
        }
    });
    let waiting = match (*is_waiting, code) {
        (false, _) | (true, Lazy::Ready(_)) => Waiting::No,
        (true, Lazy::Loading) => Waiting::Loading,
        (true, Lazy::Failed) => Waiting::Failed(on_retry.clone()),
    };
    (dispatch, waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_into_a_call_waits_for_its_code() {
        let mut gate = Gate::default();
        assert_eq!(gate.pass(Command::Join), None);
        assert_eq!(gate.pass(Command::SetCamera(false)), Some(Command::SetCamera(false)));
        assert_eq!(gate.held, Some(Command::Join), "other commands leave it alone");
        assert_eq!(gate.pass(Command::Call), None);
        assert_eq!(gate.held, Some(Command::Call), "the last one counts");
        gate.is_open = true;
        assert_eq!(gate.pass(Command::Accept), Some(Command::Accept));
        assert_eq!(gate.held, None, "the last one counts");
    }

    #[test]
    fn what_leads_away_from_a_call_drops_what_waits() {
        for command in [Command::Decline, Command::HangUp, Command::Leave, Command::Suspend] {
            let mut gate = Gate { is_open: false, held: Some(Command::Accept) };
            assert_eq!(gate.pass(command.clone()), Some(command));
            assert_eq!(gate.held, None);
        }
    }
}
