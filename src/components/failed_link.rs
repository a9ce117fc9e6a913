//! A connection with a person that failed: the reason, the remedy, and a report to pass on.

use tincan_call::{Command, Failure, Peer};
use yew::prelude::*;

use super::copy_report::{Reported, report_button};
use super::tile_actions::small_button;
use super::{ButtonKind, Icon, button, on_click};
use crate::hooks::Choices;

/// The reason, and buttons to try again, to copy the report and to check the network.
pub(super) fn failed_link(
    choices: &Choices,
    (peer, name): (&Peer, &str),
    failure: Failure,
    on_check: &Callback<()>,
    dispatch: &Callback<Command>,
) -> Html {
    let words = choices.language.failures();
    let report = |attempt| report_button(Reported::Link(attempt));
    let on_retry = on_click(dispatch, Command::RetryLink(peer.id));
    html! {
        <div class="tile-trouble" data-kind="failed">
            <strong>{ (words.title)(name) }</strong>
            <p>{ (words.why)(failure) }</p>
            <div class="tile-trouble-actions">
                { small_button(Icon::Retry, choices.texts.try_again.to_owned(), &on_retry) }
                { peer.failed.clone().map(report) }
                { button(ButtonKind::Small, Some(Icon::Chart), words.check_network, on_check) }
            </div>
        </div>
    }
}
