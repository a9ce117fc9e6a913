//! The features of a call, and the seam between them and the [`Call`](crate::Call).
//!
//! A feature is one module. It keeps its own state, by peer if need be, and has the entry points of
//! `Feature`. The call forwards to all features by the list in `Features`; none of its matches
//! knows a single one. To add a feature takes its module, a field and a line in that list, its
//! variants of [`FeatureCommand`] and `FeatureMessage`, and its fields of [`PersonFeatures`],
//! [`CallFeatures`] and [`FeaturePolicy`] where it has any.

mod audio;
mod chat;
mod files;
mod hands;
mod numbers;
mod peer_map;
mod playback;
mod reactions;
mod viewport;

use std::rc::Rc;
use std::time::Duration;

use tincan_protocol::feature::Reaction;
use tincan_protocol::{FeatureMessage, MachineId, PeerId, Source};

use crate::api::view::{LinkState, View};
use crate::link::PeerLink;
use crate::media::playback::PlaybackState;
use crate::policy::Policy;
use crate::room::{Member, Roster};
use crate::uplink::LinkStats;
use audio::Audio;
use chat::Chat;
pub use chat::{
    ChatAuthor, ChatDelivery, ChatMessage, ChatPanel, ChatPolicy, ChatRecipient, ChatTextError,
    chat_text,
};
use files::Files;
pub use files::{
    FileCommand, FileEffect, FileEnd, FileError, FileEvent, FileId, FilePolicy, FileProgress,
    FileState, FileTransfer, PickedFile, StoredFile,
};
use hands::Hands;
pub use hands::{HandPolicy, RaisedHand};
use numbers::Numbers;
pub use numbers::{
    Figures, History, NumbersPolicy, Picture, Quality, RelayProtocol, Report, Route,
};
use playback::Playback;
use reactions::Reactions;
pub use reactions::{AnnouncedReactions, ReactionPolicy, ShownReaction};
pub(crate) use viewport::Heights;
use viewport::Viewports;

/// A command of the person that concerns a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeatureCommand {
    /// Play a person this loud, in percent of how loud they are.
    SetVolume(PeerId, u8),
    /// Play the audio of a person, or do not.
    SetHeard(PeerId, bool),
    /// A person's video is shown this tall.
    SetShown {
        /// The person.
        peer: PeerId,
        /// Camera or screen.
        source: Source,
        /// In device pixels; 0 if it is not visible.
        height: u32,
    },
    /// The state of the element that plays a person, or their screen.
    ReportPlayback {
        /// The person.
        peer: PeerId,
        /// The camera stands for the person, with their microphone.
        source: Source,
        /// None once it plays no more.
        playback: Option<PlaybackState>,
    },
    /// Raise the hand of this page's person, or lower it.
    SetHand(bool),
    /// Show a reaction to everyone in the call.
    React(Reaction),
    /// Measure the links often, since their numbers are shown, or no longer.
    ShowNumbers(bool),
    /// Send a text to everyone in the call, unless [`chat_text`] refuses it.
    SendChat(Rc<str>),
    /// Open the panel of the chat, or close it.
    ShowChat(bool),
    /// Do something with files.
    Files(FileCommand),
}

/// An event of the browser's side of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeatureInput {
    /// Of files.
    Files(FileEvent),
}

/// A request to the browser's side of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeatureEffect {
    /// To that of files.
    Files(FileEffect),
}

/// The times and limits of features.
#[derive(Debug, Clone, Copy, Default)]
pub struct FeaturePolicy {
    /// Raised hands.
    pub hands: HandPolicy,
    /// Reactions.
    pub reactions: ReactionPolicy,
    /// The quality of connections.
    pub numbers: NumbersPolicy,
    /// The chat.
    pub chat: ChatPolicy,
    /// Files.
    pub files: FilePolicy,
}

/// The part of the view that features have for one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonFeatures {
    /// Their hand, while it is up.
    pub hand: Option<RaisedHand>,
    /// Their reactions, the oldest first.
    pub reactions: Vec<ShownReaction>,
    /// The quality of the connection with them, once it was measured.
    pub quality: Option<Quality>,
}

/// The part of the view that features have for the call as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallFeatures {
    /// The reactions to announce to a screen reader, all at once.
    pub announced_reactions: Vec<AnnouncedReactions>,
    /// The messages of the chat, the oldest first.
    pub chat: Rc<Vec<Rc<ChatMessage>>>,
    /// The panel of the chat.
    pub chat_panel: ChatPanel,
    /// The files that are sent and received, or were, the oldest first.
    pub files: Rc<Vec<FileTransfer>>,
}

/// Returns `true` if a message may take the way by the server. All others wait for a data channel,
/// and are ignored if they come another way.
pub(crate) fn may_use_server(message: &FeatureMessage) -> bool {
    match message {
        FeatureMessage::Viewport { .. }
        | FeatureMessage::Hand { .. }
        | FeatureMessage::Reaction { .. } => true,
        FeatureMessage::Chat { .. }
        | FeatureMessage::FileOffer { .. }
        | FeatureMessage::FileWithdrawn { .. }
        | FeatureMessage::FileAnswer { .. } => false,
    }
}

/// The part of the call that features may read, their messages to peers, and their effects.
pub(crate) struct FeatureContext<'a> {
    pub(crate) now: Duration,
    pub(crate) policy: &'a Policy,
    pub(crate) roster: &'a Roster,
    pub(crate) is_online: bool,
    pub(crate) me: PeerId,
    /// This page is in the call.
    pub(crate) is_in_call: bool,
    /// The mark of this browser in this room.
    pub(crate) machine: Option<MachineId>,
    pub(crate) outbox: Vec<(PeerId, FeatureMessage)>,
    pub(crate) effects: Vec<FeatureEffect>,
}

impl FeatureContext<'_> {
    /// Sends a message: by the data channel of the link with the peer, or sealed by the server if
    /// that [may be](may_use_server). Two messages may take different ways and overtake each other,
    /// and each may be lost: see [`Feature::on_peer_present`].
    fn send(&mut self, peer: PeerId, message: FeatureMessage) {
        self.outbox.push((peer, message));
    }

    /// Returns `true` if this page and a peer are in the call.
    fn is_in_call_with(&self, peer: PeerId) -> bool {
        self.is_in_call && self.roster.get(peer).is_some_and(Member::is_in_call)
    }

    /// Returns `true` if the data channel with a peer carries messages.
    fn has_channel(&self, peer: PeerId) -> bool {
        let link = self.roster.get(peer).and_then(|member| member.link.as_ref());
        link.is_some_and(PeerLink::has_channel)
    }

    /// Returns `true` if a message to a peer would not wait for a path that is interrupted.
    fn arrives_at_once(&self, peer: PeerId) -> bool {
        let link = self.roster.get(peer).and_then(|member| member.link.as_ref());
        link.is_none_or(|link| !link.has_channel() || link.is_connected())
    }

    /// Returns `true` if a peer sends something that never pauses.
    fn never_pauses(&self, peer: PeerId) -> bool {
        self.roster.get(peer).is_some_and(Member::never_pauses)
    }

    /// Returns the state of the link with a peer.
    fn link_state(&self, peer: PeerId) -> LinkState {
        let link = self.roster.get(peer).and_then(|member| member.link.as_ref());
        link.map_or(LinkState::None, PeerLink::state)
    }

    /// Returns `true` if there is a link with a peer, and a message would reach the peer.
    fn is_linked(&self, peer: PeerId) -> bool {
        let reaches = |member: &Member| {
            let link = member.link.as_ref();
            link.is_some_and(|link| link.has_channel() || self.is_online && member.is_here())
        };
        self.roster.get(peer).is_some_and(reaches)
    }
}

/// The entry points of a feature.
pub(crate) trait Feature {
    /// The person gave a command, perhaps to another feature.
    fn on_command(&mut self, _command: &FeatureCommand, _context: &mut FeatureContext<'_>) {}

    /// Something happened on the browser's side, perhaps of another feature.
    fn on_input(&mut self, _input: &FeatureInput, _context: &mut FeatureContext<'_>) {}

    /// A peer in the room sent a message, perhaps for another feature.
    fn on_peer_message(
        &mut self,
        _peer: PeerId,
        _message: &FeatureMessage,
        _context: &mut FeatureContext<'_>,
    ) {
    }

    /// A peer is in the room, newly or again, or the way that messages take to it is another. It
    /// may have missed every message before.
    fn on_peer_present(&mut self, _peer: PeerId, _context: &mut FeatureContext<'_>) {}

    /// The link with a peer was measured again.
    fn on_measured(
        &mut self,
        _peer: PeerId,
        _stats: &LinkStats,
        _context: &mut FeatureContext<'_>,
    ) {
    }

    /// A peer was removed from the roster.
    fn on_peer_gone(&mut self, _peer: PeerId) {}

    /// The page has left the room.
    fn on_left_room(&mut self);

    /// Compares what should be with what is. Follows every input.
    fn reconcile(&mut self, _context: &mut FeatureContext<'_>) {}

    /// Returns when [`reconcile`](Self::reconcile) has something to do by the clock.
    fn deadline(&self, _context: &FeatureContext<'_>) -> Option<Duration> {
        None
    }

    /// Adds to the view.
    fn present(&self, _view: &mut View, _context: &FeatureContext<'_>) {}
}

/// All features.
#[derive(Debug, Default)]
pub(crate) struct Features {
    audio: Audio,
    playback: Playback,
    pub(crate) viewports: Viewports,
    hands: Hands,
    reactions: Reactions,
    pub(crate) numbers: Numbers,
    chat: Chat,
    files: Files,
}

impl Features {
    /// Returns the features, in the order in which they are called.
    pub(crate) fn all(&self) -> [&dyn Feature; 8] {
        [
            &self.audio,
            // What waits for a click depends on what is to be heard.
            &self.playback,
            &self.viewports,
            &self.hands,
            &self.reactions,
            &self.numbers,
            &self.chat,
            &self.files,
        ]
    }

    /// Returns the features, in the order in which they are called.
    pub(crate) fn all_mut(&mut self) -> [&mut dyn Feature; 8] {
        [
            &mut self.audio,
            &mut self.playback,
            &mut self.viewports,
            &mut self.hands,
            &mut self.reactions,
            &mut self.numbers,
            &mut self.chat,
            &mut self.files,
        ]
    }
}
