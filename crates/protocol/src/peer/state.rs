//! The state of a page, as it tells its peers.

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value};
use crate::{MachineId, Name};

/// The state of a page: its person, whether it takes part in the call, and what it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerState {
    /// Grows with every state that a page sends; an older one than the last seen is dropped.
    pub revision: u64,
    /// The person's name.
    pub name: Name,
    /// Whether the page is in the call, or still in the lobby.
    pub in_call: bool,
    /// What the page sends.
    pub sources: SourceStates,
    /// The mark of the browser that the page is open in.
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

/// Something that a page sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's voice.
    Microphone,
    /// The person's picture.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// The sound of what is shared.
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

/// How a source of a page stands, for others to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Live.
    On,
    /// Captured, but silenced by its owner.
    Muted,
    /// Nothing is captured. What this version does not know counts as this, too.
    #[default]
    Off,
}

/// How all sources of a page stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SourceStates {
    /// The microphone.
    pub microphone: SourceState,
    /// The camera.
    pub camera: SourceState,
    /// The shared screen.
    pub screen: SourceState,
    /// The sound of the shared screen.
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
