//! The chat: its control, the frame of its panel, and the news of a message while it is closed.

mod composer;
mod links;
mod log;
mod marks;
mod panel;
mod row;

use std::rc::Rc;

use tincan_browser::lazy;
use tincan_call::features::{ChatAuthor, ChatMessage, ChatPanel};
use tincan_call::{Command, FeatureCommand, View};
use unicode_segmentation::UnicodeSegmentation as _;
use yew::prelude::*;

use super::{Badge, FeatureControl, Press};
use crate::components::tile_actions::keep_focus;
use crate::components::{Icon, icon_button, on_click, waiting};
use crate::hooks::{
    Lazy, Waiting, count_render, use_focus_return, use_layer, use_lazy, use_panel_focus, use_texts,
};
use crate::i18n::Texts;
use panel::{Draft, Panel, PanelProps};

/// The id of the panel.
const PANEL: &str = "chat";

/// The most characters of a message that are shown while the panel is closed.
const BEGINNING: usize = 80;

/// The functions that draw the chat.
#[derive(Clone, Copy)]
struct Drawing {
    panel: fn(PanelProps) -> Html,
}

lazy!(
    chat,
    /// Loads the functions that draw the chat.
    fn load_drawing() -> Drawing {
        Drawing { panel: |props| html! { <Panel ..props /> } }
    }
);

const fn show(is_open: bool) -> Command {
    Command::Feature(FeatureCommand::ShowChat(is_open))
}

/// Returns the command that opens the panel, or closes it.
pub(super) fn toggled(view: &View) -> FeatureCommand {
    FeatureCommand::ShowChat(!view.features.chat_panel.is_open)
}

pub(super) fn control(texts: &Texts, view: &View) -> FeatureControl {
    let ChatPanel { is_open, unread, news: _ } = view.features.chat_panel;
    FeatureControl {
        key: "chat",
        icon: Icon::Chat,
        label: texts.chat.title,
        is_on: is_open,
        badge: (unread > 0).then(|| Badge { count: unread, label: (texts.chat.unread)(unread) }),
        panel: Some(PANEL),
        press: Press::Command(toggled(view)),
    }
}

/// The beginning of the last message while the panel is closed. The region is always there, so that
/// screen readers watch it.
pub(super) fn news(texts: &Texts, view: &View, dispatch: &Callback<Command>) -> Html {
    let message = view.features.chat_panel.news.as_deref();
    let live = live(view.me.preferences.announce_chat);
    html! {
        <div class="chat-news-region" role="status" aria-live={live}>
            if let Some(ChatMessage { author: ChatAuthor::Peer(_, name), text, .. }) = message {
                <button
                    type="button"
                    class="chat-news"
                    onmousedown={keep_focus}
                    onclick={on_click(dispatch, show(true))}
                >
                    <strong>{ (texts.chat.message_from)(texts.name(name.as_str())) }</strong>
                    <span dir="auto">{ beginning(text) }</span>
                </button>
            }
        </div>
    }
}

/// The value of `aria-live` of what messages are read from.
const fn live(is_announced: bool) -> &'static str {
    if is_announced { "polite" } else { "off" }
}

/// Returns the beginning of a text, in one line.
fn beginning(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.grapheme_indices(true).nth(BEGINNING) {
        Some((end, _)) => [&line[..end], "…"].concat(),
        None => line,
    }
}

/// The panel, beside what else the call shows.
pub(super) fn panel(view: &View, dispatch: &Callback<Command>) -> Html {
    html! {
        <ChatFrame
            is_open={view.features.chat_panel.is_open}
            messages={Rc::clone(&view.features.chat)}
            has_company={view.peers.iter().any(|peer| peer.in_call)}
            is_announced={view.me.preferences.announce_chat}
            {dispatch}
        />
    }
}

#[derive(Properties, PartialEq)]
struct ChatFrameProps {
    is_open: bool,
    messages: Rc<Vec<Rc<ChatMessage>>>,
    has_company: bool,
    is_announced: bool,
    dispatch: Callback<Command>,
}

/// The frame of the panel. What it shows is loaded when the panel opens or the first message comes.
#[component(ChatFrame)]
fn chat_frame(props: &ChatFrameProps) -> Html {
    count_render("ChatFrame");
    let ChatFrameProps { is_open, ref messages, .. } = *props;
    let texts = use_texts();
    let (drawing, on_retry) = use_lazy(is_open || !messages.is_empty(), load_drawing);
    // It outlives the panel: what was not sent yet is there when it opens again.
    let draft = use_memo((), |()| Draft::default());
    let on_close = use_callback(props.dispatch.clone(), |(), dispatch| dispatch.emit(show(false)));
    let node = use_node_ref();
    use_focus_return(is_open, "[aria-controls=chat]");
    use_panel_focus(&node, is_open && matches!(drawing, Lazy::Ready(_)));
    use_layer(is_open, &on_close);
    let onkeydown = use_callback(on_close.clone(), |event: KeyboardEvent, on_close| {
        // An input method has a use for the key.
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            on_close.emit(());
        }
    });
    if !is_open {
        return html! {};
    }
    let content = match drawing {
        Lazy::Loading => html! { <p class="chat-empty" role="status">{ texts.loading.page }</p> },
        Lazy::Failed => waiting(texts, &Waiting::Failed(on_retry)),
        Lazy::Ready(drawing) => (drawing.panel)(PanelProps {
            messages: Rc::clone(messages),
            has_company: props.has_company,
            live: live(props.is_announced),
            draft: (*draft).clone(),
            dispatch: props.dispatch.clone(),
        }),
    };
    html! {
        <section ref={node} class="chat" id={PANEL} aria-label={texts.chat.title} {onkeydown}>
            <header class="chat-header">
                <h2 tabindex="-1">{ texts.chat.title }</h2>
                { icon_button(Icon::Close, texts.settings.close, &on_close) }
            </header>
            { content }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        assert_eq!(beginning(" one\n\ttwo "), "one two");
        let family = "👩‍👩‍👧";
        assert_eq!(beginning(&family.repeat(BEGINNING)), family.repeat(BEGINNING));
        let cut = [&family.repeat(BEGINNING), "…"].concat();
        assert_eq!(beginning(&family.repeat(BEGINNING + 1)), cut);
    }
}
