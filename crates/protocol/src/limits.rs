//! The limits that both sides respect.

/// The version of the protocol. A page sends it when it joins; a server of another version refuses
/// it.
pub const VERSION: u32 = 1;

/// The largest WebSocket message, in bytes, that either side accepts.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// The largest sealed payload, in base64url characters: a frame without the JSON around it.
pub const MAX_PAYLOAD_CHARS: usize = MAX_FRAME_BYTES - 256;

/// The largest message from page to page, in bytes of JSON: what the largest sealed payload holds
/// beside its nonce (24 bytes) and its tag (16 bytes). It is the same on a data channel, so that a
/// message can take either way.
pub const MAX_PEER_MESSAGE_BYTES: usize = MAX_PAYLOAD_CHARS / 4 * 3 - 24 - 16;

/// The id of the data channel of each peer connection (`RTCDataChannelInit.id`). Both sides know it
/// in advance, so that the channel needs no message to open (`negotiated`).
pub const CHANNEL_ID: u16 = 0;

/// The maximum number of peers in a room.
pub const MAX_ROOM_PEERS: usize = 8;

/// The longest name of a person, in user-perceived characters (extended grapheme clusters).
pub const MAX_NAME_CHARS: usize = 40;

/// The longest text of a chat message, in Unicode scalar values. It is never longer than four times
/// as many bytes.
pub const MAX_CHAT_CHARS: usize = 4000;

/// The most chat messages in one message on a data channel.
pub const MAX_CHAT_BATCH: usize = 32;

/// The longest name of a file, in bytes of UTF-8. Every file system takes it, with room for what a
/// browser appends if there is one of this name.
pub const MAX_FILE_NAME_BYTES: usize = 200;

/// The bytes of each piece of a file but the last, which may be shorter.
pub const FILE_PIECE_BYTES: u64 = 1024 * 1024;

/// The most bytes of a binary message on the data channel of a file. Everything that speaks WebRTC
/// takes as many (RFC 8841, section 6.1).
pub const MAX_FILE_MESSAGE_BYTES: u32 = 64 * 1024;

/// The most pieces that are sent before the receiver has told that they are stored.
pub const FILE_WINDOW_PIECES: u64 = 16;

/// The subprotocol of the data channel of a file (`RTCDataChannelInit.protocol`). Its label is the
/// id of the offer.
pub const FILE_CHANNEL_PROTOCOL: &str = "tincan-file";

/// The maximum burst of messages that a page may send before the server closes its connection.
pub const MAX_MESSAGE_BURST: u32 = 400;

/// The sustained rate of messages per second that a page may send.
pub const MAX_MESSAGES_PER_SECOND: u32 = 40;

/// The seconds after `joined`, and after each `pong`, at which a page sends `ping`.
pub const PING_INTERVAL_SECONDS: u32 = 20;

/// The seconds of silence after which the server closes the connection of a page. Browsers run the
/// timers of a tab that has long been hidden once a minute, so such a page has two chances.
pub const IDLE_TIMEOUT_SECONDS: u32 = 120;
