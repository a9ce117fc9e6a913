//! The media that a section can carry once both sides have agreed on it.

use js_sys::Array;
use tincan_call::{Flow, Section};
use tincan_protocol::Source;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcRtpTransceiver, RtcRtpTransceiverDirection};

use crate::object::{self, get, text};

/// The formats that carry nothing by themselves: they repair, repeat or fill what others carry.
const AUXILIARY: [&str; 7] =
    ["rtx", "red", "ulpfec", "flexfec", "flexfec-03", "cn", "telephone-event"];

/// Returns what a section can carry, or `None` before both sides have agreed on it
/// (`currentDirection`; W3C WebRTC, section 5.4).
pub(super) fn section(source: Source, transceiver: &RtcRtpTransceiver) -> Option<Section> {
    // An answer that rejects a section, with port 0, stops it.
    let is_stopped = transceiver.direction() == RtcRtpTransceiverDirection::Stopped;
    let direction = if is_stopped {
        RtcRtpTransceiverDirection::Stopped
    } else {
        transceiver.current_direction()?
    };
    let (sends, receives) = match direction {
        RtcRtpTransceiverDirection::Sendrecv => (true, true),
        RtcRtpTransceiverDirection::Sendonly => (true, false),
        RtcRtpTransceiverDirection::Recvonly => (false, true),
        RtcRtpTransceiverDirection::Inactive => (false, false),
        // Or a direction of a later standard.
        RtcRtpTransceiverDirection::Stopped | _ => {
            return Some(Section { source, sending: Flow::NoCodec, receiving: Flow::NoCodec });
        }
    };
    Some(Section {
        source,
        sending: flow(sends, &transceiver.sender()),
        receiving: flow(receives, &transceiver.receiver()),
    })
}

/// Returns what one direction of a section can carry. A browser that does not list its codecs is
/// taken to have some.
fn flow(is_open: bool, end: &JsValue) -> Flow {
    let parameters = object::call(end, "getParameters", &[]).unwrap_or_default();
    let codecs = get(&parameters, "codecs").dyn_into::<Array>();
    if !is_open {
        Flow::Closed
    } else if codecs.is_ok_and(|codecs| codecs.iter().all(|codec| is_auxiliary(&codec))) {
        Flow::NoCodec
    } else {
        Flow::Open
    }
}

fn is_auxiliary(codec: &JsValue) -> bool {
    let format = text(codec, "mimeType").unwrap_or_default();
    let format = format.split('/').next_back().unwrap_or_default();
    AUXILIARY.iter().any(|auxiliary| format.eq_ignore_ascii_case(auxiliary))
}
