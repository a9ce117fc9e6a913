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
    /// The height of the camera's video that is received, in pixels; 0 if none is.
    pub received_height: u32,
    /// Both ends have the same network address: they are on one machine.
    pub same_machine: bool,
}

/// The statistics of a link, to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkStats {
    /// The rate that is sent, in kbit/s.
    pub sent: u32,
    /// The rate that is received, in kbit/s.
    pub received: u32,
    /// From here to the peer and back.
    pub round_trip: Option<Duration>,
    /// The share of the packets sent lately that the peer missed, in percent.
    pub lost_percent: Option<u8>,
    /// The height of the camera's video that is received, in pixels; 0 if none is.
    pub received_height: u32,
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
