//! The mark of this browser on this machine.

use tincan_protocol::RoomId;

use crate::page::{random_bytes, store, stored};

/// Where the browser remembers it.
const KEY: &str = "tincan.machine";

/// The mark, made on first use. Nothing where it can not be stored: each page would have another.
pub(crate) fn machine() -> Option<[u8; 16]> {
    read().or_else(|| {
        store(KEY, &RoomId::from_bytes(random_bytes()?).to_string());
        read()
    })
}

/// It is written as ids are.
fn read() -> Option<[u8; 16]> {
    stored(KEY)?.parse().ok().map(|mark: RoomId| *mark.as_bytes())
}
