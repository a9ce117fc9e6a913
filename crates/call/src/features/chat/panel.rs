//! The panel of the chat, and what tells of new messages while it is closed.

use std::rc::Rc;
use std::time::Duration;

use super::{ChatMessage, ChatPolicy};

/// The part of the view about the panel of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatPanel {
    /// It is open, so every message is seen.
    pub is_open: bool,
    /// The number of messages of others that have arrived since it was closed.
    pub unread: usize,
    /// The last of them, to be shown for a moment.
    pub news: Option<Rc<ChatMessage>>,
}

/// The panel of the chat. It is closed at first.
#[derive(Debug, Default)]
pub(super) struct Panel {
    shown: ChatPanel,
    news_until: Option<Duration>,
}

impl Panel {
    pub(super) fn set_open(&mut self, is_open: bool) {
        *self = Self { shown: ChatPanel { is_open, ..ChatPanel::default() }, news_until: None };
    }

    /// A message of somebody else has arrived.
    pub(super) fn on_message(
        &mut self,
        message: &Rc<ChatMessage>,
        now: Duration,
        policy: &ChatPolicy,
    ) {
        if !self.shown.is_open {
            self.shown.unread += 1;
            self.shown.news = Some(Rc::clone(message));
            self.news_until = Some(now + policy.news_for);
        }
    }

    pub(super) fn reconcile(&mut self, now: Duration) {
        if self.news_until.is_some_and(|until| now >= until) {
            self.shown.news = None;
            self.news_until = None;
        }
    }

    pub(super) const fn deadline(&self) -> Option<Duration> {
        self.news_until
    }

    pub(super) fn view(&self) -> ChatPanel {
        self.shown.clone()
    }
}
