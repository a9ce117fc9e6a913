//! Messages between pages: in sealed payloads that the server cannot open, and on data channels.

mod channel;
pub mod feature;
mod file;
mod negotiation;
mod ring;
mod state;

use serde::Serialize;

use crate::MidSources;
use crate::json::{FieldMissing, Fields, Value, read_from_fields};
pub use channel::ChannelMessage;
pub use feature::{FeatureMessage, FileAnswer};
pub use file::{FileDigest, FileMessage};
pub use negotiation::{Answer, Candidate, ConnectionId, NegotiationId, NegotiationMessage, Offer};
pub use ring::{RingId, RingMessage};
pub use state::{PeerState, Source, SourceState, SourceStates};

/// A message between pages. A message of unknown type is ignored, so that versions can mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeerMessage {
    /// The state of the sender. It is sent in full at every change and whenever a peer becomes
    /// present, so the loss of one message does not matter.
    State(PeerState),
    /// The page leaves the call for good. Its `revision` is of the same sequence as that of
    /// `state`.
    HangUp {
        /// The revision, as in `state`.
        revision: u64,
    },
    /// A feature of the call.
    #[serde(untagged)]
    Feature(FeatureMessage),
    /// The ring before a call.
    #[serde(untagged)]
    Ring(RingMessage),
    /// The negotiation of a peer connection.
    #[serde(untagged)]
    Negotiation(NegotiationMessage),
}

read_from_fields!(PeerMessage);

impl PeerMessage {
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self, FieldMissing> {
        let ring = || fields.need("ring", Value::number).map(RingId);
        let connection = || fields.need("connection", Value::number).map(ConnectionId);
        let negotiation = || fields.need("negotiation", Value::number).map(NegotiationId);
        Ok(match fields.need("type", Value::text)?.as_str() {
            "state" => Self::State(PeerState::from_fields(fields)?),
            "hang_up" => Self::HangUp { revision: fields.need("revision", Value::number)? },
            "invite" => RingMessage::Invite { ring: ring()? }.into(),
            "accept" => RingMessage::Accept { ring: ring()? }.into(),
            "decline" => RingMessage::Decline { ring: ring()? }.into(),
            "cancel" => RingMessage::Cancel { ring: ring()? }.into(),
            "busy" => RingMessage::Busy { ring: ring()? }.into(),
            "offer" => {
                let sources = fields.get("sources").and_then(Value::object).unwrap_or_default();
                NegotiationMessage::Offer(Offer {
                    connection: connection()?,
                    to: fields.may_have("to", Value::number)?.map(ConnectionId),
                    negotiation: negotiation()?,
                    sdp: fields.need("sdp", Value::text)?,
                    sources: MidSources::from_fields(&sources),
                })
                .into()
            }
            "answer" => NegotiationMessage::Answer(Answer {
                connection: connection()?,
                negotiation: negotiation()?,
                voids: fields.may_have("voids", Value::number)?.map(NegotiationId),
                sdp: fields.need("sdp", Value::text)?,
            })
            .into(),
            "candidate" => NegotiationMessage::Candidate {
                connection: connection()?,
                candidate: fields.need("candidate", Candidate::read)?,
            }
            .into(),
            "candidates" => NegotiationMessage::Candidates {
                connection: connection()?,
                candidates: fields.need("candidates", |list| list.list(Candidate::read))?,
            }
            .into(),
            kind => FeatureMessage::from_fields(kind, fields)?.into(),
        })
    }
}

impl From<FeatureMessage> for PeerMessage {
    fn from(message: FeatureMessage) -> Self {
        Self::Feature(message)
    }
}

impl From<RingMessage> for PeerMessage {
    fn from(message: RingMessage) -> Self {
        Self::Ring(message)
    }
}

impl From<NegotiationMessage> for PeerMessage {
    fn from(message: NegotiationMessage) -> Self {
        Self::Negotiation(message)
    }
}
