//! One file that is sent or received, or was.

use tincan_call::features::{FileCommand, FileProgress, FileState, FileTransfer};
use tincan_call::protocol::TransferId;
use tincan_call::{Command, FeatureCommand};
use web_sys::Element;
use yew::prelude::*;

use super::short_name::short_name;
use crate::components::Icon;
use crate::components::tile_actions::keep_focus;
use crate::hooks::{Choices, count_render, focus_on, use_choices};
use crate::i18n::{FileTexts, TimeLeft, rate, size};

#[derive(Properties, PartialEq)]
pub(super) struct CardProps {
    pub(super) file: FileTransfer,
    pub(super) dispatch: Callback<Command>,
}

/// A button of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Accept,
    Decline,
    Cancel,
    Save,
    Dismiss,
}

impl Action {
    /// Returns the buttons of a file.
    const fn all(file: &FileTransfer) -> &'static [Self] {
        match (&file.state, file.is_outgoing) {
            (FileState::Offered, false) => &[Self::Accept, Self::Decline],
            (FileState::Offered, true) | (FileState::Moving(_) | FileState::Interrupted(_), _) => {
                &[Self::Cancel]
            }
            (FileState::Done, false) => &[Self::Save, Self::Dismiss],
            (FileState::Done, true) | (FileState::Ended(_), _) => &[Self::Dismiss],
        }
    }

    const fn label(self, words: &FileTexts) -> &'static str {
        match self {
            Self::Accept => words.accept,
            Self::Decline => words.decline,
            Self::Cancel => words.cancel,
            Self::Save => words.save,
            Self::Dismiss => words.dismiss,
        }
    }

    const fn command(self, file: TransferId) -> FileCommand {
        match self {
            Self::Accept => FileCommand::Accept(file),
            Self::Decline => FileCommand::Decline(file),
            Self::Cancel => FileCommand::Cancel(file),
            Self::Save => FileCommand::Save(file),
            Self::Dismiss => FileCommand::Forget(file),
        }
    }
}

/// A file. The focus stays on it when the button is gone that had it.
#[component(Card)]
pub(super) fn card(props: &CardProps) -> Html {
    count_render("FileCard");
    let Choices { texts, language, .. } = use_choices();
    let words = language.files();
    let CardProps { file, dispatch } = props;
    let person = texts.name(file.peer_name.as_str());
    let who = match file.state {
        _ if !file.is_outgoing => Some((words.from)(person)),
        // The words about the state name them.
        FileState::Offered | FileState::Done => None,
        FileState::Moving(_) | FileState::Interrupted(_) | FileState::Ended(_) => {
            Some((words.to)(person))
        }
    };
    let name_id = AttrValue::from(element_id(file.id));
    let button = |action: &Action| {
        let (action, id) = (*action, file.id);
        let onclick = dispatch.reform(move |event: MouseEvent| {
            keep_place(&event, action);
            Command::Feature(FeatureCommand::Files(action.command(id)))
        });
        let label = action.label(words);
        if action == Action::Dismiss {
            return html! {
                <button
                    key={label}
                    type="button"
                    class="icon-button"
                    title={label}
                    aria-label={label}
                    aria-describedby={&name_id}
                    onmousedown={keep_focus}
                    {onclick}
                >
                    { Icon::Close.svg() }
                </button>
            };
        }
        html! {
            <button
                key={label}
                type="button"
                class="button"
                data-kind="small"
                data-does={(action == Action::Accept).then_some("accept")}
                aria-describedby={&name_id}
                onmousedown={keep_focus}
                {onclick}
            >
                { label }
            </button>
        }
    };
    html! {
        <li class="file">
            <span class="file-icon">{ Icon::File.svg() }</span>
            <div class="file-words">
                { name(file, &name_id) }
                <p class="file-facts">
                    <span>{ size(file.size) }</span>
                    { who.map(|who| html! { <span>{ who }</span> }) }
                </p>
                { state(file, person, words) }
            </div>
            <div class="file-actions">{ for Action::all(file).iter().map(button) }</div>
        </li>
    }
}

/// Returns the id of the element with the name. It has only the beginning of the transfer's id:
/// whoever knows all of that can take the file.
fn element_id(file: TransferId) -> String {
    let id = file.to_string();
    ["file-", id.get(..6).unwrap_or_default()].concat()
}

/// The name, which is never markup. Screen readers get all of it.
fn name(file: &FileTransfer, id: &AttrValue) -> Html {
    let (full, short) = (AttrValue::from(file.name.as_str().to_owned()), short_name(&file.name));
    let is_short = short == full.as_str();
    html! {
        <p class="file-name" {id} dir="auto" tabindex="-1" title={full.clone()}>
            if is_short {
                <span>{ full }</span>
            } else {
                <span aria-hidden="true">{ short.into_owned() }</span>
                <span class="visually-hidden">{ full }</span>
            }
        </p>
    }
}

/// The state in words, with a bar for one that moves.
fn state(file: &FileTransfer, person: &str, words: &FileTexts) -> Html {
    let name = short_name(&file.name);
    let label = if file.is_outgoing { words.sending } else { words.receiving };
    let bar = |bytes: u64| {
        html! {
            <progress
                max={file.size.max(1).to_string()}
                value={bytes.min(file.size).to_string()}
                aria-label={label(&name, person)}
            />
        }
    };
    let line = |line: String| html! { <p class="file-state">{ line }</p> };
    match &file.state {
        FileState::Offered if file.is_outgoing => line((words.waiting_for)(&[person])),
        FileState::Offered => html! {},
        FileState::Moving(progress) => html! {
            <>
                { bar(progress.bytes) }
                <p class="file-facts">
                    { for figures(progress, file.size, words).into_iter().map(|figure| html! {
                        <span>{ figure }</span>
                    }) }
                </p>
            </>
        },
        FileState::Interrupted(bytes) => html! {
            <>
                { bar(*bytes) }
                { line(words.interrupted.to_owned()) }
            </>
        },
        FileState::Done if file.is_outgoing => line((words.delivered)(person)),
        FileState::Done => line(words.saved.to_owned()),
        FileState::Ended(end) => line((words.ended)(*end, person, file.is_outgoing)),
    }
}

/// Returns the progress in words, as far as it is known.
fn figures(progress: &FileProgress, size: u64, words: &FileTexts) -> Vec<String> {
    let percent = progress.bytes.min(size).saturating_mul(100).checked_div(size).unwrap_or(0);
    let left = progress.left.map(|left| (words.left)(TimeLeft::of(left)));
    let figures = [Some((words.percent)(percent)), progress.rate.map(rate), left];
    figures.into_iter().flatten().collect()
}

/// Gives the focus to the name of the file whose button is pressed by the keyboard, or to the
/// button of the list if the file goes.
fn keep_place(event: &MouseEvent, action: Action) {
    if event.detail() > 0 {
        // The pointer has not moved the focus.
        return;
    }
    let (area, to) = match action {
        Action::Dismiss => (".files", ".files-fold"),
        Action::Accept | Action::Decline | Action::Cancel => (".file", ".file-name"),
        // It stays.
        Action::Save => return,
    };
    let button: Element = event.target_unchecked_into();
    if let Ok(Some(area)) = button.closest(area) {
        focus_on(&area, to);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn progress_is_told_as_far_as_it_is_known() {
        let left = Some(Duration::from_secs(150));
        let progress = |bytes, rate, left| FileProgress { bytes, rate, left };
        for (progress, size, expected) in [
            (progress(0, None, None), 10, "0%"),
            (progress(999, None, None), 1000, "99%"),
            (progress(0, None, None), 0, "0%"),
            (progress(12, None, None), 10, "100%"),
            (progress(5, Some(2_400_000), None), 10, "50%, 2.4 MB/s"),
            (progress(5, Some(2_400_000), left), 10, "50%, 2.4 MB/s, About 3 minutes left"),
        ] {
            let figures = figures(&progress, size, Language::English.files());
            assert_eq!(figures.join(", "), expected);
        }
    }
}
