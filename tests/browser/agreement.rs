//! The directions of a media section, as its two sides agree on them.

use tincan_call::{CaptureTarget, ConnectionEvent, Flow, Section};
use tincan_protocol::Source;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Leaks, Side, captured, connect, negotiate, trickle};

const BOTH: [Source; 2] = [Source::Microphone, Source::Camera];

/// Returns the latest agreement: for microphone and camera, the outgoing and the incoming flow.
fn agreed(side: &Side) -> [(Flow, Flow); 2] {
    let events = side.events.borrow();
    let sections: Vec<Section> = events
        .iter()
        .rev()
        .find_map(|event| match event {
            ConnectionEvent::SectionsAgreed(sections) => Some(sections.clone()),
            _ => None,
        })
        .expect("an agreement");
    BOTH.map(|source| {
        let section = sections.iter().find(|section| section.source == source);
        section.map(|section| (section.sending, section.receiving)).expect("a section")
    })
}

/// Two sides that send microphone and camera.
async fn sides() -> (Side, Side) {
    let (a, b) = (Side::open(), Side::open());
    for side in [&a, &b] {
        side.send(captured(CaptureTarget::MicrophoneAndCamera).await);
    }
    (a, b)
}

/// One negotiation, with offer and answer rewritten on their way.
async fn negotiate_with(
    a: &Side,
    b: &Side,
    id: u64,
    offer: impl Fn(&str) -> String,
    answer: impl Fn(&str) -> String,
) {
    let (sdp, sources) = a.offer(id, &BOTH).await;
    let answered = b.answer(id, (offer(&sdp), sources)).await;
    trickle(a, b);
    a.accept(id, answer(&answered)).await;
    trickle(b, a);
}

/// The description with the section of this kind changed line by line.
fn in_section(sdp: &str, kind: &str, change: impl Fn(&str) -> String) -> String {
    let mut is_inside = false;
    let lines = sdp.lines().map(|line| {
        if let Some(media) = line.strip_prefix("m=") {
            is_inside = media.starts_with(kind);
        }
        if is_inside { change(line) } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\r\n") + "\r\n"
}

/// Video codecs that no browser has, in place of all but these.
fn without_codecs(sdp: &str, kept: &[&str]) -> String {
    in_section(sdp, "video", |line| match line.strip_prefix("a=rtpmap:") {
        Some(map) => {
            let (number, format) = map.split_once(' ').expect("a format");
            let (name, rate) = format.split_once('/').expect("a rate");
            let name = if kept.contains(&name) { name } else { "tincan" };
            ["a=rtpmap:", number, " ", name, "/", rate].concat()
        }
        None => line.to_owned(),
    })
}

fn as_it_is(sdp: &str) -> String {
    sdp.to_owned()
}

const OPEN: (Flow, Flow) = (Flow::Open, Flow::Open);
const NO_CODEC: (Flow, Flow) = (Flow::NoCodec, Flow::NoCodec);

#[wasm_bindgen_test]
async fn a_common_codec_opens_both_directions() {
    let leaks = Leaks::watch();
    let (a, b) = sides().await;
    negotiate(&a, &b, 1, &BOTH).await;
    assert_eq!((agreed(&a), agreed(&b)), ([OPEN, OPEN], [OPEN, OPEN]));
    drop((a, b));
    leaks.none().await;
}

#[wasm_bindgen_test]
async fn without_a_common_video_codec_only_audio_is_open() {
    // Repair formats (RTX, FEC) do not count as codecs.
    for kept in [&[][..], &["rtx", "red", "ulpfec"]] {
        let leaks = Leaks::watch();
        let (a, b) = sides().await;
        negotiate_with(&a, &b, 1, |sdp| without_codecs(sdp, kept), as_it_is).await;
        connect(&a, &b).await;
        assert_eq!((agreed(&a), agreed(&b)), ([OPEN, NO_CODEC], [OPEN, NO_CODEC]));
        a.hears().await;
        b.hears().await;
        negotiate(&a, &b, 2, &BOTH).await;
        assert_eq!((agreed(&a), agreed(&b)), ([OPEN, OPEN], [OPEN, OPEN]));
        a.sees(Source::Camera).await;
        b.sees(Source::Camera).await;
        drop((a, b));
        leaks.none().await;
    }
}

#[wasm_bindgen_test]
async fn a_direction_that_is_ruled_out_is_closed() {
    let (yes, no) = (Flow::Open, Flow::Closed);
    for (direction, camera) in
        [("recvonly", (yes, no)), ("sendonly", (no, yes)), ("inactive", (no, no))]
    {
        let leaks = Leaks::watch();
        let (a, b) = sides().await;
        let answer =
            |sdp: &str| in_section(sdp, "video", |line| line.replace("sendrecv", direction));
        negotiate_with(&a, &b, 1, as_it_is, answer).await;
        assert_eq!(agreed(&a), [OPEN, camera], "{direction}");
        // The next answer allows it.
        negotiate(&a, &b, 2, &BOTH).await;
        assert_eq!(agreed(&a), [OPEN, OPEN], "{direction}");
        drop((a, b));
        leaks.none().await;
    }
}
