//! The statistics of a connection (Identifiers for WebRTC's Statistics API).

use std::time::Duration;

use js_sys::Array;
use tincan_call::Sample;
use wasm_bindgen::JsValue;

use crate::object::{self, get, is, number, text};

/// A report of the peer's that is older than this, in milliseconds, says nothing of now.
const FRESH_MILLIS: f64 = 5000.0;

/// An `RTCStatsReport`. Addresses in it are compared, and leave no trace.
#[derive(Debug, Clone)]
pub(super) struct Statistics {
    report: JsValue,
    pub(super) entries: Array,
    /// The pair of candidates in use; undefined if there is none.
    pair: JsValue,
}

impl Statistics {
    pub(super) fn new(report: JsValue) -> Self {
        let entries = object::call(&report, "values", &[]).unwrap_or_default();
        let entries = if entries.is_undefined() { Array::new() } else { Array::from(&entries) };
        let mut this = Self { report, entries, pair: JsValue::UNDEFINED };
        this.pair = this.selected_pair();
        this
    }

    /// An entry by its id; undefined if there is none.
    pub(super) fn by_id(&self, id: &JsValue) -> JsValue {
        object::call(&self.report, "get", &[id]).unwrap_or_default()
    }

    /// The candidate at an end of the pair in use; undefined if there is none.
    pub(super) fn end(&self, name: &str) -> JsValue {
        self.by_id(&get(&self.pair, name))
    }

    /// Reads what a call goes by. `camera` is the track that the peer's camera comes in by.
    pub(super) fn sample(&self, camera: Option<&str>) -> Sample {
        let mut sample = Sample::default();
        let mut now = 0.0;
        for entry in self.entries.iter() {
            now = number(&entry, "timestamp").unwrap_or_default().max(now);
            match text(&entry, "type").unwrap_or_default().as_str() {
                "outbound-rtp" => sample.bytes_sent += counter(&entry, "bytesSent"),
                "inbound-rtp" => add_received(&mut sample, &entry, camera),
                "transport" => sample.arrived = number(&entry, "bytesReceived").map(whole),
                _ => {}
            }
        }
        let available = number(&self.pair, "availableOutgoingBitrate");
        sample.available = available.map(|bits| small(bits / 1000.0));
        let mut round_trip = number(&self.pair, "currentRoundTripTime");
        for entry in self.entries.iter() {
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
        sample.round_trip = round_trip.map(time);
        sample.same_machine =
            is_same_machine(&self.end("localCandidateId"), &self.end("remoteCandidateId"));
        sample
    }

    fn selected_pair(&self) -> JsValue {
        let mut pair = JsValue::UNDEFINED;
        for entry in self.entries.iter() {
            match text(&entry, "type").unwrap_or_default().as_str() {
                "transport" => {
                    let id = get(&entry, "selectedCandidatePairId");
                    if !id.is_undefined() {
                        return self.by_id(&id);
                    }
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
        pair
    }
}

/// Adds what comes in by one stream.
fn add_received(sample: &mut Sample, entry: &JsValue, camera: Option<&str>) {
    sample.bytes_received += counter(entry, "bytesReceived");
    sample.packets_received += counter(entry, "packetsReceived");
    sample.packets_lost += counter(entry, "packetsLost");
    if get(entry, "kind") == "audio" {
        sample.audio_packets += counter(entry, "packetsReceived");
        sample.audio_samples += counter(entry, "totalSamplesReceived");
        let silent = counter(entry, "silentConcealedSamples");
        sample.concealed_samples += counter(entry, "concealedSamples").saturating_sub(silent);
        sample.jitter = sample.jitter.max(number(entry, "jitter").map(time));
    } else if camera.is_some() && text(entry, "trackIdentifier").as_deref() == camera {
        sample.frozen = number(entry, "totalFreezesDuration").map(time).unwrap_or_default();
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

/// A count; nothing is 0, as is less than nothing.
fn counter(entry: &JsValue, name: &str) -> u64 {
    number(entry, name).map_or(0, whole)
}

/// A time in seconds; one that is negative, or no number, is 0.
fn time(seconds: f64) -> Duration {
    Duration::from_micros(whole(seconds * 1e6))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It saturates.
fn whole(number: f64) -> u64 {
    number as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It saturates.
fn small(number: f64) -> u32 {
    number as u32
}
