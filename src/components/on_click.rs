//! A click that is a command.

use tincan_call::Command;
use yew::prelude::*;

/// Gives this command at each click.
pub(crate) fn on_click(dispatch: &Callback<Command>, command: Command) -> Callback<MouseEvent> {
    // One function for all of them: each further closure would be compiled separately.
    dispatch.reform(move |_| command.clone())
}
