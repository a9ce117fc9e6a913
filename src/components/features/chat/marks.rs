//! The mark at a message of one's own: whom it has reached.

use tincan_call::features::{ChatDelivery, ChatRecipient};

use crate::i18n::{ChatTexts, Texts};

/// The mark of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The value of `data-state`.
    pub(super) state: &'static str,
    pub(super) words: String,
    /// The sign says it all: the words are for screen readers.
    pub(super) is_quiet: bool,
}

pub(super) fn mark(texts: &Texts, words: &ChatTexts, recipients: &[ChatRecipient]) -> Mark {
    let those = |delivery| -> Vec<&str> {
        let those = recipients.iter().filter(|recipient| recipient.delivery == delivery);
        those.map(|recipient| texts.name(recipient.name.as_str())).collect()
    };
    let delivered = those(ChatDelivery::Delivered);
    let waiting = those(ChatDelivery::Waiting);
    let missed = those(ChatDelivery::Missed);
    let is_one = recipients.len() == 1;
    match (&delivered[..], &waiting[..], &missed[..]) {
        ([], [], []) => Mark { state: "missed", words: words.nobody.to_owned(), is_quiet: false },
        (_, [], []) => {
            let words = if is_one { words.delivered } else { words.delivered_to_all };
            Mark { state: "delivered", words: words.to_owned(), is_quiet: true }
        }
        ([], _, []) => Mark { state: "waiting", words: words.sending.to_owned(), is_quiet: false },
        ([], [], _) if is_one => {
            Mark { state: "missed", words: words.missed.to_owned(), is_quiet: false }
        }
        _ => {
            let state = if missed.is_empty() { "waiting" } else { "missed" };
            let sentences = [
                (words.delivered_to, &delivered),
                (words.waiting_for, &waiting),
                (words.missed_by, &missed),
            ];
            let sentences = sentences.into_iter().filter(|(_, names)| !names.is_empty());
            let sentences: Vec<String> = sentences.map(|(words, names)| words(names)).collect();
            Mark { state, words: (texts.sentences)(&sentences), is_quiet: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use tincan_call::protocol::{Name, PeerId};

    use super::*;
    use crate::i18n::Language;
    use ChatDelivery::{Delivered, Missed, Waiting};

    #[test]
    fn a_mark_names_those_whom_a_message_has_reached_and_those_whom_it_has_not() {
        let recipient = |(name, delivery)| ChatRecipient {
            peer: PeerId::from_bytes([7; 16]),
            name: Name::new(name),
            delivery,
        };
        let texts = Language::English.texts();
        for (recipients, state, words) in [
            (&[][..], "missed", "Nobody else was in the call."),
            (&[("Lin", Waiting)], "waiting", "Sending…"),
            (&[("Lin", Delivered)], "delivered", "Delivered"),
            (&[("Lin", Missed)], "missed", "Not delivered"),
            (&[("Lin", Delivered), ("", Delivered)], "delivered", "Delivered to everyone"),
            (&[("Lin", Waiting), ("", Waiting)], "waiting", "Sending…"),
            (
                &[("Lin", Waiting), ("", Delivered)],
                "waiting",
                "Delivered to Someone. Waiting for Lin.",
            ),
            (&[("Lin", Missed), ("Ada", Missed)], "missed", "Not delivered to Lin and Ada."),
            (
                &[("Lin", Missed), ("Ada", Delivered), ("Grace", Waiting), ("דנה", Delivered)],
                "missed",
                "Delivered to Ada and \u{2068}דנה\u{2069}. Waiting for Grace. Not delivered to Lin.",
            ),
        ] {
            let recipients: Vec<_> = recipients.iter().copied().map(recipient).collect();
            let mark = mark(texts, Language::English.chat(), &recipients);
            assert_eq!((mark.state, &*mark.words), (state, words), "{recipients:?}");
            assert_eq!(mark.is_quiet, state == "delivered");
        }
    }
}
