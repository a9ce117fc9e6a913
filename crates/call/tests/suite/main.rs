//! Tests of the core, with one file per area. They are one program, since linking each takes time.
#![allow(missing_docs, unreachable_pub, clippy::wildcard_enum_match_arm)]
// Unexpected results fail the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod anything;
mod channel;
mod chat;
mod devices;
mod failures;
mod files;
mod forgotten;
mod hands;
mod invite_link;
mod lost;
mod negotiation;
mod numbers;
mod pacing;
mod playback;
mod prepared;
mod presence;
mod reactions;
mod recovery;
mod refused_devices;
mod remote;
mod returned;
mod ring;
mod room;
mod speaker;
mod support;
mod system_mute;
mod trust;
mod uplink;
mod vectors;
