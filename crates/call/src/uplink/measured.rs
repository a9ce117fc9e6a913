//! The measurements of a link, and the encoding of its sources.

use std::time::Duration;

/// The statistics of a connection at one moment (`getStats`; W3C Identifiers for WebRTC's
/// Statistics API). Counters count from the beginning of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    /// Bytes sent, of all media.
    pub bytes_sent: u64,
    /// Bytes received, of all media.
    pub bytes_received: u64,
    /// Bytes that arrived, of media and of all that goes with it, where the browser tells
    /// (`RTCTransportStats.bytesReceived`). Reports of what is sent are among them.
    pub arrived: Option<u64>,
    /// The browser's estimate of what it can send, in kbit/s (`availableOutgoingBitrate`).
    pub available: Option<u32>,
    /// From here to the peer and back (`currentRoundTripTime`).
    pub round_trip: Option<Duration>,
    /// The share of the packets sent lately that the peer missed, in percent (`fractionLost`).
    pub lost_percent: Option<u8>,
    /// Packets received, of all media.
    pub packets_received: u64,
    /// Packets of the peer that did not arrive, of all media (`packetsLost`).
    pub packets_lost: u64,
    /// The variation of the arrival times of audio (`jitter`; RFC 3550, section 6.4.1), the
    /// largest if there is more than one.
    pub jitter: Option<Duration>,
    /// Packets of audio received.
    pub audio_packets: u64,
    /// Samples of audio received, or made up in place of lost ones (`totalSamplesReceived`).
    pub audio_samples: u64,
    /// Those of them that were made up and can be heard (`concealedSamples` without
    /// `silentConcealedSamples`).
    pub concealed_samples: u64,
    /// The time for which the camera's video stood still (`totalFreezesDuration`).
    pub frozen: Duration,
    /// Both ends have the same network address: they are on one machine.
    pub same_machine: bool,
}

/// The statistics of a link from one [`Sample`] to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkStats {
    /// The rate that is sent, in kbit/s.
    pub sent: u32,
    /// The rate that is received, in kbit/s.
    pub received: u32,
    /// From here to the peer and back.
    pub round_trip: Option<Duration>,
    /// The share of the packets sent that the peer missed, in tenths of a percent.
    pub lost_sent: Option<u32>,
    /// The share of the peer's packets that did not arrive, in tenths of a percent.
    pub lost_received: Option<u32>,
    /// The variation of the arrival times of audio.
    pub jitter: Option<Duration>,
    /// The audible share of the audio that was made up in place of lost packets, in tenths of a
    /// percent.
    pub concealed: Option<u32>,
    /// The share of the time for which the camera's video stood still, in tenths of a percent.
    pub frozen: u32,
    /// Nothing at all arrived, as far as the browser tells.
    pub is_silent: bool,
}

impl LinkStats {
    /// Returns the statistics between two samples of one connection that are `elapsed` apart.
    pub fn between(last: &Sample, sample: &Sample, elapsed: Duration) -> Self {
        let grown = |count: fn(&Sample) -> u64| count(sample).saturating_sub(count(last));
        let missed = grown(|sample| sample.packets_lost);
        let packets = grown(|sample| sample.packets_received).saturating_add(missed);
        // A peer that sends no audio is not one whose audio is lost.
        let has_audio = grown(|sample| sample.audio_packets) > 0;
        let samples = if has_audio { grown(|sample| sample.audio_samples) } else { 0 };
        let frozen = millis(sample.frozen.saturating_sub(last.frozen));
        Self {
            sent: rate(last.bytes_sent, sample.bytes_sent, elapsed),
            received: rate(last.bytes_received, sample.bytes_received, elapsed),
            round_trip: sample.round_trip,
            lost_sent: sample.lost_percent.map(|percent| u32::from(percent) * 10),
            lost_received: share(missed, packets),
            jitter: sample.jitter,
            concealed: share(grown(|sample| sample.concealed_samples), samples),
            frozen: share(frozen, millis(elapsed)).unwrap_or_default(),
            is_silent: sample.arrived.is_some() && sample.arrived == last.arrived,
        }
    }
}

/// Returns the rate in kbit/s between two byte counts.
fn rate(before: u64, after: u64, elapsed: Duration) -> u32 {
    let bits = after.saturating_sub(before).saturating_mul(8);
    u32::try_from(bits / millis(elapsed).max(1)).unwrap_or(u32::MAX)
}

/// Returns a share in tenths of a percent, at most 1000; none of nothing.
fn share(part: u64, whole: u64) -> Option<u32> {
    let share = part.saturating_mul(1000).checked_div(whole)?;
    u32::try_from(share.min(1000)).ok()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The encoding of a source for one peer (`RTCRtpEncodingParameters`; W3C WebRTC, 5.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// It is sent at all.
    pub active: bool,
    /// The most that is sent, in kbit/s.
    pub max_bitrate: u32,
    /// The divisor of the video's sides, in hundredths: at least 100. None for audio.
    pub scale_down: Option<u32>,
    /// The most frames per second. None for audio.
    pub max_frame_rate: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_samples_make_rates_and_shares() {
        let last = Sample {
            bytes_sent: 1_000_000,
            packets_received: 1000,
            packets_lost: 10,
            audio_packets: 500,
            audio_samples: 480_000,
            concealed_samples: 100,
            frozen: Duration::from_millis(300),
            arrived: Some(7),
            ..Sample::default()
        };
        let sample = Sample {
            bytes_sent: 1_250_000,
            bytes_received: 25_000,
            packets_received: 1190,
            packets_lost: 20,
            audio_packets: 600,
            audio_samples: 576_000,
            concealed_samples: 4900,
            frozen: Duration::from_millis(500),
            arrived: Some(8),
            lost_percent: Some(4),
            ..last
        };
        let expected = LinkStats {
            sent: 1000,
            received: 100,
            lost_sent: Some(40),
            lost_received: Some(50),
            concealed: Some(50),
            frozen: 100,
            ..LinkStats::default()
        };
        assert_eq!(LinkStats::between(&last, &sample, Duration::from_secs(2)), expected);
    }

    #[test]
    fn nothing_is_made_up_of_what_was_not_sent() {
        let last = Sample { arrived: Some(7), packets_lost: 5, ..Sample::default() };
        // Samples go on without packets, and `packetsLost` may go down.
        let sample =
            Sample { audio_samples: 96_000, concealed_samples: 96_000, packets_lost: 4, ..last };
        let expected = LinkStats { is_silent: true, ..LinkStats::default() };
        assert_eq!(LinkStats::between(&last, &sample, Duration::from_secs(2)), expected);
        assert_eq!(LinkStats::between(&last, &sample, Duration::ZERO), expected);
    }
}
