//! The state of a page, as it is sent to its peers.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value};
use crate::{MachineId, Name};

/// The state of a page: its person, its presence in the call, and the media that it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerState {
    /// The revision, which grows with every state that a page sends. Older ones are ignored.
    pub revision: u64,
    /// The person's name.
    pub name: Name,
    /// True if the page is in the call, false if it is still in the lobby.
    pub in_call: bool,
    /// The state of each source.
    pub sources: SourceStates,
    /// The mark of the browser in which the page is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<MachineId>,
}

impl PeerState {
    pub(super) fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        let sources = fields.get("sources").and_then(Value::object).unwrap_or_default();
        Ok(Self {
            revision: fields.need("revision", Value::number)?,
            name: Name::new(&fields.need("name", Value::text)?),
            in_call: fields.need("in_call", Value::flag)?,
            sources: SourceStates::from_fields(&sources),
            machine: fields.may_have("machine", Value::parse)?,
        })
    }
}

/// A source of media that a page sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's microphone.
    Microphone,
    /// The person's camera.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// The audio of the shared screen, window or tab.
    ScreenAudio,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    pub(crate) fn of(text: &str) -> Option<Self> {
        match text {
            "microphone" => Some(Self::Microphone),
            "camera" => Some(Self::Camera),
            "screen" => Some(Self::Screen),
            "screen_audio" => Some(Self::ScreenAudio),
            _ => None,
        }
    }
}

/// The state of a source, as shown to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Live.
    On,
    /// Captured, but muted by its owner.
    Muted,
    /// Not captured. Unknown states count as this, too.
    #[default]
    Off,
}

/// The states of all sources of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SourceStates {
    /// The microphone.
    pub microphone: SourceState,
    /// The camera.
    pub camera: SourceState,
    /// The shared screen.
    pub screen: SourceState,
    /// The audio of the shared screen.
    pub screen_audio: SourceState,
}

impl SourceStates {
    pub(super) fn from_fields(fields: &Fields<'_>) -> Self {
        let state = |source| match fields.get(source).and_then(Value::text).as_deref() {
            Some("on") => SourceState::On,
            Some("muted") => SourceState::Muted,
            Some(_) | None => SourceState::Off,
        };
        Self {
            microphone: state("microphone"),
            camera: state("camera"),
            screen: state("screen"),
            screen_audio: state("screen_audio"),
        }
    }
}
