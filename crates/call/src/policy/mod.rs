//! The times and limits of a call, each with its unit and its reason.
//!
//! They are one value that is passed to [`Call::new`](crate::Call::new), so that a test can shorten
//! them. Sizes that are part of the wire (frames, the replay window, rooms) are constants of
//! `tincan_protocol` and of the modules that implement them, since both ends must agree on them.

mod channel;
mod uplink;

use std::time::Duration;

use tincan_protocol::{MAX_ROOM_PEERS, PING_INTERVAL_SECONDS};

pub use channel::ChannelPolicy;
pub use uplink::{Layer, UplinkPolicy};

use crate::backoff::Backoff;
use crate::features::FeaturePolicy;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The times and limits of a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policy {
    /// The connection to the signaling server.
    pub signaling: SignalingPolicy,
    /// The room and what its members are told.
    pub room: RoomPolicy,
    /// Rings before a call.
    pub ring: RingPolicy,
    /// Offers, answers and candidates.
    pub negotiation: NegotiationPolicy,
    /// The data channel of a peer connection.
    pub channel: ChannelPolicy,
    /// The return of a lost peer connection.
    pub recovery: RecoveryPolicy,
    /// The devices of this page.
    pub media: MediaPolicy,
    /// The uplink, and its share for each source.
    pub uplink: UplinkPolicy,
    /// The elements that play others.
    pub playback: PlaybackPolicy,
    /// The detection of speech.
    pub speech: SpeechPolicy,
    /// The features.
    pub features: FeaturePolicy,
}

/// The times of the connection to the signaling server.
#[derive(Debug, Clone, Copy)]
pub struct SignalingPolicy {
    /// The time that opening the socket, or joining the room, may take.
    pub set_up_timeout: Duration,
    /// The same while a link waits for the server: a lost packet is not repeated for long. Each
    /// further attempt gets this much more time; a slow network might otherwise never finish.
    pub urgent_set_up_timeout: Duration,
    /// The time from the last answer to the next `ping`. The server times what a page sends, so
    /// this does not depend on what the page receives.
    pub ping_interval: Duration,
    /// The time that an answer to `ping` may take. Other messages that arrive meanwhile extend it,
    /// since the answer may be queued behind them.
    pub pong_timeout: Duration,
    /// The longest that an answer may take, whatever else arrives: what the page sends may be lost
    /// though it still receives. Together with the interval this is less than the server's limit.
    pub pong_timeout_in_traffic: Duration,
    /// The time that an answer may take while a link waits for the server.
    pub urgent_pong_timeout: Duration,
    /// The age from which the loss of a connection counts as the first one.
    pub stable_after: Duration,
    /// The wait before each attempt to connect.
    pub backoff: Backoff,
    /// The wait between two probes of the server; up to a half less, by chance.
    pub probe_interval: Duration,
    /// The time that a probe may take.
    pub probe_timeout: Duration,
}

impl Default for SignalingPolicy {
    fn default() -> Self {
        Self {
            set_up_timeout: seconds(10),
            urgent_set_up_timeout: seconds(3),
            ping_interval: seconds(u64::from(PING_INTERVAL_SECONDS)),
            pong_timeout: seconds(10),
            pong_timeout_in_traffic: seconds(30),
            urgent_pong_timeout: seconds(3),
            stable_after: seconds(10),
            backoff: Backoff { base: millis(500), limit: seconds(15), spread: 0.5 },
            probe_interval: seconds(1),
            probe_timeout: seconds(3),
        }
    }
}

/// The times and limits of a room.
#[derive(Debug, Clone, Copy)]
pub struct RoomPolicy {
    /// The delay of a timer from which the page or the machine counts as having slept. Browsers
    /// delay the timers of hidden pages by a second or so.
    pub asleep_after: Duration,
    /// The time for which a peer is kept that the server does not list, once its media is gone as
    /// well. A server that restarted lists nobody, and some come back to it later than this page.
    pub gone_after: Duration,
    /// The same for a peer whose connection ended while the server and this page went on. Its page
    /// was closed or killed; one that only lost its connection would be back at once.
    pub killed_after: Duration,
    /// The silence after which a peer counts as lost whom the server reports as gone.
    pub lost_after: Duration,
    /// The most peers that are kept: a room, and those of its last moments. A server that names
    /// more is not believed.
    pub max_members: usize,
    /// The most messages that are kept for senders who are not in the roster yet.
    pub max_early_messages: usize,
    /// The time for which a change of the name alone is not sent after another one: a person who
    /// types must not send a message per letter to everybody.
    pub name_interval: Duration,
    /// The time for which a peer is not told another viewport. With the names, a page that is
    /// resized among seven peers stays below the server's `MAX_MESSAGES_PER_SECOND`.
    pub viewport_interval: Duration,
    /// The heights of pictures that are told, in device pixels: a window that is drawn wider must
    /// not send a message per pixel.
    pub viewport_steps: [u32; 9],
}

impl Default for RoomPolicy {
    fn default() -> Self {
        Self {
            asleep_after: seconds(10),
            gone_after: seconds(15),
            killed_after: seconds(2),
            lost_after: seconds(1),
            max_members: 4 * MAX_ROOM_PEERS,
            max_early_messages: 32,
            name_interval: millis(500),
            viewport_interval: millis(300),
            viewport_steps: [0, 90, 180, 270, 360, 540, 720, 1080, 2160],
        }
    }
}

/// The times of a ring.
#[derive(Debug, Clone, Copy)]
pub struct RingPolicy {
    /// The time for which others are called.
    pub duration: Duration,
    /// The time that a callee waits longer for the end of a ring whose caller should have ended it.
    pub grace: Duration,
    /// The time that a page that is gone from the server has to come back before it counts as gone.
    pub away_timeout: Duration,
    /// The same of a caller whose connection ended while the server went on: one who is there opens
    /// another at once.
    pub killed_timeout: Duration,
    /// The time between two checks of the clock while this page is called.
    pub clock_interval: Duration,
    /// The delay of such a check from which the page counts as having been frozen. Browsers delay
    /// the timers of hidden pages by a second.
    pub frozen_after: Duration,
    /// The time that a caller has to come back who is found gone after the page was frozen: they
    /// may have been gone for long, and if they come back they ring again.
    pub away_timeout_after_freeze: Duration,
}

impl Default for RingPolicy {
    fn default() -> Self {
        Self {
            duration: seconds(45),
            grace: seconds(5),
            away_timeout: seconds(10),
            killed_timeout: seconds(2),
            clock_interval: seconds(2),
            frozen_after: seconds(3),
            away_timeout_after_freeze: seconds(1),
        }
    }
}

/// The times and limits of offers, answers and candidates.
#[derive(Debug, Clone, Copy)]
pub struct NegotiationPolicy {
    /// The time for which the polite peer leaves the first offer to the other one.
    pub first_offer_delay: Duration,
    /// The wait before an offer without an answer is sent again; it doubles up to the limit.
    pub answer_timeout: Duration,
    /// The longest such wait.
    pub answer_timeout_limit: Duration,
    /// The most remote candidates that wait for their description, and local ones that are kept to
    /// be sent again. Beyond that the least useful go. A page rarely finds more than twenty.
    pub max_candidates: usize,
    /// The most candidates in one message, so that it fits into a frame.
    pub max_candidates_per_message: usize,
    /// The time for which candidates are gathered for a message after the first one, which is sent
    /// at once. It doubles with each message up to the limit, so that many network interfaces make
    /// few messages, and starts anew after a pause.
    pub gather_first: Duration,
    /// The longest time for which candidates are gathered.
    pub gather_limit: Duration,
    /// The pause after which gathering starts anew.
    pub gather_pause: Duration,
}

impl Default for NegotiationPolicy {
    fn default() -> Self {
        Self {
            first_offer_delay: seconds(3),
            answer_timeout: seconds(3),
            answer_timeout_limit: seconds(12),
            max_candidates: 100,
            max_candidates_per_message: 50,
            gather_first: millis(20),
            gather_limit: millis(500),
            gather_pause: seconds(2),
        }
    }
}

/// The times of the recovery of a peer connection.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryPolicy {
    /// The wait before ICE restarts after `disconnected`, since a link may heal by itself. The same
    /// wait follows when a peer closes its end, and separates the checks of an unreachable peer.
    pub patience: Duration,
    /// The time of each stage.
    pub stage: Duration,
    /// The most that is added to it, by chance: the two ends must not advance in step.
    pub stage_jitter: Duration,
    /// The wait before a link that failed is tried again by itself.
    pub retry: Backoff,
}

impl Default for RecoveryPolicy {
    fn default() -> Self {
        Self {
            patience: seconds(2),
            stage: seconds(15),
            stage_jitter: seconds(1),
            retry: Backoff { base: seconds(20), limit: seconds(120), spread: 0.5 },
        }
    }
}

/// The times of captured devices.
#[derive(Debug, Clone, Copy)]
pub struct MediaPolicy {
    /// The time for which the system must keep a track silent before it counts. Browsers mute a
    /// track for a moment when a device is reconfigured, and nobody should be told of that.
    pub system_mute_after: Duration,
    /// The age from which a device that took the place of a lost one is replaced again when it
    /// ends. One that ends before that may fail for ever.
    pub replace_again_after: Duration,
    /// The time before which a refusal was not given by a person: browsers ignore clicks on a
    /// prompt that has only just appeared.
    pub soonest_answer: Duration,
}

impl Default for MediaPolicy {
    fn default() -> Self {
        Self {
            system_mute_after: seconds(3),
            replace_again_after: seconds(5),
            soonest_answer: millis(500),
        }
    }
}

/// The times between attempts to play an element again.
#[derive(Debug, Clone, Copy)]
pub struct PlaybackPolicy {
    /// The wait before each attempt to play again. Together they stay below two seconds: longer
    /// silence would be taken for the end of the call.
    pub backoff: [Duration; 4],
    /// The time after which an element that has played has all of its attempts again.
    pub steady: Duration,
}

impl Default for PlaybackPolicy {
    fn default() -> Self {
        Self {
            backoff: [Duration::ZERO, millis(200), millis(400), millis(800)],
            steady: seconds(10),
        }
    }
}

/// The levels (from 0 to 100) and the time that tell speech from noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeechPolicy {
    /// The level from which on a person speaks.
    pub loud: u8,
    /// The level below which they may have stopped.
    pub quiet: u8,
    /// The pause between two words.
    pub pause: Duration,
}

impl Default for SpeechPolicy {
    fn default() -> Self {
        Self { loud: 35, quiet: 25, pause: millis(700) }
    }
}
