//! The parts of a call that this browser can do.

use tincan_call::Capabilities;

use crate::object;

/// Finds out what the browser can do. Extensions for privacy and settings of the browser remove
/// `RTCPeerConnection`, or leave a constructor that throws: so one is made, and closed at once.
pub(crate) fn capabilities() -> Capabilities {
    let peer_connection = object::construct("RTCPeerConnection", &[]);
    let peer_connections =
        peer_connection.is_ok_and(|connection| object::call(&connection, "close", &[]).is_ok());
    Capabilities { peer_connections }
}
