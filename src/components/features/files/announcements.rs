//! Announcements of files for screen readers: offers, and what has arrived or not. Progress is not
//! announced.

use std::rc::Rc;

use tincan_call::features::{FileEnd, FileState, FileTransfer};
use tincan_call::protocol::{PeerId, TransferId};
use yew::prelude::*;

use super::short_name::short_name;
use crate::hooks::{Choices, use_choices};
use crate::i18n::{FileTexts, Texts, size};

#[derive(Properties, PartialEq)]
pub(super) struct AnnouncementsProps {
    pub(super) files: Rc<Vec<FileTransfer>>,
}

/// The last announcement, for a live region.
#[component(Announcements)]
pub(super) fn announcements(props: &AnnouncementsProps) -> Html {
    let Choices { texts, language, .. } = use_choices();
    let announcer = use_mut_ref(Announcer::default);
    let mut announcer = announcer.borrow_mut();
    announcer.update(&props.files, texts, language.files());
    html! {
        // Another element each time: the same words may be news again.
        <p key={announcer.number}>{ announcer.words.clone() }</p>
    }
}

/// The part of a state that is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    Offered,
    Accepted,
    Done,
    Ended,
}

impl Announced {
    const fn of(state: &FileState) -> Self {
        match state {
            FileState::Offered => Self::Offered,
            FileState::Moving(_) | FileState::Interrupted(_) => Self::Accepted,
            FileState::Done => Self::Done,
            FileState::Ended(_) => Self::Ended,
        }
    }
}

/// Finds what is new.
#[derive(Default)]
struct Announcer {
    known: Vec<(TransferId, Announced)>,
    number: usize,
    words: String,
}

impl Announcer {
    fn update(&mut self, files: &[FileTransfer], texts: &Texts, words: &FileTexts) {
        let now: Vec<_> = files.iter().map(|file| (file.id, Announced::of(&file.state))).collect();
        if now == self.known {
            return;
        }
        let changed = files.iter().zip(&now).filter(|(_, now)| !self.known.contains(now));
        let changed: Vec<_> = changed.map(|(file, _)| file).collect();
        self.known = now;
        let sentences = sentences(&changed, texts, words);
        if !sentences.is_empty() {
            self.words = (texts.sentences)(&sentences);
            self.number += 1;
        }
    }
}

/// Returns what to say about files whose state has changed.
fn sentences(changed: &[&FileTransfer], texts: &Texts, words: &FileTexts) -> Vec<String> {
    let offered = |is_outgoing| {
        let is_so = move |file: &&FileTransfer| {
            file.state == FileState::Offered && file.is_outgoing == is_outgoing
        };
        changed.iter().copied().filter(is_so)
    };
    let mut senders: Vec<PeerId> = Vec::new();
    let mut sentences = Vec::new();
    for file in offered(false) {
        if senders.contains(&file.peer) {
            continue;
        }
        senders.push(file.peer);
        let person = texts.name(file.peer_name.as_str());
        let count = offered(false).filter(|other| other.peer == file.peer).count();
        sentences.push(if count == 1 {
            (words.offered)(person, &short_name(&file.name), &size(file.size))
        } else {
            (words.offered_many)(person, count)
        });
    }
    let mut receivers: Vec<&str> = Vec::new();
    for file in offered(true) {
        let person = texts.name(file.peer_name.as_str());
        if !receivers.contains(&person) {
            receivers.push(person);
        }
    }
    if !receivers.is_empty() {
        sentences.push((words.waiting_for)(&receivers));
    }
    sentences.extend(changed.iter().filter_map(|file| over(file, texts, words)));
    sentences
}

/// Returns what to say about a file that is over, unless the person has ended it.
fn over(file: &FileTransfer, texts: &Texts, words: &FileTexts) -> Option<String> {
    let (name, person) = (&*short_name(&file.name), texts.name(file.peer_name.as_str()));
    match file.state {
        FileState::Done if file.is_outgoing => Some((words.has_file)(person, name)),
        FileState::Done => Some((words.has_arrived)(name, person)),
        FileState::Ended(end) => {
            let is_own = match end {
                FileEnd::CancelledHere => true,
                FileEnd::Declined => !file.is_outgoing,
                FileEnd::CancelledThere
                | FileEnd::FailedThere
                | FileEnd::Left
                | FileEnd::Failed(_) => false,
            };
            let reason = (words.ended)(end, person, file.is_outgoing);
            (!is_own).then(|| (words.has_ended)(name, &reason))
        }
        FileState::Offered | FileState::Moving(_) | FileState::Interrupted(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use tincan_call::features::FileProgress;
    use tincan_call::protocol::{FileName, Name};

    use super::*;
    use crate::i18n::Language;

    fn file(id: u8, peer: &str, is_outgoing: bool, state: FileState) -> FileTransfer {
        FileTransfer {
            id: TransferId::from_bytes([id; 16]),
            peer: PeerId::from_bytes([peer.as_bytes()[0]; 16]),
            peer_name: Name::new(peer),
            name: FileName::new(&format!("{id}.pdf")),
            size: 1_500_000,
            is_outgoing,
            state,
        }
    }

    #[test]
    fn each_change_is_announced_once() {
        let moving = |bytes| FileState::Moving(FileProgress { bytes, ..FileProgress::default() });
        let (texts, words) = (Language::English.texts(), Language::English.files());
        let mut announcer = Announcer::default();
        let offer = "Grace wants to send you 1.pdf, 1.5 MB.";
        let declined = FileState::Ended(FileEnd::Declined);
        for (number, (files, expected)) in [
            (vec![], ""),
            (vec![file(1, "Grace", false, FileState::Offered)], offer),
            (vec![file(1, "Grace", false, moving(1))], offer),
            (vec![file(1, "Grace", false, moving(2))], offer),
            (vec![file(1, "Grace", false, FileState::Interrupted(2))], offer),
            (vec![file(1, "Grace", false, FileState::Done)], "1.pdf from Grace has arrived."),
            (
                vec![
                    file(2, "Ada", true, FileState::Offered),
                    file(3, "Grace", true, FileState::Offered),
                ],
                "Waiting for Ada and Grace",
            ),
            (
                vec![
                    file(2, "Ada", true, FileState::Done),
                    file(3, "Grace", true, declined.clone()),
                ],
                "Ada has received 2.pdf. 3.pdf: Grace declined it.",
            ),
            (
                vec![
                    file(4, "Ada", false, FileState::Offered),
                    file(5, "Ada", false, FileState::Offered),
                    file(6, "Grace", false, FileState::Offered),
                ],
                "Ada wants to send you 2 files. Grace wants to send you 6.pdf, 1.5 MB.",
            ),
            (
                vec![
                    file(4, "Ada", false, declined),
                    file(5, "Ada", false, FileState::Ended(FileEnd::CancelledHere)),
                ],
                "Ada wants to send you 2 files. Grace wants to send you 6.pdf, 1.5 MB.",
            ),
        ]
        .into_iter()
        .enumerate()
        {
            announcer.update(&files, texts, words);
            assert_eq!(announcer.words, expected, "{number}");
        }
        assert_eq!(announcer.number, 5);
    }
}
