//! The few things that web-sys does not have, or has without catching what they throw.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// `RTCPeerConnection` (W3C WebRTC, 4.4).
    pub(crate) type PeerConnectionExt;

    /// Adds a media section to the offers to come, for a track or a kind of tracks (5.1).
    #[wasm_bindgen(method, catch, js_name = addTransceiver)]
    pub(crate) fn add_transceiver(
        this: &PeerConnectionExt,
        track_or_kind: &JsValue,
        init: &JsValue,
    ) -> Result<web_sys::RtcRtpTransceiver, JsValue>;

    /// Makes the next offer one that starts ICE anew (4.4.2).
    #[wasm_bindgen(method, catch, js_name = restartIce)]
    pub(crate) fn restart_ice(this: &PeerConnectionExt) -> Result<(), JsValue>;

    /// Creates the offer or the answer that is due, and makes it the local description (4.4.2).
    #[wasm_bindgen(method, catch, js_name = setLocalDescription)]
    pub(crate) fn set_local_description(this: &PeerConnectionExt) -> Result<Promise, JsValue>;

    /// `RTCRtpTransceiver` (5.4).
    pub(crate) type TransceiverExt;

    #[wasm_bindgen(method, catch, setter)]
    pub(crate) fn set_direction(this: &TransceiverExt, direction: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn stop(this: &TransceiverExt) -> Result<(), JsValue>;

    /// `RTCRtpSender` (5.2).
    pub(crate) type SenderExt;

    /// Sets the streams that the track belongs to at the receiver; an array stands for the variadic
    /// argument.
    #[wasm_bindgen(method, catch, variadic, js_name = setStreams)]
    pub(crate) fn set_streams(this: &SenderExt, streams: &Array) -> Result<(), JsValue>;

    /// `RTCIceCandidate` (4.8.1).
    pub(crate) type IceCandidateExt;

    #[wasm_bindgen(method, getter, js_name = usernameFragment)]
    pub(crate) fn username_fragment(this: &IceCandidateExt) -> Option<String>;

    /// `AnalyserNode` (Web Audio API, 1.8).
    pub(crate) type AnalyserNode;

    /// The latest samples, as many as there is room for.
    #[wasm_bindgen(method, js_name = getFloatTimeDomainData)]
    pub(crate) fn get_float_time_domain_data(this: &AnalyserNode, samples: &mut [f32]);
}
