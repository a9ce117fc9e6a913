//! What a call is. This crate decides everything and touches nothing: no browser, no clock, no
//! randomness of its own, no async.
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
//! | room | duty |
//! | --- | --- |
//! | `input`, `effect`, `view` | all that comes in, all that goes out, all that is drawn |
//! | `call` | takes each input to its part, then brings everything to what follows |
//! | `signaling` | the connection to the server, and its return |
//! | `roster`, `viewport` | who else is in the room, and how large each sees the other |
//! | `peer_link` | the connection with one peer: negotiation, candidates, recovery |
//! | `ring` | calling others, and being called |
//! | `local_media`, `speaker`, `preferences` | what this page uses, and what its person likes |
//! | `governor`, `measured` | how the uplink is shared among peers and sources |
//! | `remote`, `playback` | what is seen and heard of others here |
//! | `speech` | who speaks |
//! | `retry`, `random` | when to try again; all that is left to chance |
//! | `coverage` | what the state machines met, for those who test them |
//! | `secret`, `seal`, `replay` | the key of the link, and what only its holders can open |

mod call;
pub mod coverage;
mod effect;
mod effects;
mod governor;
mod input;
mod invite_link;
mod local_media;
mod measured;
mod media;
mod peer_link;
mod playback;
mod preferences;
mod random;
mod remote;
mod replay;
mod retry;
mod ring;
mod roster;
mod seal;
mod secret;
mod signaling;
mod speaker;
mod speech;
mod view;
mod viewport;

pub use call::{Call, Capabilities, Settings};
pub use effect::{CaptureTarget, Effect, Operation, TransportPolicy};
pub use input::{
    CaptureEvent, Command, ConnectionEvent, ConnectionState, Input, LocalTrack, SocketEvent,
};
pub use invite_link::{InviteLink, without_tracking};
pub use measured::{Encoding, LinkStats, Sample};
pub use media::{CaptureError, CaptureId, Permission, Permissions, Quality, StreamId, TrackId};
pub use playback::{
    Playback, PlaybackAction, PlaybackAttempt, PlaybackEvent, PlaybackPolicy, PlaybackState,
};
pub use preferences::{
    DeviceChoice, DeviceId, DeviceInfo, DeviceKind, Facing, Preferences, ShareStyle,
};
pub use remote::{Flow, Remote, RemoteFacts, RemoteSources, Section};
pub use seal::{Envelopes, OpenError, SealError};
pub use secret::RoomSecret;
pub use speech::Speech;
pub use view::{
    Answer, EndReason, Failure, Hearing, Held, LinkState, Local, Me, Notice, Peer, Phase, Ring,
    RingEnd, Rung, Signaling, Unreached, View,
};

pub use tincan_protocol as protocol;
