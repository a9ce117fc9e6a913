//! A click that is a command.

use tincan_call::Command;
use yew::prelude::*;

/// Gives this command at each click.
pub(crate) fn on_click(dispatch: &Callback<Command>, command: Command) -> Callback<MouseEvent> {
    // One function for all of them: each closure more would be compiled on its own.
    dispatch.reform(move |_| command.clone())
}
