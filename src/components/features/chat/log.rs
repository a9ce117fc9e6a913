//! The list of messages.

use std::rc::Rc;

use tincan_call::features::{ChatAuthor, ChatMessage};
use yew::prelude::*;

use super::row::{Row, is_continued};
use crate::components::{ButtonKind, Icon, button};
use crate::hooks::{Newest, count_render, use_choices, use_newest};

/// The most messages of a block. Another message draws the last block again, and no other: so it
/// costs the same however many there are.
const BLOCK: u64 = 32;

#[derive(Properties, PartialEq)]
pub(super) struct LogProps {
    pub(super) messages: Rc<Vec<Rc<ChatMessage>>>,
    pub(super) live: &'static str,
}

/// All messages. The list stays at the newest one, unless the person has scrolled away from it.
#[component(Log)]
pub(super) fn log(props: &LogProps) -> Html {
    count_render("ChatLog");
    let words = use_choices().language.chat();
    let LogProps { messages, live } = props;
    let newest = messages.last();
    let is_mine = newest.is_some_and(|message| matches!(message.author, ChatAuthor::Me(_)));
    let Newest { node, content, is_unseen, on_scroll, on_show } =
        use_newest(newest.map(|message| message.id), is_mine);
    html! {
        <div class="chat-messages">
            // By keyboard it scrolls while it has the focus.
            <div
                ref={node}
                class="chat-log"
                role="log"
                aria-live={*live}
                aria-relevant="additions"
                aria-label={words.log}
                tabindex="0"
                onscroll={on_scroll}
            >
                <div ref={content} class="chat-content">
                    <p class="chat-note">{ words.note }</p>
                    if messages.is_empty() {
                        <p class="chat-empty">{ words.empty }</p>
                    } else {
                        <ol>{ blocks(messages) }</ol>
                    }
                </div>
            </div>
            if is_unseen {
                <div class="chat-newest">
                    { button(ButtonKind::Small, Some(Icon::Down), words.new_messages, &on_show) }
                </div>
            }
        </div>
    }
}

/// Draws the blocks. A message stays in its block when older ones are dropped.
fn blocks(messages: &[Rc<ChatMessage>]) -> Html {
    let block_of = |message: &Rc<ChatMessage>| message.id / BLOCK;
    let mut before = None;
    messages
        .chunk_by(|one, next| block_of(one) == block_of(next))
        .map(|block| {
            let last = before.take();
            before = block.last().cloned();
            html! {
                <Block
                    key={block.first().map(block_of).unwrap_or_default()}
                    before={last}
                    messages={block.to_vec()}
                />
            }
        })
        .collect()
}

#[derive(Properties, PartialEq)]
struct BlockProps {
    /// The last message of the block before.
    before: Option<Rc<ChatMessage>>,
    messages: Vec<Rc<ChatMessage>>,
}

#[component(Block)]
fn block(props: &BlockProps) -> Html {
    count_render("ChatBlock");
    let mut before = props.before.as_deref();
    props
        .messages
        .iter()
        .map(|message| {
            let is_continued = before.is_some_and(|before| is_continued(before, message));
            before = Some(message);
            html! { <Row key={message.id} message={Rc::clone(message)} {is_continued} /> }
        })
        .collect()
}
