//! What pages say to each other, inside sealed payloads that the server can not open.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::flat::{FieldMissing, needed};
use crate::mids::{MidSources, Pairs};
use crate::{MachineId, Name};

/// A message from page to page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Flat")]
pub enum PeerMessage {
    /// How a page stands: who it is, whether it takes part in the call, what it sends. It is sent
    /// whole at every change and at every meeting, so that a lost one does not matter.
    State {
        /// Grows with every state that a page sends; an older one than the last seen is dropped.
        revision: u32,
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
        revision: u32,
        /// The height of the camera's picture, in device pixels; 0 if it is not seen.
        camera: u32,
        /// The same of the shared screen.
        screen: u32,
    },
    /// The page leaves the call for good. It takes a `revision` of the same count as `state`.
    HangUp {
        /// As in `state`.
        revision: u32,
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
    /// A type that this version does not know: ignored, so that versions can mix.
    Unknown,
}

/// The fields of all messages; see [`crate::flat`].
#[derive(Deserialize)]
struct Flat {
    #[serde(rename = "type")]
    kind: String,
    revision: Option<u32>,
    name: Option<Name>,
    in_call: Option<bool>,
    /// In a state each source and how it stands; in an offer each section and its source.
    sources: Option<Pairs>,
    connection: Option<ConnectionId>,
    to: Option<ConnectionId>,
    negotiation: Option<NegotiationId>,
    voids: Option<NegotiationId>,
    sdp: Option<String>,
    candidate: Option<Candidate>,
    machine: Option<MachineId>,
    ring: Option<RingId>,
    camera: Option<u32>,
    screen: Option<u32>,
}

impl TryFrom<Flat> for PeerMessage {
    type Error = FieldMissing;

    fn try_from(flat: Flat) -> Result<Self, FieldMissing> {
        Ok(match flat.kind.as_str() {
            "state" => Self::State {
                revision: needed(flat.revision)?,
                name: needed(flat.name)?,
                in_call: needed(flat.in_call)?,
                sources: SourceStates::of(&needed(flat.sources)?),
                machine: flat.machine,
            },
            "invite" => Self::Invite { ring: needed(flat.ring)? },
            "accept" => Self::Accept { ring: needed(flat.ring)? },
            "decline" => Self::Decline { ring: needed(flat.ring)? },
            "cancel" => Self::Cancel { ring: needed(flat.ring)? },
            "busy" => Self::Busy { ring: needed(flat.ring)? },
            "viewport" => Self::Viewport {
                revision: needed(flat.revision)?,
                camera: needed(flat.camera)?,
                screen: needed(flat.screen)?,
            },
            "hang_up" => Self::HangUp { revision: needed(flat.revision)? },
            "offer" => Self::Offer {
                connection: needed(flat.connection)?,
                to: flat.to,
                negotiation: needed(flat.negotiation)?,
                sdp: needed(flat.sdp)?,
                sources: needed(flat.sources)?
                    .0
                    .into_iter()
                    .map(|(mid, source)| (mid, Source::of(&source)))
                    .collect(),
            },
            "answer" => Self::Answer {
                connection: needed(flat.connection)?,
                negotiation: needed(flat.negotiation)?,
                voids: flat.voids,
                sdp: needed(flat.sdp)?,
            },
            "candidate" => Self::Candidate {
                connection: needed(flat.connection)?,
                candidate: needed(flat.candidate)?,
            },
            _ => Self::Unknown,
        })
    }
}

/// Counts the `RTCPeerConnection`s that a page has made, from 1, over all its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u32);

/// Counts the offers that a page has begun, from 1, over all its links. With the page's id it
/// names one negotiation, so that a stale answer or result is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NegotiationId(pub u32);

/// Counts the rings of a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RingId(pub u32);

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

    fn of(text: &str) -> Self {
        match text {
            "microphone" => Self::Microphone,
            "camera" => Self::Camera,
            "screen" => Self::Screen,
            "screen_audio" => Self::ScreenAudio,
            _ => Self::Unknown,
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
    fn of(Pairs(pairs): &Pairs) -> Self {
        let said = |source| pairs.iter().find(|(name, _)| name == source);
        let state = |source| match said(source).map(|(_, state)| state.as_str()) {
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
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1). It names addresses: never log it.
    pub candidate: String,
    /// The media section that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The same by index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to (RFC 8839, section 5.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("sdp_mid", &self.sdp_mid)
            .field("username_fragment", &self.username_fragment)
            .finish_non_exhaustive()
    }
}
