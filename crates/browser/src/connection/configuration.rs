//! `RTCConfiguration` (W3C WebRTC, 4.2.1) and the other dictionaries of a connection.

use serde::Serialize;
use tincan_call::TransportPolicy;
use tincan_protocol::IceServer;
use wasm_bindgen::JsValue;
use web_sys::{RtcConfiguration, RtcSessionDescriptionInit};

use crate::dictionary::to_dictionary;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration<'a> {
    ice_servers: &'a [IceServer],
    /// All media through one transport: one set of candidates, one handshake.
    bundle_policy: &'static str,
    ice_transport_policy: &'static str,
}

#[derive(Serialize)]
struct Description<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    sdp: &'a str,
}

/// The configuration of a connection.
pub(super) fn configuration(
    ice_servers: &[IceServer],
    transport: TransportPolicy,
) -> Result<RtcConfiguration, JsValue> {
    let ice_transport_policy = match transport {
        TransportPolicy::All => "all",
        TransportPolicy::Relay => "relay",
    };
    to_dictionary(&Configuration { ice_servers, bundle_policy: "max-bundle", ice_transport_policy })
}

/// `RTCSessionDescriptionInit` (W3C WebRTC, 4.6.2); `kind` is "offer" or "answer".
pub(super) fn description(
    kind: &'static str,
    sdp: &str,
) -> Result<RtcSessionDescriptionInit, JsValue> {
    to_dictionary(&Description { kind, sdp })
}
