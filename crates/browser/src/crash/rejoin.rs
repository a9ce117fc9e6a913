//! The way back into a call after a crash.

use std::cell::Cell;
use std::fmt;

use tincan_call::DeviceChoice;
use tincan_protocol::RoomId;

/// The session's note of the call to join again at once.
pub(super) const KEY: &str = "tincan.rejoin";

const ON: &str = "on";
const OFF: &str = "off";

thread_local! {
    /// The call that the page is in. A cell that is copied from and never borrowed.
    static CALL: Cell<Option<Rejoin>> = const { Cell::new(None) };
}

/// The call to join again after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejoin {
    /// Its room. No other is entered without its lobby.
    pub room: RoomId,
    /// The devices that the person had on. They are not taken from the storage, which all pages of
    /// the site share.
    pub devices: DeviceChoice,
}

impl Rejoin {
    fn parse(note: &str) -> Option<Self> {
        let mut parts = note.split(',');
        let room = parts.next()?.parse().ok()?;
        let mut device = || match parts.next()? {
            ON => Some(true),
            OFF => Some(false),
            _ => None,
        };
        let devices = DeviceChoice { microphone: device()?, camera: device()? };
        Some(Self { room, devices })
    }
}

impl fmt::Display for Rejoin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |is_on| if is_on { ON } else { OFF };
        let DeviceChoice { microphone, camera } = self.devices;
        write!(f, "{},{},{}", self.room, word(microphone), word(camera))
    }
}

/// Notes the devices that a person in a call of this room has on, since they expect to be in it
/// again after a crash; none if they are in no call of this room.
pub fn set_call(room: RoomId, devices: Option<DeviceChoice>) {
    match devices {
        Some(devices) => CALL.set(Some(Rejoin { room, devices })),
        // A room that is left may come after the one that takes its place.
        None if call().is_some_and(|call| call.room == room) => CALL.set(None),
        None => {}
    }
}

pub(super) fn call() -> Option<Rejoin> {
    CALL.get()
}

/// Returns the call to join again, if the page was loaded by the button of a crash notice that
/// ended one. Asking takes the note away.
pub fn take_rejoin() -> Option<Rejoin> {
    let storage = web_sys::window()?.session_storage().ok().flatten()?;
    let note = storage.get_item(KEY).ok().flatten()?;
    // It was there a moment ago.
    let _ = storage.remove_item(KEY);
    Rejoin::parse(&note)
}

/// Forgets the call.
#[cfg(feature = "probe")]
pub(super) fn recover() {
    CALL.set(None);
}
