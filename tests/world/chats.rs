//! The chat: a schedule of texts, and the check that each arrived once and in order, or is marked
//! as missed.

use std::time::Duration;

use tincan_call::features::{ChatAuthor, ChatDelivery};
use tincan_call::protocol::{ClientMessage, FeatureMessage, PeerId, PeerMessage};
use tincan_call::{Command, Envelopes, FeatureCommand, Input, Phase};

use super::World;
use super::channel::ChannelState;
use super::page::Page;
use super::schedule::Fault;

/// The time for which others may believe of a page that it is in the call, or is not: they learn it
/// by messages that are lost while the network is away.
const STALE: Duration = Duration::from_mins(1);

/// The messages that a page's person has sent and read.
#[derive(Default)]
pub struct Diary {
    said: usize,
    /// Everything that was shown, with its author.
    read: Vec<(PeerId, String)>,
    /// The id of the last message that was read.
    last: u64,
    /// The last time at which the page was seen out of the call.
    out_at: Duration,
}

/// Generates texts within the time of a world: some alone, some in a burst.
pub fn chats(seed: u64, pages: usize, end: Duration) -> Vec<(Duration, Fault)> {
    // From a separate random stream, so that the rest of the schedule stays the same.
    let mut random = fastrand::Rng::with_seed(seed ^ 0x3c6e_f372_fe94_f82b);
    let end = u64::try_from(end.as_millis()).unwrap_or(u64::MAX);
    let mut faults = Vec::new();
    for _ in 0..random.usize(0..16) {
        let at = random.u64(0..end);
        let page = random.usize(0..pages);
        let burst = [1, 1, 2, 50][random.usize(0..4)];
        for _ in 0..burst {
            let at = Duration::from_millis(at + random.u64(0..400));
            faults.push((at, Fault::Say(page)));
        }
    }
    faults
}

impl World {
    /// Has the person of a page say something, if it is in the call.
    pub(super) fn say(&mut self, page: usize) {
        if self.pages[page].call.view().phase != Phase::InCall {
            return;
        }
        let number = self.pages[page].diary.said;
        self.pages[page].diary.said += 1;
        let command = FeatureCommand::SendChat(format!("{page} says {number}").into());
        self.input(page, Input::Command(Command::Feature(command)));
    }

    /// Records what a page shows.
    pub(super) fn read_chat(&mut self, page: usize) {
        let Page { call, diary, .. } = &mut self.pages[page];
        let view = call.view();
        if view.phase != Phase::InCall {
            diary.out_at = self.now;
        }
        for message in view.features.chat.iter().filter(|message| message.id > diary.last) {
            if let ChatAuthor::Peer(peer, _) = &message.author {
                diary.read.push((*peer, message.text.to_string()));
            }
        }
        diary.last = view.features.chat.last().map_or(diary.last, |message| message.id);
    }

    /// Fails if a page sends a text of the chat to the server.
    pub(super) fn watch_chat(&mut self, page: usize, message: &ClientMessage) {
        let ClientMessage::Signal { to, payload } = message else { return };
        let opened = Envelopes::new(&self.secret, *to).open(self.pages[page].me(), payload);
        if let Ok(PeerMessage::Feature(FeatureMessage::Chat { .. })) = opened {
            self.wrong = Some(format!("page {page} sends a chat message to the server"));
        }
    }

    /// Checks all texts of the pages that are left.
    pub(super) fn check_chats(&self) -> Result<(), String> {
        for (a, page) in self.alive() {
            for (b, reader) in self.alive().filter(|(b, _)| *b != a) {
                check_order(page, reader).map_err(|why| format!("{b} reads {why} of {a}"))?;
                check_marks(page, reader).map_err(|why| format!("{a} to {b}: {why}"))?;
            }
        }
        Ok(())
    }
}

/// Checks that what one page reads of another is in order, and nothing twice.
fn check_order(page: &Page, reader: &Page) -> Result<(), String> {
    let mut last = None;
    for text in read_of(page, reader) {
        let number = text.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok());
        if number <= last {
            return Err(format!("\"{text}\" after {last:?}"));
        }
        last = number;
    }
    Ok(())
}

/// Checks that the marks at a page's texts tell the truth about a reader.
fn check_marks(page: &Page, reader: &Page) -> Result<(), String> {
    let is_open = |from: &Page, to: &Page| {
        let connection = from.browser.with(to.me());
        connection.is_some_and(|connection| {
            connection.channel.state == ChannelState::Open && !connection.channel.is_stuck
        })
    };
    let is_open = is_open(page, reader) && is_open(reader, page);
    for message in page.call.view().features.chat.iter() {
        let ChatAuthor::Me(recipients) = &message.author else { continue };
        let recipient = recipients.iter().find(|recipient| recipient.peer == reader.me());
        let Some(recipient) = recipient else { continue };
        let is_read = read_of(page, reader).any(|text| *text == *message.text);
        let is_right = match recipient.delivery {
            ChatDelivery::Delivered => is_read,
            ChatDelivery::Waiting => !is_open,
            // A page that was lost may have come back without a channel.
            ChatDelivery::Missed => !is_open || reader.diary.out_at + STALE >= message.at,
        };
        if !is_right {
            let (text, state) = (&message.text, recipient.delivery);
            return Err(format!("\"{text}\" is {state:?}, and read: {is_read}"));
        }
    }
    Ok(())
}

/// Returns everything that a reader has read of a page.
fn read_of<'a>(page: &Page, reader: &'a Page) -> impl Iterator<Item = &'a String> + use<'a> {
    let me = page.me();
    reader.diary.read.iter().filter(move |(peer, _)| *peer == me).map(|(_, text)| text)
}
