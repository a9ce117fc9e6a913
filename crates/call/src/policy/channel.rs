//! The limits of data channels.

use tincan_protocol::{MAX_MESSAGE_BURST, MAX_MESSAGES_PER_SECOND};

/// The limits of the data channel with one peer.
#[derive(Debug, Clone, Copy)]
pub struct ChannelPolicy {
    /// The most bytes that may wait to be sent. Messages tell states, so waiting behind more than
    /// this is worse than sending them another way. It is more than the largest message.
    pub max_buffered: u32,
    /// The most messages that a peer may send at once. A peer that sends more loses the channel.
    /// The limits are those of the server, which guards the other way.
    pub burst: u32,
    /// The messages per second that a peer may send for as long as it likes.
    pub per_second: u32,
}

impl Default for ChannelPolicy {
    fn default() -> Self {
        Self {
            max_buffered: 64 * 1024,
            burst: MAX_MESSAGE_BURST,
            per_second: MAX_MESSAGES_PER_SECOND,
        }
    }
}
