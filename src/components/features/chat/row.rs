//! One message.

use std::rc::Rc;
use std::time::Duration;

use tincan_call::features::{ChatAuthor, ChatMessage};
use yew::prelude::*;

use super::links::{Part, parts};
use super::marks::{Mark, mark};
use crate::hooks::{Choices, TimeOfDay, count_render, time_of_day, use_choices};

/// The time after which a message has its author and its time again.
const PAUSE: Duration = Duration::from_mins(5);

#[derive(Properties, PartialEq)]
pub(super) struct RowProps {
    pub(super) message: Rc<ChatMessage>,
    /// It follows one of the same author: only screen readers are told the author again.
    pub(super) is_continued: bool,
}

/// Returns `true` if a message continues the one before it.
pub(super) fn is_continued(before: &ChatMessage, message: &ChatMessage) -> bool {
    let is_same = match (&before.author, &message.author) {
        (ChatAuthor::Me(_), ChatAuthor::Me(_)) => true,
        (ChatAuthor::Peer(one, one_name), ChatAuthor::Peer(other, other_name)) => {
            one == other && one_name == other_name
        }
        (ChatAuthor::Me(_), ChatAuthor::Peer(..)) | (ChatAuthor::Peer(..), ChatAuthor::Me(_)) => {
            false
        }
    };
    is_same && message.at.saturating_sub(before.at) < PAUSE
}

/// A message. It is drawn again only if its marks change.
#[component(Row)]
pub(super) fn row(props: &RowProps) -> Html {
    count_render("ChatMessage");
    let Choices { texts, language, .. } = use_choices();
    let ChatMessage { id: _, at, author, text } = &*props.message;
    let (name, mark) = match author {
        ChatAuthor::Me(recipients) => (texts.you, Some(mark(texts, language.chat(), recipients))),
        ChatAuthor::Peer(_, name) => (texts.name(name.as_str()), None),
    };
    let TimeOfDay { text: time, iso } = time_of_day(*at, language.tag());
    let head = if props.is_continued { "visually-hidden" } else { "message-head" };
    html! {
        <li class="message" data-mine={mark.as_ref().map(|_| "on")}>
            <p class={head}>
                <span class="message-author" dir="auto">{ name }</span>
                <time datetime={iso}>{ time }</time>
            </p>
            <div class="message-bubble">
                <p class="message-text" dir="auto">{ for parts(text).into_iter().map(draw) }</p>
                if let Some(Mark { state, words, is_quiet }) = mark {
                    <span class="message-mark" data-state={state} aria-hidden="true" />
                    <p class={if is_quiet { "visually-hidden" } else { "message-words" }}>
                        { words }
                    </p>
                }
            </div>
        </li>
    }
}

/// Draws a part of a text. Whatever it says, it is text, and never markup.
fn draw(part: Part<'_>) -> Html {
    match part {
        Part::Text(text) => html! { <span>{ text }</span> },
        Part::Link { address, text } => html! {
            <a href={address} target="_blank" rel="noopener noreferrer">{ text }</a>
        },
    }
}

#[cfg(test)]
mod tests {
    use tincan_call::protocol::{Name, PeerId};

    use super::*;

    #[test]
    fn a_message_continues_another_of_the_same_author_soon_after_it() {
        let message = |author: &ChatAuthor, minutes| ChatMessage {
            id: 1,
            at: Duration::from_mins(minutes),
            author: author.clone(),
            text: "".into(),
        };
        let me = ChatAuthor::Me(Vec::new());
        let peer = |id, name| ChatAuthor::Peer(PeerId::from_bytes([id; 16]), Name::new(name));
        for (one, other, minutes, expected) in [
            (&me, &me, 4, true),
            (&me, &me, 5, false),
            (&me, &peer(1, "Ada"), 0, false),
            (&peer(1, "Ada"), &me, 0, false),
            (&peer(1, "Ada"), &peer(1, "Ada"), 0, true),
            (&peer(1, "Ada"), &peer(1, "Lin"), 0, false),
            (&peer(1, "Ada"), &peer(2, "Ada"), 0, false),
        ] {
            let is = is_continued(&message(one, 7), &message(other, 7 + minutes));
            assert_eq!(is, expected, "{one:?} {other:?} {minutes}");
        }
    }
}
