//! What pages say to each other, inside sealed payloads that the server can not open.

use std::fmt;

use serde::Serialize;

use crate::json::{FieldMissing, Fields, Value, read_from_fields};
use crate::{MachineId, MidSources, Name};

/// A message from page to page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeerMessage {
    /// How a page stands: who it is, whether it takes part in the call, what it sends. It is sent
    /// whole at every change and at every meeting, so that a lost one does not matter.
    State {
        /// Grows with every state that a page sends; an older one than the last seen is dropped.
        revision: u64,
        /// The person's name.
        name: Name,
        /// Whether the page is in the call, or still in the lobby.
        in_call: bool,
        /// What the page sends.
        sources: SourceStates,
        /// The mark of the browser that the page is open in.
        #[serde(skip_serializing_if = "Option::is_none")]
        machine: Option<MachineId>,
    },
    /// The page calls everyone who waits in the lobby. It is sent again to whoever is met anew
    /// while the ring goes on.
    Invite {
        /// Counts the rings of the sender.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender comes into the call.
    Accept {
        /// The ring.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender does not want to talk now.
    Decline {
        /// The ring.
        ring: RingId,
    },
    /// The sender's ring is over: the caller gave up, or nobody answered in time.
    Cancel {
        /// The ring. Those before it are over, too.
        ring: RingId,
    },
    /// The receiver's ring is answered: the sender's person is in another call.
    Busy {
        /// The ring.
        ring: RingId,
    },
    /// How large the sender shows the receiver's pictures, so that no more is sent than is seen.
    Viewport {
        /// Grows with every `viewport` that a page sends to a peer; an older one is dropped.
        revision: u64,
        /// The height of the camera's picture, in device pixels; 0 if it is not seen.
        camera: u32,
        /// The same of the shared screen.
        screen: u32,
    },
    /// The page leaves the call for good. It takes a `revision` of the same count as `state`.
    HangUp {
        /// As in `state`.
        revision: u64,
    },
    /// An SDP offer (RFC 8829, section 4.1.8).
    Offer {
        /// The sender's `RTCPeerConnection` that it comes from.
        connection: ConnectionId,
        /// The receiver's connection that it is meant for; none from a connection that has met
        /// no other yet.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<ConnectionId>,
        /// The id of this offer.
        negotiation: NegotiationId,
        /// The session description.
        sdp: String,
        /// What each media section carries, both ways.
        sources: MidSources,
    },
    /// An SDP answer (RFC 8829, section 4.1.10).
    Answer {
        /// The sender's `RTCPeerConnection` that it comes from.
        connection: ConnectionId,
        /// The offer that it answers.
        negotiation: NegotiationId,
        /// The last offer that the sender itself had begun by then, if any. It is done or rolled
        /// back: should it arrive after this answer, it is void.
        #[serde(skip_serializing_if = "Option::is_none")]
        voids: Option<NegotiationId>,
        /// The session description.
        sdp: String,
    },
    /// An ICE candidate, as soon as it is found (RFC 8838).
    Candidate {
        /// The sender's `RTCPeerConnection` that it belongs to.
        connection: ConnectionId,
        /// The candidate.
        candidate: Candidate,
    },
    /// Several ICE candidates that were found shortly one after another.
    Candidates {
        /// The sender's `RTCPeerConnection` that they belong to.
        connection: ConnectionId,
        /// The candidates.
        candidates: Vec<Candidate>,
    },
    /// A type that this version does not know: ignored, so that versions can mix.
    Unknown,
}

read_from_fields!(PeerMessage);

impl PeerMessage {
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        let ring = || fields.need("ring", Value::number).map(RingId);
        let revision = || fields.need("revision", Value::number);
        let connection = || fields.need("connection", Value::number).map(ConnectionId);
        let negotiation = || fields.need("negotiation", Value::number).map(NegotiationId);
        let sources = || fields.get("sources").and_then(Value::object).unwrap_or_default();
        Ok(match fields.need("type", Value::text)?.as_str() {
            "state" => Self::State {
                revision: revision()?,
                name: Name::new(&fields.need("name", Value::text)?),
                in_call: fields.need("in_call", Value::flag)?,
                sources: SourceStates::from_fields(&sources()),
                machine: fields.may_have("machine", Value::parse)?,
            },
            "invite" => Self::Invite { ring: ring()? },
            "accept" => Self::Accept { ring: ring()? },
            "decline" => Self::Decline { ring: ring()? },
            "cancel" => Self::Cancel { ring: ring()? },
            "busy" => Self::Busy { ring: ring()? },
            "viewport" => Self::Viewport {
                revision: revision()?,
                camera: fields.need("camera", Value::small_number)?,
                screen: fields.need("screen", Value::small_number)?,
            },
            "hang_up" => Self::HangUp { revision: revision()? },
            "offer" => Self::Offer {
                connection: connection()?,
                to: fields.may_have("to", Value::number)?.map(ConnectionId),
                negotiation: negotiation()?,
                sdp: fields.need("sdp", Value::text)?,
                sources: MidSources::from_fields(&sources()),
            },
            "answer" => Self::Answer {
                connection: connection()?,
                negotiation: negotiation()?,
                voids: fields.may_have("voids", Value::number)?.map(NegotiationId),
                sdp: fields.need("sdp", Value::text)?,
            },
            "candidate" => Self::Candidate {
                connection: connection()?,
                candidate: fields.need("candidate", Candidate::read)?,
            },
            "candidates" => Self::Candidates {
                connection: connection()?,
                candidates: fields.need("candidates", |list| list.list(Candidate::read))?,
            },
            _ => Self::Unknown,
        })
    }
}

/// Counts the `RTCPeerConnection`s that a page has made, from 1, over all its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u64);

/// Counts the offers that a page has begun, from 1, over all its links. With the page's id it
/// names one negotiation, so that a stale answer or result is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NegotiationId(pub u64);

/// Counts the rings of a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RingId(pub u64);

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
    /// A source that this version does not know.
    Unknown,
}

impl Source {
    /// All sources that this version can send.
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
    fn from_fields(fields: &Fields<'_>) -> Self {
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

/// An ICE candidate, in the shape of the browser's `RTCIceCandidateInit` (W3C WebRTC, 4.8.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1). It names addresses: never log it.
    pub candidate: String,
    /// The media section that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The same by index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to (RFC 8839, section 5.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl Candidate {
    fn read(value: Value<'_>) -> Option<Self> {
        let fields = value.object()?;
        let index = |value: Value<'_>| u16::try_from(value.number()?).ok();
        Some(Self {
            candidate: fields.need("candidate", Value::text).ok()?,
            sdp_mid: fields.may_have("sdpMid", Value::text).ok()?,
            sdp_m_line_index: fields.may_have("sdpMLineIndex", index).ok()?,
            username_fragment: fields.may_have("usernameFragment", Value::text).ok()?,
        })
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("sdp_mid", &self.sdp_mid)
            .field("username_fragment", &self.username_fragment)
            .finish_non_exhaustive()
    }
}
