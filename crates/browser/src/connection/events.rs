//! The events of a connection.

use crate::js::IceCandidateExt;
use crate::object;
use tincan_call::{ConnectionEvent, ConnectionState, IceServerError, IceServerKind};
use tincan_protocol::Candidate;
use wasm_bindgen::JsCast;
use web_sys::{Event, RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState};

/// The local candidate of an `icecandidate` event. None is in the one that ends a generation.
pub(super) fn candidate_found(event: &Event) -> Option<ConnectionEvent> {
    let candidate = event.unchecked_ref::<RtcPeerConnectionIceEvent>().candidate()?;
    // Read field by field: to read any value as this one, serde-wasm-bindgen would bring the
    // formatting of floating-point numbers along, 6 KB of the first load.
    let candidate = Candidate {
        candidate: candidate.candidate(),
        sdp_mid: candidate.sdp_mid(),
        sdp_m_line_index: candidate.sdp_m_line_index(),
        username_fragment: candidate.unchecked_ref::<IceCandidateExt>().username_fragment(),
    };
    // An empty one marks the end of a generation, too (W3C WebRTC, 4.8.1.1).
    (!candidate.candidate.is_empty()).then_some(ConnectionEvent::CandidateFound(candidate))
}

/// The server and the code of an `icecandidateerror` event; none if it names no server. The address
/// and the port in it are left where they are.
pub(super) fn server_failed(event: &Event) -> Option<ConnectionEvent> {
    let server = IceServerKind::of_url(&object::text(event, "url")?)?;
    let code = object::number(event, "errorCode")?;
    // It saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let code = code as u16;
    Some(ConnectionEvent::ServerFailed(IceServerError { server, code }))
}

/// The state after a `connectionstatechange` event; none if the browser has a new word for it.
pub(super) fn state_changed(connection: &RtcPeerConnection) -> Option<ConnectionEvent> {
    let state = match connection.connection_state() {
        RtcPeerConnectionState::New => ConnectionState::New,
        RtcPeerConnectionState::Connecting => ConnectionState::Connecting,
        RtcPeerConnectionState::Connected => ConnectionState::Connected,
        RtcPeerConnectionState::Disconnected => ConnectionState::Disconnected,
        RtcPeerConnectionState::Failed => ConnectionState::Failed,
        RtcPeerConnectionState::Closed => ConnectionState::Closed,
        _ => return None,
    };
    Some(ConnectionEvent::StateChanged(state))
}
