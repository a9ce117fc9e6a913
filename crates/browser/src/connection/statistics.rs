//! The statistics of a connection (Identifiers for WebRTC's Statistics API).

use std::time::Duration;

use js_sys::Array;
use tincan_call::Sample;
use wasm_bindgen::JsValue;

use crate::object::{self, get, is, number, text};

/// A report of the peer's that is older than this, in milliseconds, says nothing of now.
const FRESH_MILLIS: f64 = 5000.0;

/// Reads an `RTCStatsReport`. `camera` is the track that the peer's camera comes in by. Addresses
/// are compared here, and leave no trace.
pub(super) fn sample(report: &JsValue, camera: Option<&str>) -> Sample {
    let mut sample = Sample::default();
    let entries = object::call(report, "values", &[]).unwrap_or_default();
    let entries = if entries.is_undefined() { Array::new() } else { Array::from(&entries) };
    let (mut pair, mut pair_id) = (JsValue::UNDEFINED, JsValue::UNDEFINED);
    let mut now = 0.0;
    for entry in entries.iter() {
        now = number(&entry, "timestamp").unwrap_or_default().max(now);
        match text(&entry, "type").unwrap_or_default().as_str() {
            "outbound-rtp" => sample.bytes_sent += counter(&entry, "bytesSent"),
            "inbound-rtp" => {
                sample.bytes_received += counter(&entry, "bytesReceived");
                if camera.is_some() && text(&entry, "trackIdentifier").as_deref() == camera {
                    sample.received_height = height(&entry);
                }
            }
            "transport" => {
                pair_id = get(&entry, "selectedCandidatePairId");
                sample.arrived = number(&entry, "bytesReceived").map(whole);
            }
            // Where the transport does not say, the pair itself does (Firefox).
            "candidate-pair" if is(&entry, "selected") => pair = entry,
            "candidate-pair"
                if pair.is_undefined()
                    && is(&entry, "nominated")
                    && get(&entry, "state") == "succeeded" =>
            {
                pair = entry;
            }
            _ => {}
        }
    }
    let by_id = |id: &JsValue| object::call(report, "get", &[id]).unwrap_or_default();
    if !pair_id.is_undefined() {
        pair = by_id(&pair_id);
    }
    sample.available = number(&pair, "availableOutgoingBitrate").map(|bits| small(bits / 1000.0));
    let mut round_trip = number(&pair, "currentRoundTripTime");
    for entry in entries.iter() {
        let age = now - number(&entry, "timestamp").unwrap_or_default();
        if age > FRESH_MILLIS || get(&entry, "type") != "remote-inbound-rtp" {
            continue;
        }
        round_trip = round_trip.or_else(|| number(&entry, "roundTripTime"));
        if let Some(lost) = number(&entry, "fractionLost") {
            let percent = small(lost * 100.0 + 0.5).min(100);
            sample.lost_percent = sample.lost_percent.max(u8::try_from(percent).ok());
        }
    }
    sample.round_trip = round_trip.map(|seconds| Duration::from_micros(whole(seconds * 1e6)));
    let candidate = |id| by_id(&get(&pair, id));
    sample.same_machine =
        is_same_machine(&candidate("localCandidateId"), &candidate("remoteCandidateId"));
    sample
}

/// The height of the picture that comes in; none comes in while no frame does.
fn height(inbound: &JsValue) -> u32 {
    // It is 0, or missing, when there was no frame for a while; the height stays.
    match number(inbound, "framesPerSecond") {
        Some(frames) if frames > 0.0 => number(inbound, "frameHeight").map_or(0, small),
        Some(_) | None => 0,
    }
}

/// Returns `true` if both ends of a pair of candidates are network interfaces with one address. An
/// address that the browser hides is none.
fn is_same_machine(local: &JsValue, remote: &JsValue) -> bool {
    let address = |candidate| {
        let is_own = matches!(text(candidate, "candidateType").as_deref(), Some("host" | "prflx"));
        text(candidate, "address").filter(|address| is_own && !address.is_empty())
    };
    let local = address(local);
    local.is_some() && local == address(remote)
}

/// A count; nothing is 0.
fn counter(entry: &JsValue, name: &str) -> u64 {
    number(entry, name).map_or(0, whole)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It saturates.
fn whole(number: f64) -> u64 {
    number as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It saturates.
fn small(number: f64) -> u32 {
    number as u32
}
