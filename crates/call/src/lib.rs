//! A call as a pure state machine. This crate decides everything and touches nothing: no browser,
//! no clock, no randomness of its own, no async.
//!
//! One input in, then every effect out:
//!
//! ```text
//! call.handle(now, input);
//! while let Some(effect) = call.poll() { driver.run(effect) }
//! call.deadline()   // one timer, armed again after each drain
//! call.view()       // plain data to draw
//! ```
//!
//! | module | duty |
//! | --- | --- |
//! | `api` | the interface: commands, inputs, effects, the view |
//! | `call` | passes each input to the part that it concerns, then reconciles |
//! | `signaling` | the connection to the server, and its return |
//! | `room` | who else is in the room |
//! | `link` | the connection with one peer: negotiation, candidates, recovery |
//! | `ring` | calling others, and being called |
//! | `media` | what this page captures, what it plays of others, what its person prefers |
//! | `uplink` | the share of the uplink for each peer and source |
//! | `features` | hands, reactions, chat, files, viewports, audio and playback of others, numbers |
//! | `file_pieces` | the data channel of a file |
//! | `crypto`, `invite_link` | the secret of the invite link, and sealed payloads |
//! | `failure_report` | what a person may pass on about a failure |
//! | `network_check` | the verdicts of a check of the network |
//! | `policy`, `backoff`, `random` | times and limits; what is left to chance |
//! | `coverage` | the pairs of state and event that occurred, for tests |

mod api;
mod backoff;
mod call;
pub mod coverage;
mod crypto;
mod failure_report;
pub mod features;
pub mod file_pieces;
mod invite_link;
mod link;
mod media;
pub mod network_check;
mod policy;
mod random;
mod ring;
mod room;
mod signaling;
mod uplink;

pub use api::view::{
    CallOutcome, EndReason, Failure, Hearing, Held, LinkState, Local, Me, Notice, Peer, Phase,
    RecoveryStage, Ring, RingEnd, Signaling, Unreached, View,
};
pub use api::{
    CaptureEvent, CaptureTarget, ChannelEvent, Command, ConnectionEvent, ConnectionState, Effect,
    Input, LocalTrack, OfferApplied, Operation, SocketEvent, TransportPolicy,
};
pub use backoff::Backoff;
pub use call::{Call, Capabilities, Settings};
pub use crypto::{Envelopes, OpenError, RoomSecret, SealError};
pub use failure_report::{Browser, FailureReport};
pub use features::{FeatureCommand, FeatureEffect, FeatureInput};
pub use invite_link::{InviteLink, without_tracking};
pub use link::{
    CandidateClass, CountedError, Evidence, FailedAttempt, IceServerError, IceServerKind,
    IceServerKinds, Tallies, Tally,
};
pub use media::playback::{
    Playback, PlaybackAction, PlaybackAttempt, PlaybackEvent, PlaybackState,
};
pub use media::preferences::{
    DeviceChoice, DeviceId, DeviceInfo, DeviceKind, Facing, Preferences, ShareStyle,
};
pub use media::remote::{Flow, Remote, RemoteFacts, RemoteSources, Section};
pub use media::speech::Speech;
pub use media::{CaptureError, CaptureId, Permission, Permissions, Quality, StreamId, TrackId};
pub use policy::{
    ChannelPolicy, Layer, MediaPolicy, NegotiationPolicy, PlaybackPolicy, Policy, RecoveryPolicy,
    RingPolicy, RoomPolicy, SignalingPolicy, SpeechPolicy, UplinkPolicy,
};
pub use uplink::{Encoding, LinkStats, Sample};

pub use tincan_protocol as protocol;
