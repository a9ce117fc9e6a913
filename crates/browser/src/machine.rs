//! The mark of this browser on this machine.

use tincan_protocol::RoomId;

use crate::page::{random_bytes, store, stored};

/// The key under which the browser stores it.
const KEY: &str = "tincan.machine";

/// Returns the mark, which is made on first use. It is `None` where it cannot be stored, since each
/// page would have another.
pub(crate) fn machine() -> Option<[u8; 16]> {
    read().or_else(|| {
        store(KEY, &RoomId::from_bytes(random_bytes()?).to_string());
        read()
    })
}

/// Reads the mark. It has the form of a room id, 16 bytes in base64url.
fn read() -> Option<[u8; 16]> {
    stored(KEY)?.parse().ok().map(|mark: RoomId| *mark.as_bytes())
}
