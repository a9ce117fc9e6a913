//! The times, rates and layers of what is sent.

use std::time::Duration;

use super::{millis, seconds};
use crate::backoff::Backoff;

/// A way to encode a video: its height in pixels, its rate in kbit/s, and its frames per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// In pixels.
    pub height: u32,
    /// In kbit/s.
    pub kilobits: u32,
    /// In frames per second.
    pub frame_rate: u32,
}

const fn layer(height: u32, kilobits: u32, frame_rate: u32) -> Layer {
    Layer { height, kilobits, frame_rate }
}

/// The times, rates and layers of what is sent.
#[derive(Debug, Clone, Copy)]
pub struct UplinkPolicy {
    /// The time between two measurements of the links.
    pub measure_interval: Duration,
    /// The same while one of them is silent, so that the duration of the silence is known in time.
    pub silent_measure_interval: Duration,
    /// The height of a camera's video whose height the browser does not tell, in pixels.
    pub default_height: u32,
    /// The height of the first frames on a connection, in pixels. Browsers begin slowly, so a
    /// key frame in full size takes some tenths of a second to arrive.
    pub first_frame_height: u32,
    /// The time for which frames are no larger, from when the connection is up.
    pub first_frames: Duration,
    /// The rate of a voice, in kbit/s.
    pub voice: u32,
    /// The same where it is sent to many.
    pub voice_to_many: u32,
    /// The number of peers from which on they are many.
    pub many: usize,
    /// The least rate of a voice, in kbit/s.
    pub voice_at_least: u32,
    /// The rate of the audio of a shared screen, in kbit/s.
    pub screen_audio: u32,
    /// The layers of video that moves: its size goes down with its rate.
    pub motion: [Layer; 7],
    /// The layers of text: it stays sharp, and the frame rate gives way.
    pub text: [Layer; 5],
    /// The budget of each further peer, in percent of that of the first.
    pub further_peer_percent: u32,
    /// The rate from which on nothing is scarce, in kbit/s.
    pub plenty: u32,
    /// The time for which the rate stays down after congestion.
    pub hold_after_congestion: Duration,
    /// The start-up period of a browser's estimator on a path that is new, or there again.
    pub warm_up: Duration,
    /// The loss from which on the path counts as congested, in percent.
    pub congestion_loss: u8,
    /// The time for which the smallest video is sent in spite of the browser's estimate. The
    /// estimate of some browsers (those that go by REMB) is little more than what they send, so
    /// without video it never allows any.
    pub probe_duration: Duration,
    /// The time without video after a probe that failed.
    pub probe_backoff: Backoff,
    /// The round trip that ends a probe: it fills the queues on the path.
    pub harmful_round_trip: Duration,
}

impl Default for UplinkPolicy {
    fn default() -> Self {
        Self {
            measure_interval: seconds(2),
            silent_measure_interval: millis(500),
            default_height: 720,
            first_frame_height: 180,
            first_frames: millis(500),
            voice: 40,
            voice_to_many: 24,
            many: 3,
            voice_at_least: 20,
            screen_audio: 96,
            motion: [
                layer(90, 60, 10),
                layer(180, 120, 15),
                layer(270, 250, 20),
                layer(360, 450, 24),
                layer(540, 800, 30),
                layer(720, 1400, 30),
                layer(1080, 2500, 30),
            ],
            text: [
                layer(u32::MAX, 150, 2),
                layer(u32::MAX, 350, 5),
                layer(u32::MAX, 700, 8),
                layer(u32::MAX, 1200, 15),
                layer(u32::MAX, 2000, 30),
            ],
            further_peer_percent: 5,
            plenty: 6000,
            hold_after_congestion: seconds(6),
            warm_up: seconds(6),
            congestion_loss: 10,
            probe_duration: seconds(8),
            probe_backoff: Backoff { base: seconds(10), limit: seconds(60), spread: 0.0 },
            harmful_round_trip: seconds(1),
        }
    }
}
