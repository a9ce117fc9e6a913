//! `RTCConfiguration` (W3C WebRTC, 4.2.1) and the other dictionaries of a connection.

use js_sys::Array;
use tincan_protocol::{Candidate, IceServer};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcConfiguration, RtcIceCandidateInit, RtcSessionDescriptionInit};

use crate::object::dictionary;

/// The configuration of every connection, whatever servers there are.
pub(super) fn configuration(ice_servers: &[IceServer]) -> RtcConfiguration {
    let ice_servers: Array = ice_servers.iter().map(ice_server).collect();
    let configuration = dictionary(&[
        ("iceServers", &ice_servers),
        // All media through one transport: one set of candidates, one handshake.
        ("bundlePolicy", &JsValue::from_str("max-bundle")),
    ]);
    configuration.unchecked_into()
}

/// `RTCSessionDescriptionInit` (W3C WebRTC, 4.6.2); `kind` is "offer" or "answer".
pub(super) fn description(kind: &str, sdp: &str) -> RtcSessionDescriptionInit {
    dictionary(&[("type", &JsValue::from_str(kind)), ("sdp", &JsValue::from_str(sdp))])
        .unchecked_into()
}

/// `RTCIceCandidateInit` (W3C WebRTC, 4.8.1).
pub(super) fn candidate(candidate: &Candidate) -> RtcIceCandidateInit {
    dictionary(&[
        ("candidate", &JsValue::from_str(&candidate.candidate)),
        ("sdpMid", &text(candidate.sdp_mid.as_deref())),
        ("sdpMLineIndex", &JsValue::from(candidate.sdp_m_line_index)),
        ("usernameFragment", &text(candidate.username_fragment.as_deref())),
    ])
    .unchecked_into()
}

fn ice_server(server: &IceServer) -> JsValue {
    let urls: Array = server.urls.iter().map(|url| JsValue::from_str(url)).collect();
    dictionary(&[
        ("urls", &urls),
        ("username", &text(server.username.as_deref())),
        ("credential", &text(server.credential.as_deref())),
    ])
}

/// A member that may be left out: undefined is the same.
fn text(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}
