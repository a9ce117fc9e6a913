//! The encoding of a source, and the statistics of a connection.

use std::time::Duration;

use js_sys::Reflect;
use tincan_call::{CaptureTarget, ConnectionEvent, Encoding, Operation, Sample};
use tincan_protocol::Source;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::RtcRtpSender;

use crate::support::{
    Leaks, Patch, Side, Video, captured, connect, negotiate, reported, script, until, until_async,
    until_some,
};

const PERSON: [Source; 2] = [Source::Microphone, Source::Camera];

pub(crate) fn picture(max_bitrate: u32, scale_down: u32, max_frame_rate: u32) -> Encoding {
    let (scale_down, max_frame_rate) = (Some(scale_down), Some(max_frame_rate));
    Encoding { active: true, max_bitrate, scale_down, max_frame_rate }
}

pub(crate) fn set(side: &Side, source: Source, encoding: Encoding) {
    side.run(Operation::SetEncoding { source, encoding });
}

/// The sender of the section at this place.
fn sender(side: &Side, at: usize) -> RtcRtpSender {
    side.sections()[at].sender()
}

/// A member of the encoding in force; undefined if there is no encoding.
fn parameter(sender: &RtcRtpSender, name: &str) -> JsValue {
    let read = js_sys::Function::new_with_args(
        "sender, name",
        "return (sender.getParameters().encodings[0] ?? {})[name]",
    );
    read.call2(&JsValue::NULL, sender, &JsValue::from_str(name)).expect("parameters")
}

pub(crate) async fn call() -> (Side, Side) {
    let (a, b) = (Side::open(), Side::open());
    a.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    b.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    negotiate(&a, &b, 1, &PERSON).await;
    connect(&a, &b).await;
    (a, b)
}

#[wasm_bindgen_test]
async fn the_last_encoding_applies() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    // One after the other without waiting, from the side that offered and from the other.
    for side in [&a, &b] {
        for bitrate in [100, 200, 300, 400] {
            set(side, Source::Camera, picture(bitrate, 200, 10));
        }
        let camera = sender(side, 1);
        until("the last wish", || parameter(&camera, "maxBitrate") == 400_000.0).await;
        assert_eq!(parameter(&camera, "scaleResolutionDownBy"), 2.0);
        assert_eq!(parameter(&camera, "maxFramerate"), 10.0);
        assert_eq!(parameter(&camera, "active"), true);

        let sound =
            Encoding { active: true, max_bitrate: 32, scale_down: None, max_frame_rate: None };
        set(side, Source::Microphone, sound);
        let microphone = sender(side, 0);
        until("the sound", || parameter(&microphone, "maxBitrate") == 32_000.0).await;
        assert_eq!(parameter(&microphone, "networkPriority"), "high");
        assert_eq!(parameter(&camera, "networkPriority"), "low");
    }
    // A limit that is taken back is gone.
    set(&a, Source::Camera, Encoding { max_frame_rate: None, ..picture(500, 100, 1) });
    let camera = sender(&a, 1);
    until("no limit", || parameter(&camera, "maxFramerate").is_undefined()).await;
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_scaled_video_arrives_smaller_and_an_inactive_one_stops() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    let stream = b.received(Source::Camera).and_then(|stream| b.streams.get(stream));
    let video = Video::show(&stream.expect("a stream"));
    set(&a, Source::Camera, picture(2000, 400, 30));
    until("a quarter of 720", || video.height() == 180).await;
    video.moves("the picture").await;
    set(&a, Source::Camera, Encoding { active: false, ..picture(2000, 400, 30) });
    let camera = sender(&a, 1);
    until("not active", || parameter(&camera, "active") == false).await;
    until_async("nothing comes in", async || {
        (reported(&b).await.received.height == 0).then_some(())
    })
    .await;
    drop((video, a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn the_encoding_applies_to_a_later_section() {
    let leaks = Leaks::watch();
    let (a, b) = (Side::open(), Side::open());
    for side in [&a, &b] {
        // Neither has a section yet, and one will never have.
        set(side, Source::Camera, picture(250, 150, 20));
        set(side, Source::Screen, picture(250, 150, 20));
    }
    negotiate(&a, &b, 1, &PERSON).await;
    for side in [&a, &b] {
        let camera = sender(side, 1);
        until("the wish of before", || parameter(&camera, "maxBitrate") == 250_000.0).await;
        assert_eq!(parameter(&camera, "scaleResolutionDownBy"), 1.5);
    }
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn a_refused_encoding_is_retried_with_the_next_negotiation() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    let refusal = Patch::apply(
        &["RTCRtpSender.prototype.setParameters", "window.refused"],
        "window.refused = 0;
         RTCRtpSender.prototype.setParameters = () => {
             window.refused += 1;
             return Promise.reject(new DOMException('', 'InvalidStateError'));
         }",
        "",
    );
    set(&a, Source::Camera, picture(250, 100, 20));
    until("a refusal", || script("return window.refused", "") == 1.0).await;
    a.run(Operation::SendKeyFrame(Source::Camera));
    until("another", || script("return window.refused", "") == 2.0).await;
    drop(refusal);
    let _counted = Patch::apply(
        &["RTCRtpSender.prototype.setParameters", "window.whole"],
        "window.whole = 0;
         RTCRtpSender.prototype.setParameters = function (parameters, options) {
             window.whole += options?.encodingOptions?.[0].keyFrame ? 1 : 0;
             return real.setParameters.call(this, parameters, options);
         }",
        "",
    );
    negotiate(&a, &b, 2, &PERSON).await;
    let camera = sender(&a, 1);
    until("the wish", || parameter(&camera, "maxBitrate") == 250_000.0).await;
    assert_eq!(script("return window.whole", ""), 1.0, "nor is a key frame forgotten");
    drop((a, b));
    leaks.none().await;
}

/// Returns the number of key frames sent.
async fn key_frames(side: &Side) -> f64 {
    let report = JsFuture::from(side.raw().get_stats()).await.expect("statistics");
    let count = js_sys::Function::new_with_args(
        "report",
        "return [...report.values()].find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video')
             ?.keyFramesEncoded ?? 0",
    );
    count.call1(&JsValue::NULL, &report).expect("a count").as_f64().expect("a number")
}

#[wasm_bindgen_test]
async fn a_key_frame_is_sent_on_request() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    // A small one, so that the browser changes nothing by itself.
    set(&a, Source::Camera, picture(2000, 400, 30));
    let stream = b.received(Source::Camera).and_then(|stream| b.streams.get(stream));
    let video = Video::show(&stream.expect("a stream"));
    until("a quarter of 720", || video.height() == 180).await;
    video.moves("the picture").await;
    for _ in 0..3 {
        let before = key_frames(&a).await;
        a.run(Operation::SendKeyFrame(Source::Camera));
        until_async("a key frame", async || (key_frames(&a).await > before).then_some(())).await;
    }
    // Where there is no section it is no error.
    a.run(Operation::SendKeyFrame(Source::Screen));
    drop((video, a, b));
    leaks.none().await;
}

pub(crate) async fn measured(side: &Side) -> Sample {
    let is_sample = |event: &ConnectionEvent| match event {
        ConnectionEvent::Measured(sample) => Some(*sample),
        _ => None,
    };
    side.events.borrow_mut().retain(|event| is_sample(event).is_none());
    side.run(Operation::Measure);
    until_some("a sample", || side.events.borrow().iter().find_map(is_sample)).await
}

#[wasm_bindgen_test]
async fn a_connection_is_measured() {
    let leaks = Leaks::watch();
    let (a, b) = call().await;
    // A small video need not grow to its full size first.
    set(&a, Source::Camera, picture(2000, 400, 30));
    set(&b, Source::Camera, picture(2000, 400, 30));
    for side in [&a, &b] {
        side.sees(Source::Camera).await;
        let first = measured(side).await;
        let last = until_async("a whole sample", async || {
            let sample = measured(side).await;
            let whole = sample.round_trip.is_some()
                && sample.lost_percent.is_some()
                && sample.bytes_sent > first.bytes_sent
                && sample.bytes_received > first.bytes_received;
            whole.then_some(sample)
        })
        .await;
        assert!(last.same_machine, "it is");
        assert!(last.round_trip.is_some_and(|time| time < Duration::from_secs(5)));
        assert!(last.lost_percent.is_some_and(|lost| lost <= 100));
        assert!(last.available.is_some_and(|available| available > 0), "Chromium says it");
        assert!(last.arrived > Some(last.bytes_received / 2), "and what came with it");
    }
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn an_unused_connection_has_no_statistics() {
    let leaks = Leaks::watch();
    let side = Side::open();
    assert_eq!(measured(&side).await, Sample::default());
    // Statistics that cannot be had are not reported; neither is what comes after the end.
    side.run(Operation::Measure);
    let events = std::rc::Rc::clone(&side.events);
    events.borrow_mut().clear();
    drop(side);
    leaks.none().await;
    assert!(events.borrow().is_empty());
}

/// Statistics as a browser could give them.
async fn read(entries: &str) -> Sample {
    measured(&side_with(entries)).await
}

/// Returns a side whose browser gives these statistics.
pub(crate) fn side_with(entries: &str) -> Side {
    let side = Side::open();
    let make = "const entries = new Function('return ' + argument)();
        return async () => new Map(entries.map((entry, at) => [entry.id ?? at, entry]))";
    let report = script(make, entries);
    Reflect::set(side.raw(), &JsValue::from_str("getStats"), &report).expect("replaced");
    side
}

#[wasm_bindgen_test]
async fn the_statistics_of_other_browsers_are_read_as_well() {
    let leaks = Leaks::watch();
    let ends = |local: &str, remote: &str| {
        format!(
            "{{ id: 'l', type: 'local-candidate', {local} }}, {{ id: 'r', type: 'remote-candidate', {remote} }}"
        )
    };
    let pair = "{ type: 'candidate-pair', selected: true, localCandidateId: 'l',
        remoteCandidateId: 'r', currentRoundTripTime: 0.25 }";
    let old =
        "{ type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 9 }";
    let same = ends(
        "candidateType: 'host', address: '10.0.0.1'",
        "candidateType: 'prflx', address: '10.0.0.1'",
    );
    let sample = read(&format!("[{old}, {pair}, {old}, {same}]")).await;
    assert!(sample.same_machine);
    assert_eq!(sample.round_trip, Some(Duration::from_millis(250)));
    assert_eq!(sample.available, None);

    for (local, remote) in [
        (
            "candidateType: 'host', address: '10.0.0.1'",
            "candidateType: 'host', address: '10.0.0.2'",
        ),
        ("candidateType: 'host', address: ''", "candidateType: 'host', address: ''"),
        ("candidateType: 'host'", "candidateType: 'host'"),
        (
            "candidateType: 'relay', address: '10.0.0.1'",
            "candidateType: 'relay', address: '10.0.0.1'",
        ),
        (
            "candidateType: 'srflx', address: '10.0.0.1'",
            "candidateType: 'srflx', address: '10.0.0.1'",
        ),
    ] {
        let sample = read(&format!("[{pair}, {}]", ends(local, remote))).await;
        assert!(!sample.same_machine, "{local}, {remote}");
    }

    let sample = read(
        "[{ type: 'outbound-rtp', bytesSent: 1000, timestamp: 100000 },
          { type: 'outbound-rtp', bytesSent: 234, timestamp: 100000 },
          { type: 'inbound-rtp', bytesReceived: 70, kind: 'audio', packetsReceived: 9,
            packetsLost: 2, totalSamplesReceived: 4800, concealedSamples: 960,
            silentConcealedSamples: 480, jitter: 0.02 },
          { type: 'inbound-rtp', bytesReceived: 7, kind: 'video', packetsReceived: 5,
            packetsLost: -3, jitter: 7, totalFreezesDuration: 1 },
          { type: 'transport', bytesReceived: 99 },
          { type: 'remote-inbound-rtp', fractionLost: 0.9, roundTripTime: 5, timestamp: 90000 },
          { type: 'remote-inbound-rtp', fractionLost: 0.041, roundTripTime: 0.1, timestamp: 99000 },
          { type: 'remote-inbound-rtp', fractionLost: 0, timestamp: 99000 },
          { type: 'of a later version' }]",
    )
    .await;
    let round_trip = Some(Duration::from_millis(100));
    let expected = Sample {
        bytes_sent: 1234,
        bytes_received: 77,
        arrived: Some(99),
        round_trip,
        lost_percent: Some(4),
        packets_received: 14,
        packets_lost: 2,
        jitter: Some(Duration::from_millis(20)),
        audio_packets: 9,
        audio_samples: 4800,
        concealed_samples: 480,
        ..Sample::default()
    };
    assert_eq!(sample, expected);
    leaks.none().await;
}
