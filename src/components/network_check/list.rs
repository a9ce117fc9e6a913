//! The list of what was checked.

use tincan_browser::page;
use tincan_call::network_check::{CheckLine, CheckReport, CheckResult};
use yew::prelude::*;

use super::NetworkCheckProps;
use crate::components::{ButtonKind, CopyButton, Icon, button};
use crate::hooks::{Choices, use_choices, use_network_check};
use crate::i18n::CheckTexts;

#[component(CheckList)]
pub(super) fn check_list(props: &NetworkCheckProps) -> Html {
    let Choices { language, .. } = use_choices();
    let words = language.check();
    let (results, on_again) = use_network_check(&props.media);
    let of = |line| results.iter().find(|result| result.line == line).copied();
    let sorted: Vec<CheckResult> = CheckLine::ALL.into_iter().filter_map(of).collect();
    let is_over = sorted.len() == CheckLine::ALL.len();
    let report = || CheckReport::new(&sorted, page::browser()).to_json();
    let labels = [words.copy, words.copied, words.not_copied];
    html! {
        <div class="network-check">
            <p role="status">{ if is_over { words.done } else { words.checking } }</p>
            <dl>
                { for CheckLine::ALL.map(|line| row(words, line, of(line))) }
            </dl>
            if is_over {
                <div class="network-check-actions">
                    <CopyButton text={report()} {labels} />
                    { button(ButtonKind::Small, Some(Icon::Retry), words.again, &on_again) }
                </div>
            }
        </div>
    }
}

fn row(words: &CheckTexts, line: CheckLine, result: Option<CheckResult>) -> Html {
    let text = match result {
        None => words.waiting.to_owned(),
        Some(CheckResult { verdict, took_ms, rate, .. }) => {
            let verdict = (words.verdict)(line, verdict).to_owned();
            let took = took_ms.map(|took| [&took.to_string(), " ms"].concat());
            let rate = rate.map(|rate| [&rate.to_string(), " kbit/s"].concat());
            let all: Vec<String> = [verdict].into_iter().chain(took).chain(rate).collect();
            all.join(" · ")
        }
    };
    html! { <div><dt>{ (words.line)(line) }</dt><dd>{ text }</dd></div> }
}
