//! Chat: texts to everyone who is in the call at that moment.
//!
//! Texts go by data channels only. They wait for one, and never touch the server. Whoever comes
//! later gets no earlier ones, and nothing outlives the call.

mod conversation;
mod log;
mod panel;
mod text;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::{FeatureMessage, PeerId};

use super::peer_map::PeerMap;
use super::{Feature, FeatureCommand, FeatureContext};
use crate::api::view::View;
use crate::room::Member;
use conversation::Conversation;
use log::Log;
pub use log::{ChatAuthor, ChatDelivery, ChatMessage, ChatRecipient};
pub use panel::ChatPanel;
use panel::Panel;
pub use text::{ChatTextError, chat_text};

/// The times and limits of the chat.
#[derive(Debug, Clone, Copy)]
pub struct ChatPolicy {
    /// The time for which a peer is sent nothing more after anything of the chat. What is written
    /// or received meanwhile goes together: a quarter of the messages that a channel may carry.
    pub interval: Duration,
    /// The most messages of this page that may wait for a peer. It misses those beyond.
    pub max_waiting: usize,
    /// The most bytes of texts that are sent together, unless one alone is longer. Escaped as JSON
    /// they are at most twice as long, and fit into a message.
    pub batch_bytes: usize,
    /// The most messages that are shown. The oldest go.
    pub max_messages: usize,
    /// The most bytes of the texts that are shown. The oldest go.
    pub max_bytes: usize,
    /// The time for which a message is shown that arrives while the panel is closed.
    pub news_for: Duration,
}

impl Default for ChatPolicy {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(100),
            max_waiting: 2000,
            batch_bytes: 16 * 1024,
            max_messages: 2000,
            max_bytes: 2 * 1024 * 1024,
            news_for: Duration::from_secs(6),
        }
    }
}

/// The chat of this page.
#[derive(Debug, Default)]
pub(super) struct Chat {
    log: Log,
    panel: Panel,
    conversations: PeerMap<Conversation>,
    /// The number of messages that this page has shown, and that it has sent. They go on when the
    /// page leaves the room, as do the numbers of what has arrived: peers may remember them.
    shown: u64,
    sent: u64,
}

impl Chat {
    fn show(
        &mut self,
        author: ChatAuthor,
        text: Rc<str>,
        context: &FeatureContext<'_>,
    ) -> Rc<ChatMessage> {
        self.shown += 1;
        let message = Rc::new(ChatMessage { id: self.shown, at: context.now, author, text });
        self.log.add(Rc::clone(&message), &context.policy.features.chat);
        message
    }

    fn send(&mut self, text: Rc<str>, context: &FeatureContext<'_>) {
        let (id, sent, policy) = (self.shown + 1, self.sent, &context.policy.features.chat);
        let members = context.roster.iter().filter(|(_, member)| member.is_in_call());
        let recipients = members.map(|(peer, member)| {
            let conversation = self.conversations.entry(peer, context.roster);
            let is_waiting = conversation.push(id, &text, sent, policy);
            let delivery = if is_waiting { ChatDelivery::Waiting } else { ChatDelivery::Missed };
            ChatRecipient { peer, name: member.name(), delivery }
        });
        let recipients = recipients.collect();
        self.sent += 1;
        self.show(ChatAuthor::Me(recipients), text, context);
    }
}

impl Feature for Chat {
    fn on_command(&mut self, command: &FeatureCommand, context: &mut FeatureContext<'_>) {
        if let FeatureCommand::SendChat(text) = command
            && context.is_in_call
            && let Ok(text) = chat_text(text)
        {
            self.send(text, context);
        } else if let FeatureCommand::ShowChat(is_open) = *command {
            self.panel.set_open(is_open);
        }
    }

    fn on_peer_message(
        &mut self,
        peer: PeerId,
        message: &FeatureMessage,
        context: &mut FeatureContext<'_>,
    ) {
        let FeatureMessage::Chat { received, first, messages } = message else { return };
        if !context.is_in_call_with(peer) {
            return;
        }
        let conversation = self.conversations.entry(peer, context.roster);
        let arrived = conversation.on_receipt(*received);
        let texts = conversation.on_messages(*first, messages);
        self.log.set_delivery(&arrived, peer, ChatDelivery::Delivered);
        let name = context.roster.get(peer).map(Member::name).unwrap_or_default();
        let policy = &context.policy.features.chat;
        for text in texts {
            let message = self.show(ChatAuthor::Peer(peer, name.clone()), text, context);
            self.panel.on_message(&message, context.now, policy);
        }
    }

    fn on_peer_present(&mut self, peer: PeerId, _: &mut FeatureContext<'_>) {
        if let Some(conversation) = self.conversations.get_mut(peer) {
            conversation.on_route_changed();
        }
    }

    /// What has not arrived is kept: a page that was lost may come back and get it.
    fn on_peer_gone(&mut self, peer: PeerId) {
        if let Some(conversation) = self.conversations.get(peer) {
            self.log.set_delivery(&conversation.waiting(), peer, ChatDelivery::Missed);
        }
    }

    fn on_left_room(&mut self) {
        self.log = Log::default();
        self.panel = Panel::default();
        self.conversations.iter_mut().for_each(|(_, conversation)| conversation.give_up());
    }

    fn reconcile(&mut self, context: &mut FeatureContext<'_>) {
        if !context.is_in_call {
            self.on_left_room();
            return;
        }
        self.panel.reconcile(context.now);
        let policy = &context.policy.features.chat;
        for (peer, conversation) in self.conversations.iter_mut() {
            if context.roster.get(peer).is_some_and(|member| !member.is_in_call()) {
                self.log.set_delivery(&conversation.waiting(), peer, ChatDelivery::Missed);
                conversation.give_up();
            } else if context.has_channel(peer)
                && let Some(message) = conversation.next(context.now, policy)
            {
                context.send(peer, message);
            }
        }
    }

    fn deadline(&self, context: &FeatureContext<'_>) -> Option<Duration> {
        let policy = &context.policy.features.chat;
        let open = self.conversations.iter().filter(|(peer, _)| context.has_channel(*peer));
        let messages = open.filter_map(|(_, conversation)| conversation.deadline(policy));
        messages.chain(self.panel.deadline()).min()
    }

    fn present(&self, view: &mut View, _: &FeatureContext<'_>) {
        view.features.chat = self.log.messages();
        view.features.chat_panel = self.panel.view();
    }
}
