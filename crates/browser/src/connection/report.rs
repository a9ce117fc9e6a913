//! The whole statistics of a connection, for those who look at its numbers.

use std::rc::Rc;
use std::time::Duration;

use tincan_call::Sample;
use tincan_call::features::{Picture, RelayProtocol, Report, Route};
use wasm_bindgen::JsValue;

use super::statistics::Statistics;
use crate::object::{get, number, text};

/// A report of the browser's that is read no further than a call needs. Only who shows its numbers
/// needs the code for the rest, and loads that with the rest.
#[derive(Debug, Clone)]
pub struct RawReport {
    pub(super) statistics: Statistics,
    pub(super) sample: Sample,
}

/// Takes the reports of one connection.
pub type ReportSink = Rc<dyn Fn(RawReport)>;

impl RawReport {
    /// Reads all that is shown of the connection. No address is in it.
    pub fn read(&self) -> Report {
        let mut report = Report { sample: self.sample, ..Report::default() };
        for entry in self.statistics.entries.iter() {
            let at = number(&entry, "timestamp").unwrap_or_default() / 1000.0;
            let at = Duration::try_from_secs_f64(at).unwrap_or_default();
            report.at = report.at.max(at);
            match text(&entry, "type").unwrap_or_default().as_str() {
                "inbound-rtp" => {
                    let codec = self.codec(&entry, "bytesReceived");
                    add_stream(&mut report.received, &mut report.received_codecs, &entry, codec);
                }
                "outbound-rtp" => {
                    let codec = self.codec(&entry, "bytesSent");
                    add_stream(&mut report.sent, &mut report.sent_codecs, &entry, codec);
                }
                _ => {}
            }
        }
        let end = |name| self.statistics.end(name);
        report.route = route(&end("localCandidateId"), &end("remoteCandidateId"));
        report
    }

    /// Returns the name of a stream's codec, if anything goes through it.
    fn codec(&self, entry: &JsValue, bytes: &str) -> Option<String> {
        number(entry, bytes).filter(|bytes| *bytes > 0.0)?;
        let mime = text(&self.statistics.by_id(&get(entry, "codecId")), "mimeType")?;
        // `audio/opus`: what stands before the slash is known.
        mime.split('/').next_back().map(str::to_owned)
    }
}

fn add_stream(
    picture: &mut Picture,
    codecs: &mut Vec<String>,
    entry: &JsValue,
    codec: Option<String>,
) {
    let whole = |name| number(entry, name).map_or(0, rounded);
    let this = Picture {
        width: whole("frameWidth"),
        height: whole("frameHeight"),
        frame_rate: whole("framesPerSecond"),
    };
    // The size stays when no frame comes any more.
    if this.frame_rate > 0 && this.width.saturating_mul(this.height) > area(picture) {
        *picture = this;
    }
    if let Some(codec) = codec.filter(|codec| !codecs.contains(codec)) {
        codecs.push(codec);
    }
}

const fn area(picture: &Picture) -> u32 {
    picture.width.saturating_mul(picture.height)
}

/// Returns the route by the two ends of the pair in use.
fn route(local: &JsValue, remote: &JsValue) -> Option<Route> {
    let kind = text(local, "candidateType")?;
    Some(if kind == "relay" {
        Route::Relayed(match text(local, "relayProtocol").as_deref() {
            Some("udp") => RelayProtocol::Udp,
            Some("tcp") => RelayProtocol::Tcp,
            Some("tls") => RelayProtocol::Tls,
            Some(_) | None => RelayProtocol::Unknown,
        })
    } else if get(remote, "candidateType") == "relay" {
        Route::RelayedThere
    } else if get(local, "protocol") == "tcp" {
        Route::DirectTcp
    } else {
        Route::DirectUdp
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It saturates.
fn rounded(number: f64) -> u32 {
    (number + 0.5) as u32
}
