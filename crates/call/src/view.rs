//! What there is to draw: a plain snapshot of the call.

use tincan_protocol::{Name, PeerId, SourceStates};

use crate::media::{CaptureError, StreamId};

/// The whole call at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Where this page is.
    pub phase: Phase,
    /// How the connection to the signaling server stands.
    pub signaling: Signaling,
    /// This page's person.
    pub me: Me,
    /// Everyone else in the room, in an order that does not change while they stay.
    pub peers: Vec<Peer>,
}

/// Where this page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has begun.
    New,
    /// Getting ready; seen by others as waiting.
    Lobby,
    /// In the call, alone or not.
    InCall,
    /// Out of the room.
    Ended(EndReason),
}

/// Why the page is out of the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The person hung up.
    HungUp,
    /// The room holds as many people as it may.
    RoomFull,
    /// The same page took the call over on another connection.
    Replaced,
    /// The server speaks another version: the page must be loaded anew.
    Version,
    /// The server refused for another reason.
    Refused,
}

/// How the connection to the signaling server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signaling {
    /// Not wanted.
    Off,
    /// The first connection is on its way.
    Connecting,
    /// In the room.
    Online,
    /// Lost; the page tries again by itself. Calls go on.
    Reconnecting,
}

/// This page's person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The name given.
    pub name: Name,
    /// The microphone.
    pub microphone: Local,
    /// The camera.
    pub camera: Local,
    /// The shared screen.
    pub screen: Local,
}

/// A source of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// Not wanted.
    Off,
    /// The browser is asking, or the device is starting.
    Starting,
    /// Live.
    On(StreamId),
    /// Captured, but silenced.
    Muted(StreamId),
    /// Wanted, but not to be had.
    Failed(CaptureError),
}

impl Local {
    /// The stream to show, if there is one.
    pub const fn stream(self) -> Option<StreamId> {
        match self {
            Self::On(stream) | Self::Muted(stream) => Some(stream),
            Self::Off | Self::Starting | Self::Failed(_) => None,
        }
    }
}

/// Another person in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Who it is.
    pub id: PeerId,
    /// Their name; empty while it is not known, or if they gave none.
    pub name: Name,
    /// Whether they take part in the call, or wait in the lobby.
    pub in_call: bool,
    /// What they send.
    pub sources: SourceStates,
    /// The stream of their microphone and camera.
    pub person: Option<StreamId>,
    /// The stream of their screen and its sound, while they share.
    pub screen: Option<StreamId>,
    /// How the connection with them stands.
    pub link: LinkState,
}

/// How the connection with a peer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// There is none: one of the two is not in the call.
    None,
    /// On its way.
    Connecting,
    /// Media flows.
    Connected,
    /// It was there and is lost; the page tries to mend it.
    Reconnecting,
    /// It could not be made or mended.
    Failed,
}
