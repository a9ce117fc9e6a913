//! What is measured of a link, and how its pictures and sounds are coded.

use std::time::Duration;

/// What the browser says of a connection at one moment (`getStats`; W3C Identifiers for WebRTC's
/// Statistics API). Counters count from the beginning of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    /// Bytes sent, of all media.
    pub bytes_sent: u64,
    /// Bytes received, of all media.
    pub bytes_received: u64,
    /// Bytes that arrived, of media and of all that goes with it, where the browser says
    /// (`RTCTransportStats.bytesReceived`). Reports of what is sent are among them.
    pub arrived: Option<u64>,
    /// What the browser believes that it can send, in kbit/s (`availableOutgoingBitrate`).
    pub available: Option<u32>,
    /// From here to the peer and back (`currentRoundTripTime`).
    pub round_trip: Option<Duration>,
    /// Of a hundred packets sent lately, how many the peer missed (`fractionLost`).
    pub lost_percent: Option<u8>,
    /// The height of the camera's picture that is received, in pixels; 0 if none is.
    pub received_height: u32,
    /// Both ends have the same network address: they are on one machine.
    pub same_machine: bool,
}

/// What is known of a link, to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkStats {
    /// What goes out, in kbit/s.
    pub sent: u32,
    /// What comes in, in kbit/s.
    pub received: u32,
    /// From here to the peer and back.
    pub round_trip: Option<Duration>,
    /// Of a hundred packets sent lately, how many the peer missed.
    pub lost_percent: Option<u8>,
    /// The height of the camera's picture that is received, in pixels; 0 if none is.
    pub received_height: u32,
}

/// How a source is coded for one peer (`RTCRtpEncodingParameters`; W3C WebRTC, 5.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// Whether anything is sent at all.
    pub active: bool,
    /// The most that is sent, in kbit/s.
    pub max_bitrate: u32,
    /// By how much the picture's sides are divided, in hundredths: at least 100. Nothing for sound.
    pub scale_down: Option<u32>,
    /// The most pictures per second. Nothing for sound.
    pub max_frame_rate: Option<u32>,
}
