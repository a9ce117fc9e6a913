//! The numbers that both sides keep to.

/// The version of the wire. A page says it when it joins; a server that speaks another refuses.
pub const VERSION: u32 = 1;

/// The largest WebSocket message, in bytes, that either side takes.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// The largest sealed payload, in base64url characters: a frame less its JSON around it.
pub const MAX_PAYLOAD_CHARS: usize = MAX_FRAME_BYTES - 256;

/// The most peers that one room holds.
pub const MAX_ROOM_PEERS: usize = 8;

/// The longest name of a person, in characters as people count them (extended grapheme clusters).
pub const MAX_NAME_CHARS: usize = 40;

/// The most messages a page may send in a burst before the server closes its connection.
pub const MAX_MESSAGE_BURST: u32 = 400;

/// The messages per second that a page may send for as long as it likes.
pub const MAX_MESSAGES_PER_SECOND: u32 = 40;

/// This many seconds after `joined` and after each `pong` a page sends `ping`.
pub const PING_INTERVAL_SECONDS: u32 = 20;

/// The server closes the connection of a page that has sent nothing for this many seconds. Browsers
/// run the timers of a tab that is hidden for long once a minute: such a page has two chances.
pub const IDLE_TIMEOUT_SECONDS: u32 = 120;
