//! A quiet line on those who still are to answer.

use tincan_call::Command;
use yew::prelude::*;

use super::on_click;
use crate::i18n::Texts;

/// Shows who is still being called while the call is on already, with a button that cancels it. The
/// region is always there, so that screen readers watch it.
pub(crate) fn call_line(texts: &Texts, callees: &[&str], dispatch: &Callback<Command>) -> Html {
    let onclick = on_click(dispatch, Command::Cancel);
    html! {
        <div class="banner-region" role="status">
            if !callees.is_empty() {
                <div class="banner banner-call">
                    <span class="pulse" />
                    <p>{ (texts.ring.calling)(callees) }</p>
                    <button type="button" class="banner-button" {onclick}>{ texts.ring.cancel }</button>
                </div>
            }
        </div>
    }
}
